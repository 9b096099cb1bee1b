"""Executions, as the venue reports them."""

from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.instrument import InstrumentId
from terminal.domain.order import PositionSide, Side


@dataclass(frozen=True, slots=True)
class Fill:
    """One execution, keyed by `trade_id`. Fee is positive when paid; PnL is the venue's own figure.

    `client_order_id` is filled in by us once the order is known. `base_fee` is the part of the base
    coin that was taken as a fee (spot): the holding moved by that much less; it is part of `fee`.
    """

    trade_id: str
    venue_order_id: str
    client_order_id: str | None
    instrument_id: InstrumentId
    side: Side
    position_side: PositionSide
    price: Decimal
    size: Decimal
    fee: Decimal
    is_maker: bool
    realized_pnl: Decimal
    ts_event_ms: int
    base_fee: Decimal = Decimal(0)
