"""What is ours on a ladder: working orders and positions by row, and how good the book is."""

from dataclasses import dataclass, field
from decimal import Decimal

from terminal.domain.depth import DepthSnapshot, ticks_of
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import AT_VENUE, ZERO, PositionSide, Side
from terminal.ui import formatting as f
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.words import position_word


@dataclass(frozen=True, slots=True)
class OwnOrders:
    """Our resting orders in one row: open size in base coin, and their ids."""

    size: Decimal
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """By (row, is an ask's): orders; by row: positions whose entry lies there, and words for each."""

    orders: dict[tuple[int, bool], OwnOrders] = field(default_factory=dict)
    positions: dict[tuple[int, bool], tuple[PositionSide, str]] = field(default_factory=dict)


def marks_of(desk: Desk, snapshot: DepthSnapshot, group: int) -> Marks:
    """Find the rows of what this account holds and has working in the pair."""
    pair, tick = snapshot.instrument_id, snapshot.price_step
    orders: dict[tuple[int, bool], OwnOrders] = {}
    for order in desk.orders.values():
        price = order.terms.price
        if order.terms.instrument_id != pair or order.state not in AT_VENUE or price is None:
            continue
        where = _row(ticks_of(price, tick), group, is_ask=order.terms.side is Side.SELL)
        before = orders.get(where, OwnOrders(ZERO, ()))
        orders[where] = OwnOrders(before.size + order.open_size, (*before.ids, order.client_order_id))
    return Marks(orders, _positions(desk, pair, tick, group))


def _positions(
    desk: Desk, pair: InstrumentId, tick: Decimal, group: int
) -> dict[tuple[int, bool], tuple[PositionSide, str]]:
    """Entries on either side of the band: which one holds the row is not known before the market is."""
    found: dict[tuple[int, bool], tuple[PositionSide, str]] = {}
    for held in desk.positions:
        if held.instrument_id == pair and held.size > 0:
            words = f"{position_word(held.side)} {f.trimmed(held.size)}"
            for is_ask in (False, True):
                found[_row(ticks_of(held.entry_price, tick), group, is_ask=is_ask)] = (held.side, words)
    return found


def _row(ticks: int, group: int, *, is_ask: bool) -> tuple[int, bool]:
    return (-(-ticks // group) if is_ask else ticks // group), is_ask


@dataclass(frozen=True, slots=True)
class Condition:
    """How good a book is: `words` "" when it is, else what is wrong and what to do."""

    words: str
    age_s: float

    @property
    def is_good(self) -> bool:
        return not self.words


def condition_of(desk: Desk, snapshot: DepthSnapshot | None) -> Condition:
    """Judge a book by its own state and its age; a broken book is never good."""
    if snapshot is None:
        return Condition("No book yet", 0.0)
    age_s = max(0.0, desk.monotonic_s() - snapshot.received_s)
    if not snapshot.synchronised:
        return Condition(f"Book broken, {f.age(age_s)} old: being repaired", age_s)
    if not (snapshot.bid_ticks and snapshot.ask_ticks):
        return Condition("One side of the book is empty", age_s)
    if age_s > desk.limits.quote_age_s:
        return Condition(f"Book {f.age(age_s)} old", age_s)
    return Condition("", age_s)
