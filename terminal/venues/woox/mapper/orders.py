"""Orders, fills, stops and targets to domain."""

from decimal import Decimal

from terminal.domain.fill import Fill
from terminal.domain.instrument import base_of
from terminal.domain.order import ZERO, PositionSide, Side, TimeInForce
from terminal.ports.venue import FiredTrigger, OrderReport, TriggerReport, VenueStatus
from terminal.venues.woox.mapper.ids import OwnIds
from terminal.venues.woox.mapper.symbols import QUOTE, Symbols
from terminal.venues.woox.mapper.words import Direction, direction_of, kind_of, side_of, status_of, tif_of
from terminal.venues.woox.wire.orders import AlgoRow, ExecutionPush, FillRow, OrderRow


def fee_in_quote(fee: Decimal | None, asset: str | None, price: Decimal | None, base: str) -> Decimal:
    """Give a fee in USDT; a spot purchase pays it in the coin that was bought, at that price.

    A fee in a third coin, whose price is not known here, counts at nothing rather than at a wrong figure.
    """
    if not fee:
        return ZERO
    if asset is None or asset.upper() == QUOTE:
        return fee
    return fee * price if price is not None and asset.upper() == base else ZERO


def base_fee(fee: Decimal | None, asset: str | None, base: str) -> Decimal:
    """Give the part of a fee that was taken from the bought coin itself: the holding grew by that much less."""
    return fee if fee and asset is not None and asset.upper() == base else ZERO


def report_from_row(row: OrderRow, symbols: Symbols, ids: OwnIds) -> OrderReport:
    """Give a REST order. Words we do not know give the status UNKNOWN, which freezes it."""
    tif = tif_of(row.type)
    way = direction_of(row.side, row.position_side, reduce_only=row.reduce_only, is_spot=symbols.is_spot)
    return OrderReport(
        venue_order_id=row.order_id,
        client_order_id=ids.name(row.order_id, row.own_id),
        instrument_id=symbols.instrument_of(row.symbol),
        side=way.side,
        effect=way.effect,
        kind=kind_of(row.type),
        tif=tif or TimeInForce.GTC,
        status=VenueStatus.UNKNOWN if tif is None else status_of(row.status),
        size=row.filled if row.size is None else row.size,
        price=row.price,
        filled_size=row.filled,
        average_price=row.average_price,
        fee=fee_in_quote(row.fee, row.fee_asset, row.average_price, _base(row.symbol, symbols)),
        is_forced=False,
        created_ms=row.created,
        updated_ms=max(row.created, row.updated or 0),
    )


def report_from_push(push: ExecutionPush, symbols: Symbols, ids: OwnIds) -> OrderReport:
    """Give a pushed order. It names no time of its making, so the push's stands for it."""
    tif = tif_of(push.type)
    way = way_of_push(push, symbols)
    return OrderReport(
        venue_order_id=push.order_id,
        client_order_id=ids.name(push.order_id, push.own_id),
        instrument_id=symbols.instrument_of(push.symbol),
        side=way.side,
        effect=way.effect,
        kind=kind_of(push.type),
        tif=tif or TimeInForce.GTC,
        status=VenueStatus.UNKNOWN if tif is None else status_of(push.status),
        size=push.size,
        price=push.price,
        filled_size=push.filled,
        average_price=push.average_price,
        fee=fee_in_quote(push.total_fee, push.fee_asset, push.average_price, _base(push.symbol, symbols)),
        is_forced=False,
        created_ms=push.time,
        updated_ms=push.time,
    )


def way_of_push(push: ExecutionPush, symbols: Symbols) -> Direction:
    return direction_of(push.side, push.position_side, reduce_only=push.reduce_only, is_spot=symbols.is_spot)


def fill_from_push(push: ExecutionPush, symbols: Symbols, ids: OwnIds, realized_pnl: Decimal) -> Fill | None:
    """Give the execution a push tells of; None when it tells of none. It names no profit, so that is given."""
    if push.trade_id is None or push.fill_price is None or not push.fill_size:
        return None
    way, base = way_of_push(push, symbols), _base(push.symbol, symbols)
    return Fill(
        trade_id=push.trade_id,
        venue_order_id=push.order_id,
        client_order_id=ids.name(push.order_id, push.own_id),
        instrument_id=symbols.instrument_of(push.symbol),
        side=way.side,
        position_side=way.position_side,
        price=push.fill_price,
        size=push.fill_size,
        fee=fee_in_quote(push.fee, push.fee_asset, push.fill_price, base),
        is_maker=push.maker,
        realized_pnl=realized_pnl,
        ts_event_ms=push.time,
        base_fee=base_fee(push.fee, push.fee_asset, base),
    )


def fill_from_row(row: FillRow, position_side: PositionSide, symbols: Symbols, ids: OwnIds) -> Fill:
    """Give a REST execution. Its row names no position, so that comes from its order."""
    base = _base(row.symbol, symbols)
    return Fill(
        trade_id=row.trade_id,
        venue_order_id=row.order_id,
        client_order_id=ids.name(row.order_id, None),
        instrument_id=symbols.instrument_of(row.symbol),
        side=side_of(row.side),
        position_side=position_side,
        price=row.price,
        size=row.size,
        fee=fee_in_quote(row.fee, row.fee_asset, row.price, base),
        is_maker=row.maker == 1,
        realized_pnl=row.realized_pnl or ZERO,
        ts_event_ms=row.time,
        base_fee=base_fee(row.fee, row.fee_asset, base),
    )


def likely_leg(row: FillRow, symbols: Symbols) -> PositionSide:
    """Guess the position of an execution whose order cannot be read any more: only a close makes a profit or loss."""
    if symbols.is_spot:
        return PositionSide.LONG
    closes = bool(row.realized_pnl)
    return PositionSide.LONG if (side_of(row.side) is Side.BUY) is not closes else PositionSide.SHORT


def trigger_from(row: AlgoRow, symbols: Symbols, ids: OwnIds) -> TriggerReport:
    """Give a stop or target that waits. Some close whatever is held and name no size: then it is 0."""
    way = direction_of(row.side, row.position_side, reduce_only=row.reduce_only, is_spot=symbols.is_spot)
    return TriggerReport(
        venue_order_id=row.algo_id,
        client_order_id=ids.name(row.algo_id, row.own_id),
        instrument_id=symbols.instrument_of(row.symbol),
        side=way.side,
        effect=way.effect,
        size=row.size or ZERO,
        trigger_price=row.trigger_price or ZERO,
        created_ms=row.created,
    )


def fired_from(row: AlgoRow, symbols: Symbols) -> FiredTrigger:
    """Give a stop or target that has become an order; the venue does not always name that order."""
    way = direction_of(row.side, row.position_side, reduce_only=row.reduce_only, is_spot=symbols.is_spot)
    return FiredTrigger(
        trigger_id=row.algo_id,
        order_id=row.order_id,
        instrument_id=symbols.instrument_of(row.symbol),
        side=way.side,
        effect=way.effect,
        size=row.size or ZERO,
        created_ms=row.created,
        fired_ms=row.trigger_time or row.created,
    )


def _base(symbol: str, symbols: Symbols) -> str:
    return base_of(symbols.instrument_of(symbol))
