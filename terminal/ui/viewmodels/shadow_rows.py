"""The score of the reviewer as tables and words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final

from terminal.domain.instrument import base_of, step_decimals
from terminal.domain.order import ZERO, PositionSide
from terminal.domain.plain_words import sentence
from terminal.domain.shadow import ShadowCause, ShadowExit, ShadowLeg, ShadowPhase, ShadowTrade
from terminal.domain.shadow_score import WEEK_MS, Judged, Score, by, judge, score, since
from terminal.ui import formatting as f

CAUSES: Final[dict[ShadowCause, str]] = {
    ShadowCause.REJECTED: "rejected",
    ShadowCause.EXPIRED: "expired",
    ShadowCause.VOIDED: "voided at the click",
    ShadowCause.AMENDED: "amended",
    ShadowCause.SHADOW: "no order path",
    ShadowCause.SENT: "sent as proposed",
}
_NO_ANSWERS: Final = frozenset({ShadowCause.SHADOW, ShadowCause.SENT})
"""Causes that are no answer a reviewer could be judged by."""
EXITS: Final = {ShadowExit.STOP: "stop", ShadowExit.TARGET: "target", ShadowExit.HORIZON: "end of horizon"}
PHASES: Final = {
    ShadowPhase.WAITING: "waits for entry",
    ShadowPhase.OPEN: "running",
    ShadowPhase.MISSED: "no trade",
    ShadowPhase.UNKNOWN: "unknown",
}
NOBODY: Final = "nobody"


class Group(Enum):
    PERSON = "People"
    REASON = "Reasons"
    PAIR = "Pairs"


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One person, reason or pair."""

    name: str
    score: Score


@dataclass(frozen=True, slots=True)
class Board:
    """The panel's figures over one span. `shadow` are trades nobody could have approved: no score of anyone."""

    span: str
    total: Score
    groups: Mapping[Group, tuple[ScoreRow, ...]]
    shadow: Score


def board(trades: Iterable[ShadowTrade], now_ms: int, *, week: bool) -> Board:
    """Add up the last seven days, or everything that is kept."""
    judged = since(judge(trades), now_ms - WEEK_MS) if week else judge(trades)
    answers = tuple(each for each in judged if each.proposed.plan.cause not in _NO_ANSWERS)
    alone = tuple(each for each in judged if each.proposed.plan.cause is ShadowCause.SHADOW)
    groups = {group: _rows(answers, name) for group, name in _NAMES.items()}
    return Board("in the last 7 days" if week else "so far", score(answers), groups, score(alone))


def _rows(answers: Iterable[Judged], name: Callable[[Judged], str]) -> tuple[ScoreRow, ...]:
    return tuple(ScoreRow(key, total) for key, total in by(answers, name).items())


def _person(each: Judged) -> str:
    return each.proposed.plan.who or NOBODY


def _reason(each: Judged) -> str:
    plan = each.proposed.plan
    if plan.cause is ShadowCause.VOIDED:
        return "Voided at the click"  # its reason names the prices of that moment
    words = " ".join(plan.reason.split()).rstrip(". ")
    return words[:1].upper() + words[1:] if words else CAUSES[plan.cause].capitalize()


def _pair(each: Judged) -> str:
    return base_of(each.proposed.plan.instrument_id)


_NAMES: Final = {Group.PERSON: _person, Group.REASON: _reason, Group.PAIR: _pair}


# -- words --------------------------------------------------------------------------


def headline(shown: Board) -> str:
    """Say the score in a sentence: what answers other than a plain yes saved and cost."""
    total = shown.total
    if not total.answers:
        return f"No proposal was rejected, changed, voided or left to expire {shown.span}."
    if not total.saves and not total.costs and not total.evens:
        return f"{_answers(total)} {shown.span}; none of them is decided yet."
    money = f"Vetoes saved {f.money(total.saved)} USDT, cost {f.money(total.cost)} USDT {shown.span}"
    return f"{money}: net {f.money(total.net, signed=True)} USDT ({f.number(total.net_r, 2, signed=True)} R)."


def details(shown: Board) -> str:
    """Say how many answers that is, and how many have no result."""
    total = shown.total
    parts = [_answers(total), f"{total.saves} saved", f"{total.costs} cost"]
    named = (("running", total.running), ("no trade", total.missed), ("unknown", total.unknown))
    parts += [f"{count} {name}" for name, count in named if count]
    words = ", ".join(parts) if total.answers else ""
    if shown.shadow.answers:
        # A trade that would have won counts there as a cost: nobody could say yes to it.
        paper = f.money(-shown.shadow.net, signed=True)
        words = f"{words}. " if words else ""
        count = shown.shadow.answers
        words += f"Without an order path: {count} proposal{'' if count == 1 else 's'}, on paper {paper} USDT"
    return sentence(words)


def _answers(total: Score) -> str:
    return f"{total.answers} answer{'' if total.answers == 1 else 's'}"


def side_words(trade: ShadowTrade) -> str:
    word = "Long" if trade.plan.side is PositionSide.LONG else "Short"
    return f"{word}, as amended" if trade.plan.leg is ShadowLeg.AMENDED else word


def price_words(trade: ShadowTrade, price: Decimal | None) -> str:
    """Write a price at the pair's tick; a fill through several levels is an average between ticks."""
    step = trade.plan.price_step
    return f.number(price, step_decimals(step)) if step > 0 else f.trimmed(price)


def end_words(trade: ShadowTrade) -> str:
    """How it ended, or how far it is."""
    return EXITS[trade.how] if trade.how is not None else PHASES[trade.phase]


def worth(trade: ShadowTrade) -> Decimal | None:
    """What leaving this trade out was worth; None without a result, and for one that is half of a change."""
    if trade.result is None or trade.plan.cause in {ShadowCause.AMENDED, *_NO_ANSWERS}:
        return None
    return -trade.result


def worth_words(trade: ShadowTrade) -> str:
    """Say it as a word and a figure: `saved 4.20`."""
    value = worth(trade)
    if value is None:
        return f.DASH
    return f"{'saved' if value > ZERO else 'cost' if value < ZERO else 'even'} {f.money(abs(value))}"


def trade_tip(trade: ShadowTrade) -> str:
    """Everything about a trade, a line each."""
    plan, base = trade.plan, base_of(trade.plan.instrument_id)
    lines = [
        f"{base} {side_words(trade).lower()}, {f.trimmed(plan.size)} {base}",
        f"{CAUSES[plan.cause].capitalize()} by {plan.who or NOBODY}" + (f": {plan.reason}" if plan.reason else ""),
        f"Stop {f.trimmed(plan.stop)}, target {f.trimmed(plan.target)}"
        + (f", limit {f.trimmed(plan.limit)}" if plan.limit is not None else ", at the market"),
    ]
    if trade.entry_price is not None:
        lines.append(f"Entered at {f.trimmed(trade.entry_price)}, {f.local_time(trade.entry_ms)}")
    if trade.exit_price is not None:
        lines.append(f"Left at {f.trimmed(trade.exit_price)}, {f.local_time(trade.exit_ms)} ({end_words(trade)})")
    if trade.entry_price is not None:
        lines.append(f"Fees {f.number(trade.fees, 4)}, funding paid {f.number(trade.funding, 4)} USDT")
    lines += [sentence(trade.note)] if trade.note else []
    return "\n".join(lines)
