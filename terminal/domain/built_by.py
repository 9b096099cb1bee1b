"""Which orders built a position: what its passport is made of."""

from collections.abc import Iterable

from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import AT_VENUE, ZERO, Effect, Order, PositionSide, Side


def built_by(fills: Iterable[Fill], instrument_id: InstrumentId, side: PositionSide) -> tuple[str, ...]:
    """Give our ids of the orders that built what is held now, oldest first: its openings since it was last flat.

    "" stands for executions whose order is not known here. Empty when no execution explains the position.
    """
    leg = [fill for fill in fills if fill.instrument_id == instrument_id and fill.position_side is side]
    held, orders = ZERO, dict[str, None]()
    for fill in sorted(leg, key=lambda fill: fill.ts_event_ms):
        if (fill.side is Side.BUY) is (side is PositionSide.LONG):
            held += fill.size
            orders.setdefault(fill.client_order_id or "")
            continue
        held -= fill.size
        if held <= 0:
            held = ZERO
            orders.clear()
    return tuple(orders)


def builders(
    orders: Iterable[Order], fills: Iterable[Fill], instrument_id: InstrumentId, side: PositionSide
) -> tuple[str, ...]:
    """As `built_by`; while no execution is known yet, the newest opening order of the leg that may have one."""
    found = built_by(fills, instrument_id, side)
    if found:
        return found
    likely = [
        order.client_order_id
        for order in orders
        if order.terms.instrument_id == instrument_id
        and order.terms.effect is Effect.OPEN
        and order.terms.position_side is side
        and (order.filled_size > 0 or order.state in AT_VENUE)
    ]
    return tuple(likely[-1:])
