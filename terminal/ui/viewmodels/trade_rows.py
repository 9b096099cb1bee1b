"""Positions, orders and fills as rows, read from the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.fill import Fill
from terminal.domain.hand_messages import AmendProgress
from terminal.domain.instrument import base_of
from terminal.domain.messages import CycleEnded
from terminal.domain.order import AT_VENUE, ZERO, Order, PositionSide, Side
from terminal.domain.passport import Dot
from terminal.domain.position import Position
from terminal.ui import formatting as f
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.protection_rows import UNKNOWN_TIP, ProtectionRow, protection_row, protection_tip
from terminal.ui.viewmodels.words import ORDER_STATE, can_cancel, order_act, order_kind, position_word


def key_of(position: Position) -> str:
    """Name a position: a pair can be held long and short at once."""
    return f"{position.instrument_id} {position.side.value}"


@dataclass(frozen=True, slots=True)
class PositionRow:
    """A position with what the market says now.

    `pnl` is unrealised, before fees; `pnl_source` says where it comes from. `guard` is what
    the venue lists to protect it, None before the first reading; `dots` is the passport of the
    orders that built it.
    """

    position: Position
    decimals: int | None
    mark: Decimal | None
    pnl: Decimal | None
    pnl_source: str
    guard: ProtectionRow | None = None
    dots: tuple[Dot, ...] = ()

    @property
    def base(self) -> str:
        return base_of(self.position.instrument_id)

    @property
    def pnl_of_margin(self) -> Decimal | None:
        """PnL as a fraction of margin."""
        if self.pnl is None or self.position.margin <= 0:
            return None
        return self.pnl / self.position.margin

    @property
    def side_words(self) -> str:
        return f"{position_word(self.position.side).capitalize()} {self.position.leverage}x"

    @property
    def pnl_words(self) -> str:
        if self.pnl is None:
            return f.DASH
        return f"{f.money(self.pnl, signed=True)} ({f.percent(self.pnl_of_margin, signed=True)})"

    @property
    def stop(self) -> Decimal | None:
        """The stop the venue lists, nearest to the market."""
        held = self.guard.status.stop if self.guard else None
        return held.price if held else None

    @property
    def target(self) -> Decimal | None:
        held = self.guard.status.target if self.guard else None
        return held.price if held else None

    @property
    def keeper_words(self) -> str:
        return "at the venue" if self.guard is None else self.guard.keeper_words

    @property
    def guard_words(self) -> str:
        return "not read yet" if self.guard is None else self.guard.guard_words

    @property
    def guard_tone(self) -> str:
        return "muted" if self.guard is None else self.guard.tone

    @property
    def guard_tip(self) -> str:
        return UNKNOWN_TIP if self.guard is None else protection_tip(self.guard)

    def price(self, value: Decimal | None) -> str:
        return f.number(value, self.decimals)


def position_row(desk: Desk, position: Position, dots: tuple[Dot, ...] = ()) -> PositionRow:
    """Join a position with the mark price and with the passport of what built it."""
    shape = desk.instruments.get(position.instrument_id)
    ticker = desk.tickers.get(position.instrument_id)
    mark = ticker.mark if ticker else None
    if mark is not None:
        pnl: Decimal | None = position.pnl_at(mark)
        source = "computed here from the mark price"
    else:
        pnl, source = position.unrealized_pnl, "as the venue reported it; there is no mark price now"
    status = desk.safety.protection.get((position.instrument_id, position.side))
    return PositionRow(
        position,
        shape.price_decimals if shape else None,
        mark,
        pnl,
        source,
        protection_row(desk, status) if status else None,
        dots,
    )


def position_tip(row: PositionRow) -> str:
    held = row.position
    liquidation = row.price(held.liquidation_price)
    return "\n".join(
        (
            f"{row.base} {row.side_words}, size {f.trimmed(held.size)} {row.base}",
            f"entry {row.price(held.entry_price)}   mark {row.price(row.mark)}",
            f"liquidation {liquidation}" + ("" if held.liquidation_price else ": the venue gave none"),
            f"margin {f.money(held.margin)} USDT",
            f"unrealised {row.pnl_words} of margin, before fees; {row.pnl_source}",
            f"stop / target {row.keeper_words}: {row.guard_words}",
        )
    )


def position_sums(rows: Sequence[PositionRow]) -> str:
    """Sums of two positions or more; "" below that."""
    if len(rows) < 2:
        return ""
    margin = sum((row.position.margin for row in rows), ZERO)
    worth = [row.position.size * (row.mark or row.position.entry_price) for row in rows]
    known = [row.pnl for row in rows if row.pnl is not None]
    pnl = f.money(sum(known, ZERO), signed=True) if len(known) == len(rows) else f.DASH
    return f"{len(rows)} positions   notional {f.money(sum(worth, ZERO))}   margin {f.money(margin)}   PnL {pnl} USDT"


def reverse_words(row: PositionRow) -> str:
    """What reversing a position is: two acts, and the second is only a question."""
    held = row.position
    other = "short" if held.side is PositionSide.LONG else "long"
    return (
        f"Reversing is never one order.\n\n"
        f"1.  {row.base} {position_word(held.side)} {f.trimmed(held.size)} is closed at the market now.\n"
        f"2.  Once the venue shows it flat, the AI is asked whether to open {other}. It may disagree; "
        f"if it agrees, its proposal waits in the review desk for your approval."
    )


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order with its passport; `origin` says who caused it.

    `gap` tells how far its amendment is, None without one: words, tone.
    """

    order: Order
    decimals: int | None
    dots: tuple[Dot, ...]
    origin: str = ""
    gap: tuple[str, str] | None = None

    @property
    def base(self) -> str:
        return base_of(self.order.terms.instrument_id)

    @property
    def is_at_venue(self) -> bool:
        return self.order.state in AT_VENUE

    @property
    def state_words(self) -> str:
        return self.gap[0] if self.gap else ORDER_STATE[self.order.state][0]

    @property
    def state_tone(self) -> str:
        if self.gap:
            return self.gap[1]
        return "down" if self.order.needs_human else ORDER_STATE[self.order.state][1]

    @property
    def act(self) -> str:
        return order_act(self.order.terms).capitalize()

    @property
    def kind(self) -> str:
        return order_kind(self.order.terms)

    @property
    def actions(self) -> tuple[str, ...]:
        return ("Cancel",) if can_cancel(self.order) else ()

    @property
    def price_words(self) -> str:
        """The price it was filled at, else the limit, else `market`."""
        if self.order.average_price is not None:
            return f.number(self.order.average_price, self.decimals)
        if self.order.terms.price is not None:
            return f.number(self.order.terms.price, self.decimals)
        return "market"


def order_row(desk: Desk, order: Order, dots: tuple[Dot, ...], origin: str = "") -> OrderRow:
    shape = desk.instruments.get(order.terms.instrument_id)
    progress = desk.safety.gap_of(order.client_order_id)
    gap = None if progress is None else gap_words(progress, desk.answers.get(progress.question_id), _gap_s(desk, order))
    return OrderRow(order, shape.price_decimals if shape else None, dots, origin, gap)


def _gap_s(desk: Desk, order: Order) -> float:
    """Seconds of the operator since an amended order was heard to be gone."""
    now_s = desk.monotonic_s()
    return now_s - desk.safety.gap_heard_s.get(order.client_order_id, now_s)


def gap_words(progress: AmendProgress, answer: CycleEnded | None, gap_s: float) -> tuple[str, str]:
    """Words and tone of an amendment: the old order goes first, and in between nothing works."""
    if not progress.gap_since_ms:
        return "cancelling to amend", "amber"
    if answer is None:
        return f"nothing works {f.age(gap_s)}", "amber"
    if answer.agreed:
        return "amended: see review", "accent"
    return ("not replaced: AI disagrees" if answer.agreed is False else "not replaced: no answer"), "amber"


GAP_TIP: Final = (
    "Old order cancelled, new one not there yet: amending cancels first, then asks the AI with the new terms. Until "
    "that proposal is approved, nothing works at the venue."
)


def order_tip(row: OrderRow) -> str:
    order, terms = row.order, row.order.terms
    lines = [
        f"{row.act} {f.trimmed(terms.size)} {row.base}, {row.kind}, {terms.leverage}x: {row.state_words}",
        f"filled {f.trimmed(order.filled_size)}, fees {f.number(order.fee_paid, 4)} USDT",
        f"caused by: {row.origin or f.DASH}",
        f"our id {order.client_order_id}",
        f"venue id {order.venue_order_id or 'none yet'}",
        f.both_times(order.created_ms),
    ]
    if terms.stop_price is not None or terms.target_price is not None:
        guards = f"{f.number(terms.stop_price, row.decimals)} / {f.number(terms.target_price, row.decimals)}"
        lines.insert(2, f"stop / target attached {guards}")
    if order.reason:
        lines.insert(1, order.reason)
    if row.gap:
        lines.insert(1, f"{GAP_TIP}\nNow: {row.gap[0]}.")
    if order.needs_human:
        lines.insert(1, "A person must look at this order: it does not fit what the venue says.")
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class FillRow:
    """An execution with the passport of its order; `origin` says who caused that."""

    fill: Fill
    decimals: int | None
    dots: tuple[Dot, ...] = ()
    origin: str = ""

    @property
    def base(self) -> str:
        return base_of(self.fill.instrument_id)

    @property
    def is_close(self) -> bool:
        """True when the fill reduced its position."""
        return (self.fill.side is Side.BUY) is not (self.fill.position_side is PositionSide.LONG)

    @property
    def act(self) -> str:
        verb = "Close" if self.is_close else "Open"
        return f"{verb} {position_word(self.fill.position_side)}"

    @property
    def realized_words(self) -> str:
        """The venue's figure for a closing fill; opening realises nothing, so it has a dash."""
        return f.money(self.fill.realized_pnl, signed=True) if self.is_close else f.DASH


def fill_tip(row: FillRow) -> str:
    fill = row.fill
    return "\n".join(
        (
            f"{row.act} {f.trimmed(fill.size)} {row.base} at {f.number(fill.price, row.decimals)}",
            f"fee {f.number(fill.fee, 4)} USDT as {'maker' if fill.is_maker else 'taker'}",
            f"realised {row.realized_words}" + ("" if row.is_close else ": an opening fill realises nothing"),
            f"caused by: {row.origin or f.DASH}",
            f"trade id {fill.trade_id}",
            f"our order id {fill.client_order_id or 'not known yet'}, venue order id {fill.venue_order_id}",
            f.both_times(fill.ts_event_ms),
        )
    )


def fill_sums(rows: Sequence[FillRow]) -> str:
    """Sums of all fills shown; "" without any."""
    if not rows:
        return ""
    fees = sum((row.fill.fee for row in rows), ZERO)
    realised = sum((row.fill.realized_pnl for row in rows), ZERO)
    maker = sum(row.fill.is_maker for row in rows)
    return (
        f"{len(rows):,} {'fill' if len(rows) == 1 else 'fills'}   "
        f"{maker:,} as maker, {len(rows) - maker:,} as taker   fees {f.number(fees, 4)}   "
        f"realised {f.money(realised, signed=True)} USDT"
    )


CLOSE_STEPS: Final[tuple[tuple[str, Decimal], ...]] = (
    ("25", Decimal("0.25")),
    ("50", Decimal("0.5")),
    ("75", Decimal("0.75")),
    ("100 %", Decimal(1)),
)
