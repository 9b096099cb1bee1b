"""A flatten in words: what it would do, leg by leg, and how far it has come."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.flatten import (
    FlattenLeg,
    FlattenPhase,
    FlattenPlan,
    FlattenProgress,
    FlattenScope,
    FlattenTarget,
    LegProgress,
    OrderProof,
)
from terminal.domain.instrument import Instrument, InstrumentId, base_of
from terminal.ui import formatting as f
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.market_rows import tone_of
from terminal.ui.viewmodels.words import position_word, sentence

SCOPES: Final = (FlattenScope.PAIR, FlattenScope.LOSERS, FlattenScope.HALF, FlattenScope.EVERYTHING)
PAUSE_FIRST: Final = "Entries are paused first and stay paused. Then orders are cancelled, then positions closed."
PLAN_COLUMNS: Final = ("Leg", "Close", "Expected", "Slip", "Fee", "PnL after")

PHASE_TONE: Final[dict[FlattenPhase, str]] = {
    FlattenPhase.CANCELLING: "accent",
    FlattenPhase.CLOSING: "accent",
    FlattenPhase.CHECKING: "accent",
    FlattenPhase.WAITING: "amber",
    FlattenPhase.FLAT: "up",
    FlattenPhase.STOPPED: "amber",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """Words with the palette role they are shown in."""

    text: str
    tone: str = "text"
    tip: str = ""


def scope_target(scope: FlattenScope, instrument_id: InstrumentId) -> FlattenTarget:
    """Aim a scope; only the pair's own scope is narrowed to the pair on show."""
    return FlattenTarget(scope, instrument_id if scope is FlattenScope.PAIR else None)


def scope_word(scope: FlattenScope, instrument_id: InstrumentId) -> str:
    if scope is FlattenScope.PAIR:
        return f"{base_of(instrument_id)} only"
    return {FlattenScope.LOSERS: "Losing legs", FlattenScope.HALF: "Half of each"}.get(scope, "Everything")


def hold_words(target: FlattenTarget, mode_word: str) -> str:
    """The act, written on the button that does it."""
    act = {
        FlattenScope.PAIR: f"flatten {base_of(target.instrument_id)}" if target.instrument_id else "flatten",
        FlattenScope.LOSERS: "close the losing legs",
        FlattenScope.HALF: "close half of each position",
        FlattenScope.EVERYTHING: "flatten everything",
    }[target.scope]
    return f"Hold to {act} · {mode_word}"


def plan_rows(desk: Desk, plan: FlattenPlan) -> tuple[tuple[Cell, ...], ...]:
    """One row a leg, in the order of `PLAN_COLUMNS`, and a row of sums below two legs or more."""
    rows = [_leg_row(leg, desk.instruments.get(leg.instrument_id)) for leg in plan.legs]
    if len(plan.legs) > 1:
        rows.append(
            (
                Cell("Together", "muted"),
                Cell(""),
                Cell(""),
                Cell(f"{f.money(plan.slip_usdt)} USDT" if plan.slip_usdt is not None else f.DASH),
                Cell(f.money(plan.fee)),
                Cell(f.money(plan.pnl_after, signed=True), tone_of(plan.pnl_after)),
            )
        )
    return tuple(rows)


def _leg_row(leg: FlattenLeg, shape: Instrument | None) -> tuple[Cell, ...]:
    base, decimals = base_of(leg.instrument_id), shape.price_decimals if shape else None
    side = position_word(leg.side)
    size = f.trimmed(leg.size) if leg.size == leg.held else f"{f.trimmed(leg.size)} of {f.trimmed(leg.held)}"
    old = f", book {f.age(leg.book_age_s)} old" if leg.book_age_s is not None else ""
    why = "No live book: neither price nor cost can be told." if leg.expected_price is None else ""
    thin = f"\nThe visible book lacks {f.trimmed(leg.beyond_book)} {base}: expect worse." if leg.beyond_book else ""
    slip = f.DASH
    if leg.slip_bp is not None:
        slip = f"{f.number(leg.slip_bp, 1)} bp  {f.money(leg.slip_usdt)}"
    return (
        Cell(f"{base} {side}", "rise" if side == "long" else "fall"),
        Cell(f"{size} {base}"),
        Cell(f.number(leg.expected_price, decimals), "text", why or f"Walked down the book{old}.{thin}"),
        Cell(slip, "amber" if leg.beyond_book else "text", why or f"Against the mid price{old}.{thin}"),
        Cell(f.money(leg.fee), "text", "The taker fee of this close."),
        Cell(
            f.money(leg.pnl_after, signed=True),
            tone_of(leg.pnl_after),
            f"At the expected price, less this close's fee; entry {f.number(leg.entry_price, decimals)}.",
        ),
    )


def cancel_words(plan: FlattenPlan) -> str:
    """Count what is cancelled, e.g. `2 orders and 5 triggers are cancelled:`."""
    triggers = sum(item.is_trigger for item in plan.cancels)
    orders = len(plan.cancels) - triggers
    if not plan.cancels:
        return "No resting order is cancelled."
    parts = [words for words in (_count(orders, "order"), _count(triggers, "trigger")) if words]
    return f"{' and '.join(parts)} {'is' if len(plan.cancels) == 1 else 'are'} cancelled:"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}" if number else ""


def nothing_words(plan: FlattenPlan) -> str:
    """Say that there is nothing to do; "" when there is."""
    if plan.legs or plan.cancels:
        return ""
    if plan.target.scope is FlattenScope.LOSERS:
        return "No leg is below its entry."
    return f"Nothing to flatten in {plan.target.text}: no position, no order, no trigger."


def leg_words(leg: LegProgress) -> Cell:
    """One leg under way: what the venue last said it holds, and what became of the newest close."""
    base, side = base_of(leg.instrument_id), position_word(leg.side)
    held = "not read yet" if leg.held is None else f"venue holds {f.trimmed(leg.held)}"
    goal = f" of {f.trimmed(leg.held_at_start)} {base}"
    end = "" if leg.goal == 0 else f", goal {f.trimmed(leg.goal)}"
    sign, tone = ("✓", "up") if leg.is_done else ("…", "amber" if leg.held is not None else "muted")
    return Cell(f"{sign} {base} {side}: {held}{goal}{end}", tone, leg.text)


def proof_words(proof: OrderProof) -> Cell:
    what = "trigger" if proof.is_trigger else "order"
    name = proof.venue_order_id or proof.client_order_id or "without an id"
    text = f"… {base_of(proof.instrument_id)} {what} {name[-8:]}: {proof.text}"
    return Cell(text, "amber", f"{name}\nlast proof {f.local_time(proof.proved_ms)}")


def end_words(progress: FlattenProgress) -> Cell:
    """The state in a headline; `flat, no orders` only when the venue proved it."""
    scope = progress.target.scope
    tone = PHASE_TONE[progress.phase]
    if progress.phase is FlattenPhase.FLAT:
        whole = scope is FlattenScope.EVERYTHING or scope is FlattenScope.PAIR
        return Cell("Flat, no orders" if whole else f"Done: {progress.target.text}", tone)
    if progress.phase is FlattenPhase.STOPPED:
        return Cell("Stopped by a person; entries stay paused", tone)
    tries = f", try {progress.rounds}" if progress.rounds > 1 else ""
    return Cell(f"Still trying: {progress.phase.value}{tries}", tone)


def bar_words(progress: FlattenProgress) -> Cell:
    """What the top bar says while a flatten goes on or has just ended."""
    left = sum(not leg.is_done for leg in progress.legs)
    if progress.is_over:
        head = end_words(progress)
        return Cell(head.text.split(";", maxsplit=1)[0], head.tone, sentence(progress.text))
    words = f"Flattening: {left} of {len(progress.legs)} legs left" if left else f"Flattening: {progress.phase.value}"
    return Cell(words, PHASE_TONE[progress.phase], sentence(progress.text))


def share_of(equity: Decimal | None, amount: Decimal | None) -> str:
    """What the plan leaves, as a part of equity: `−0.42 % of equity`; "" when one is unknown."""
    if equity is None or amount is None or equity <= 0:
        return ""
    return f"{f.percent(amount / equity, signed=True)} of equity"
