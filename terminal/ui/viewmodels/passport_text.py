"""A passport as plain text: for the sheet's labels, and whole for the clipboard."""

from typing import Final

from terminal.domain.passport import DotState
from terminal.domain.passport_messages import OrderPassport, Paper, PassportStep
from terminal.ui.formatting import both_times

_RULE: Final = "-" * 72


def step_head(step: PassportStep, number: int) -> str:
    """Name a step with its number and state, e.g. `3  Approval: done`."""
    name = step.dot.name[:1].upper() + step.dot.name[1:]
    return f"{number}  {name}: {step.dot.state.value}"


def step_source(step: PassportStep) -> str:
    """Say who did a step and when, as far as it is known."""
    when = both_times(step.dot.at_ms).replace("\n", ", ") if step.dot.at_ms else ""
    return "   ".join(part for part in (step.dot.who, when) if part)


def step_todo(step: PassportStep) -> str:
    """Say what to do about a step that lacks something; "" when nothing is to be done."""
    return f"What to do: {step.dot.todo}." if step.dot.todo else ""


def no_papers(step: PassportStep) -> str:
    """Say why there is nothing to read behind a step."""
    if step.dot.state is DotState.BROKEN:
        return "Nothing is on record for this step."
    return "No record belongs to this step yet." if step.dot.state is DotState.WAITING else "No record is due here."


def paper_line(paper: Paper) -> tuple[str, str]:
    """Give a paper's name, and its place in the journal in short."""
    return paper.title, f"record {paper.seq:,}  {paper.mac[:10]}…"


def paper_seal(paper: Paper) -> str:
    """Give a paper's place in the journal in full."""
    what = "Taken from record" if paper.is_part else "Record"
    when = both_times(paper.at_ms).split("\n", maxsplit=1)[0]
    return f"{what} {paper.seq:,}, written {when}, {len(paper.text.encode()):,} bytes\nseal {paper.mac}"


def passport_text(passport: OrderPassport) -> str:
    """Write a whole passport, every paper word for word."""
    parts = [passport.title, f"our id {passport.client_order_id}, caused by: {passport.origin}"]
    for number, step in enumerate(passport.steps, 1):
        parts += [_RULE, step_head(step, number), step_source(step), step.dot.words, step_todo(step), *step.lines]
        for paper in step.papers:
            parts += ["", f"[{paper.title}]", paper_seal(paper), paper.text]
    return "\n".join(part for part in parts if part) + "\n"
