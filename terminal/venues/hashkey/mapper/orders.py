"""Orders and executions to domain. On spot buying opens and selling closes; the holding is a long position."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.account import Income
from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.order import ZERO, OrderKind, PositionSide, Side, TimeInForce
from terminal.ports.venue import OrderReport, VenueStatus
from terminal.venues.hashkey.mapper.words import (
    QUOTE,
    effect_of,
    income_kind_of,
    instrument_of,
    kind_of,
    side_of,
    status_of,
    tif_of,
)
from terminal.venues.hashkey.wire.account import FlowRow
from terminal.venues.hashkey.wire.orders import FillRow, OrderRow
from terminal.venues.hashkey.wire.private import Report

PriceOf = Callable[[str], Decimal | None]
"""Gives a coin's price in USDT, None where it is not known."""


@dataclass(frozen=True, slots=True)
class Execution:
    """One fill, as either source tells it. `fee` is in `fee_coin`."""

    trade_id: str
    order_id: str
    client_order_id: str | None
    instrument_id: InstrumentId
    side: Side
    price: Decimal
    size: Decimal
    fee: Decimal
    fee_coin: str
    is_maker: bool
    at_ms: int

    @property
    def moved(self) -> Decimal:
        """How the holding of the base coin changed; a fee taken in that coin is gone from it."""
        return (self.size if self.side is Side.BUY else -self.size) - self.base_fee

    @property
    def base_fee(self) -> Decimal:
        """What was taken of the base coin itself."""
        return self.fee if self.fee_coin == base_of(self.instrument_id) else ZERO


def report_from_row(row: OrderRow) -> OrderReport:
    """Give a REST order. Words we do not know give the status UNKNOWN, which freezes it."""
    kind, tif, side = kind_of(row.type), tif_of(row.type, row.tif), side_of(row.side)
    return OrderReport(
        venue_order_id=row.order_id,
        client_order_id=row.client_order_id,
        instrument_id=instrument_of(row.symbol),
        side=side,
        effect=effect_of(side),
        kind=kind or OrderKind.LIMIT,
        tif=tif or TimeInForce.GTC,
        status=VenueStatus.UNKNOWN if kind is None or tif is None else status_of(row.status),
        size=row.size or row.filled,  # an order by amount names no size
        price=row.price or None,
        filled_size=row.filled,
        average_price=_average(row.average, row.filled_value, row.filled),
        fee=ZERO,  # fills tell it; here it is always empty
        is_forced=False,
        created_ms=row.time,
        updated_ms=max(row.time, row.update_time),
    )


def report_from_push(push: Report) -> OrderReport:
    """Give an order of the private stream, as `report_from_row`."""
    kind, tif, side = kind_of(push.type), tif_of(push.type, push.tif), side_of(push.side)
    return OrderReport(
        venue_order_id=push.order_id,
        client_order_id=push.client_order_id,
        instrument_id=instrument_of(push.symbol),
        side=side,
        effect=effect_of(side),
        kind=kind or OrderKind.LIMIT,
        tif=tif or TimeInForce.GTC,
        status=VenueStatus.UNKNOWN if kind is None or tif is None else status_of(push.status),
        size=push.size or push.filled,
        price=push.price or None,
        filled_size=push.filled,
        average_price=_average(push.average, push.filled_value, push.filled),
        fee=ZERO,
        is_forced=False,
        created_ms=push.created,
        updated_ms=push.time,
    )


def _average(told: Decimal | None, value: Decimal | None, filled: Decimal) -> Decimal | None:
    if not filled:
        return None
    return told or (value / filled if value else None)


def execution_from_row(row: FillRow) -> Execution:
    return Execution(
        trade_id=row.trade_id,
        order_id=row.order_id,
        client_order_id=row.client_order_id,
        instrument_id=instrument_of(row.symbol),
        side=Side.BUY if row.is_buyer else Side.SELL,
        price=row.price,
        size=row.size,
        fee=row.fee,
        fee_coin=row.fee_coin,
        is_maker=row.is_maker,
        at_ms=row.time,
    )


def execution_from_push(push: Report) -> Execution | None:
    """Give the newest fill of a report; None when it tells of none."""
    if not push.last_size or not push.last_price or push.execution_id in {None, "", "0"}:
        return None
    return Execution(
        trade_id=str(push.execution_id),
        order_id=push.order_id,
        client_order_id=push.client_order_id,
        instrument_id=instrument_of(push.symbol),
        side=side_of(push.side),
        price=push.last_price,
        size=push.last_size,
        fee=push.fee or ZERO,
        fee_coin=push.fee_coin or "",
        is_maker=push.is_maker,
        at_ms=push.time,
    )


def fill_from(execution: Execution, realized_pnl: Decimal, price_of: PriceOf) -> Fill:
    """Give a fill with its fee in USDT: one taken in the base coin counts at the fill's own price."""
    return Fill(
        trade_id=execution.trade_id,
        venue_order_id=execution.order_id,
        client_order_id=execution.client_order_id,
        instrument_id=execution.instrument_id,
        side=execution.side,
        position_side=PositionSide.LONG,
        price=execution.price,
        size=execution.size,
        fee=_in_quote(execution, price_of),
        is_maker=execution.is_maker,
        realized_pnl=realized_pnl,
        ts_event_ms=execution.at_ms,
        base_fee=execution.fee if execution.fee_coin == base_of(execution.instrument_id) else ZERO,
    )


def _in_quote(execution: Execution, price_of: PriceOf) -> Decimal:
    if execution.fee_coin in {QUOTE, ""}:
        return execution.fee
    if execution.base_fee:
        return execution.base_fee * execution.price
    return execution.fee * (price_of(execution.fee_coin) or ZERO)  # a coin without a price here counts nothing


def income_from(row: FlowRow) -> Income:
    """Give an entry of the ledger in USDT; it names no market."""
    return Income(
        income_id=row.flow_id,
        kind=income_kind_of(row.kind),
        amount=row.change,
        fee=ZERO,
        instrument_id=None,
        detail=row.name or row.kind,
        ts_event_ms=row.created,
    )
