"""Which action one instrument gets, given both sides weighed and what is already held."""

from dataclasses import dataclass
from typing import Final

from terminal.domain.decision import Action
from terminal.domain.snapshot import InstrumentView, Question
from terminal.strategy.policy import Assessment

NO_SHORTS: Final = "spot cannot be sold short"
_WORDS: Final = {Action.OPEN_LONG: "long", Action.OPEN_SHORT: "short"}


@dataclass(frozen=True, slots=True)
class Choice:
    """`side` is the assessment the reasons speak of; `reason` completes the headline.

    `close_side` is "LONG" or "SHORT" for a close, else "".
    """

    action: Action
    side: Assessment
    reason: str
    close_side: str = ""


def choose(
    view: InstrumentView, long: Assessment, short: Assessment, question: Question | None, *, can_short: bool = True
) -> Choice:
    """Pick an action. A person's question changes which side is looked at, never the gates.

    `can_short` False (spot): a short view closes a held long and opens nothing.
    """
    better = long if long.arithmetic.ev_bp >= short.arithmetic.ev_bp else short
    if question is None or not question.action.opens:
        return _free_choice(view, better, can_short=can_short)
    asked, other = (long, short) if question.action is Action.OPEN_LONG else (short, long)
    if asked is short and not can_short:
        return Choice(Action.HOLD, asked, f"{NO_SHORTS}, whatever the model thinks of it.")
    if not asked.passes:
        instead = f" The model prefers {_WORDS[other.side]}." if other is better and other.passes else ""
        return Choice(Action.HOLD, asked, f"{_refusal(asked)}.{instead}")
    held = _held_words(view)
    if held:
        return Choice(Action.HOLD, asked, f"the model agrees with {_WORDS[asked.side]}, but {held} is held already.")
    return Choice(asked.side, asked, "the model agrees.")


def _free_choice(view: InstrumentView, better: Assessment, *, can_short: bool) -> Choice:
    if not better.passes:
        return Choice(Action.HOLD, better, f"{_refusal(better)}.")
    wants_long = better.side is Action.OPEN_LONG
    same, opposed = (view.held_long, view.held_short) if wants_long else (view.held_short, view.held_long)
    if opposed > 0 and same > 0:
        return Choice(Action.HOLD, better, "a long and a short are held; a person must say which one stands.")
    if opposed > 0:
        closes = "SHORT" if wants_long else "LONG"
        return Choice(Action.CLOSE, better, f"the held {closes.lower()} now has the odds against it.", closes)
    if same > 0:
        return Choice(Action.HOLD, better, f"a {_WORDS[better.side]} is held already; its stop and target stand.")
    if not wants_long and not can_short:
        return Choice(Action.HOLD, better, f"would be short; {NO_SHORTS}.")
    return Choice(better.side, better, "all gates passed.")


def _refusal(weighed: Assessment) -> str:
    reasons = "; ".join(f"{gate.name}: {gate.text}" for gate in weighed.failed)
    return f"no {_WORDS[weighed.side]}, {reasons}"


def _held_words(view: InstrumentView) -> str:
    names = [name for name, size in (("a long", view.held_long), ("a short", view.held_short)) if size > 0]
    return " and ".join(names)
