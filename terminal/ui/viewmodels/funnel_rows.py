"""The funnel as a table: one row a step, a cell for each pair of the newest cycle, counts and their words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from terminal.domain.funnel import (
    AFTER_GATES,
    BEFORE_GATES,
    FlagKind,
    FunnelFlag,
    FunnelStep,
    StepState,
    Tally,
    step_title,
)
from terminal.domain.funnel_messages import FunnelChanged
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.plain_words import sentence
from terminal.domain.rules import check_title, is_guardrail
from terminal.ui import formatting as f

SIGNS: Final[dict[StepState, tuple[str, str]]] = {
    StepState.PASSED: ("✓", "up"),
    StepState.PARTIAL: ("◐", "amber"),
    StepState.WAITING: ("…", "accent"),
    StepState.STOPPED: ("✕", "down"),
    StepState.CRASHED: ("!!", "down"),
}
_STATE_WORDS: Final = {
    StepState.PASSED: "passed",
    StepState.PARTIAL: "passed in part",
    StepState.WAITING: "waits",
    StepState.STOPPED: "stopped here",
    StepState.CRASHED: "broke down here",
}
FOLDED: Final = "folded"
RED: Final = frozenset({FlagKind.STOPS_ALL, FlagKind.NEVER_RAN, FlagKind.CRASHED})


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step. `cells` are those of the newest cycle, by pair; pairs that did not come here are left out."""

    key: str
    title: str
    cells: tuple[tuple[InstrumentId, FunnelStep], ...]
    hour: Tally
    day: Tally
    day_by_pair: tuple[tuple[InstrumentId, Tally], ...]
    flag: FunnelFlag | None = None
    folded: int = 0

    @property
    def full(self) -> str:
        """The title as it stands inside a sentence."""
        return self.title if self.folded else full_title(self.key)

    def cell(self, instrument_id: InstrumentId) -> FunnelStep | None:
        return next((step for where, step in self.cells if where == instrument_id), None)


def is_gate(key: str) -> bool:
    """Tell a check of the gate, such as `R7 Price collar`, from a step of our own."""
    return key not in {*BEFORE_GATES, *AFTER_GATES} and " " in key


def title_of(key: str) -> str:
    """Name a step in a word or two; a check of the gate by its name alone."""
    return key.partition(" ")[2] if is_gate(key) else step_title(key)


def full_title(key: str) -> str:
    """Name a step inside a sentence: with its number, `Price collar (risk check R7)` or `Churn (guardrail 6)`."""
    number = key.partition(" ")[0]
    if is_guardrail(number):
        return f"{title_of(key)} (guardrail {number[1:]})"
    return f"{title_of(key)} (risk check {number})" if is_gate(key) else step_title(key)


def rule_title(key: str) -> str:
    """Name a check of the gate by the competition's rule it enforces; "" for a step of our own."""
    rule, _, name = key.partition(" ")
    return check_title(rule, name) if is_gate(key) else ""


def step_rows(funnel: FunnelChanged, *, folded: bool) -> list[StepRow]:
    """Give the rows in their order; `folded` puts checks that only ever passed into one row."""
    rows = [_row(funnel, key) for key in funnel.keys]
    if not folded:
        return rows
    quiet = [row for row in rows if _is_quiet(row)]
    if len(quiet) < 2:
        return rows
    at = rows.index(quiet[0])
    kept = [row for row in rows if row not in quiet]
    kept.insert(at, _fold(quiet))
    return kept


def _row(funnel: FunnelChanged, key: str) -> StepRow:
    counts = [count for count in funnel.counts if count.key == key]
    pairs = () if funnel.newest is None else funnel.newest.pairs
    return StepRow(
        key=key,
        title=title_of(key),
        cells=tuple((pair.instrument_id, step) for pair in pairs if (step := pair.step(key)) is not None),
        hour=sum((count.hour for count in counts), Tally()),
        day=sum((count.day for count in counts), Tally()),
        day_by_pair=tuple((count.instrument_id, count.day) for count in counts),
        flag=next((flag for flag in funnel.flags if flag.key == key), None),
    )


def _is_quiet(row: StepRow) -> bool:
    """A check of the gate with nothing to say: nothing stopped, nothing flagged."""
    return is_gate(row.key) and row.flag is None and row.day.stopped == 0


def _fold(rows: Sequence[StepRow]) -> StepRow:
    """One row for many that agree: where any of them ran in the newest cycle, all that ran passed."""
    cells = {where: step for row in rows for where, step in row.cells}
    most = max(rows, key=lambda row: row.day.reached)
    passed = tuple((where, FunnelStep(FOLDED, StepState.PASSED)) for where in cells)
    return StepRow(FOLDED, f"{len(rows)} other checks", passed, most.hour, most.day, most.day_by_pair, folded=len(rows))


# -- words --------------------------------------------------------------------------


def count_words(tally: Tally) -> str:
    """Stopped of reached, e.g. `3 of 8`; a dash when nothing came."""
    return f"{tally.stopped} of {tally.reached}" if tally.reached else f.DASH


def cell_sentence(row: StepRow, instrument_id: InstrumentId, funnel: FunnelChanged) -> str:
    """Say of one pair why it stopped at a step, passed it, or never came to it."""
    base, step = base_of(instrument_id), row.cell(instrument_id)
    if step is not None and row.folded:
        return sentence(f"{base}: {row.title} passed")
    if step is not None:
        reason = f": {step.text}" if step.text else ""
        return sentence(f"{base}, {row.full}: {_STATE_WORDS[step.state]}{reason}")
    pair = None if funnel.newest is None else funnel.newest.pair(instrument_id)
    if pair is None:
        return sentence(f"{base} was not asked about in the newest cycle")
    if pair.stop is not None:
        title = full_title(pair.stop.key)
        end = f"{title}: {pair.stop.text}" if pair.stop.text else title
        return sentence(f"{base} did not come to {row.full}. It ended at {end}")
    return sentence(f"{base} has not come to {row.full} yet")


def count_sentence(row: StepRow, *, hour: bool) -> str:
    """Say what a step stopped, and of which pairs."""
    tally, span = (row.hour, "hour") if hour else (row.day, "24 h")
    if not tally.reached:
        return sentence(f"{row.full}: nothing came here in the last {span}")
    words = f"{row.full}: {tally.stopped} of {tally.reached} stopped here in the last {span}"
    by_pair = [f"{base_of(where)} {each.stopped} of {each.reached}" for where, each in row.day_by_pair if each.stopped]
    return sentence(f"{words}; {', '.join(by_pair)}" if by_pair and not hour else words)


def row_sentence(row: StepRow) -> str:
    """Say what is wrong with a step, or how it counts; a check of the gate with the rule it enforces."""
    words = flag_sentence(row.flag) if row.flag is not None else count_sentence(row, hour=False)
    rule = rule_title(row.key)
    return f"{words} {sentence(rule)}" if rule else words


def flag_sentence(flag: FunnelFlag) -> str:
    """Say what is wrong and what to do."""
    words = flag.text
    if flag.key and flag.key in words:
        words = words.replace(flag.key, full_title(flag.key))
    return f"{sentence(words)} {sentence(flag.todo)}"


def flag_tone(flag: FunnelFlag) -> str:
    return "down" if flag.kind in RED else "amber"


def summary(funnel: FunnelChanged) -> str:
    """Say how the newest cycle went, in a line."""
    newest = funnel.newest
    if newest is None:
        return ""
    stopped = sum(pair.stop is not None for pair in newest.pairs)
    filled = sum((step := pair.step("filled")) is not None and step.state is StepState.PASSED for pair in newest.pairs)
    waits = len(newest.pairs) - stopped - filled
    parts = [f"{len(newest.pairs)} pairs", f"{stopped} stopped"]
    parts += [f"{waits} under way"] if waits else []
    parts += [f"{filled} filled"] if filled else []
    reason = newest.reason[:1].upper() + newest.reason[1:]
    return f"{reason}, {f.local_time(newest.at_ms)}: {', '.join(parts)}"
