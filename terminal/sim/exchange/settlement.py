"""Turning executions and funding into fills, positions, cash and events."""

from decimal import Decimal

from terminal.sim.exchange.books import AccountBooks
from terminal.sim.exchange.records import Fill, Order, Position
from terminal.sim.exchange.terms import (
    MONEY_GRAIN,
    ZERO,
    BillKind,
    Effect,
    EventCause,
    EventKind,
    MarginMode,
    OrderOrigin,
    OrderStatus,
    PositionSide,
)
from terminal.sim.market.types import Execution, FundingDue

_BILLS = {
    (PositionSide.LONG, Effect.OPEN): BillKind.OPEN_LONG,
    (PositionSide.SHORT, Effect.OPEN): BillKind.OPEN_SHORT,
    (PositionSide.LONG, Effect.CLOSE): BillKind.CLOSE_LONG,
    (PositionSide.SHORT, Effect.CLOSE): BillKind.CLOSE_SHORT,
}


def settle_execution(books: AccountBooks, order: Order, execution: Execution) -> Fill:
    """Book one match of `order`; publishes order, fill, position and account events."""
    rules = books.rules[order.pair]
    size = rules.size(execution.lots)
    price = rules.price(execution.price_ticks)
    value = size * price
    fee = value * (rules.maker_fee if execution.is_maker else rules.taker_fee)
    now_ms = max(execution.time_ms, order.updated_ms)
    books.sequence += 1
    position = books.position_or_new(order.pair, order.side, now_ms)
    if order.effect is Effect.OPEN:
        realized = ZERO
        _open(position, size, value, fee)
    else:
        realized = _close(position, size, value, fee)
    position.updated_ms = now_ms
    position.updated_sequence = books.sequence
    fill = _fill(books, order, execution, size, value, fee, realized, now_ms)
    _note_on_order(order, fill, price)
    if order.status.is_final:
        books.close_order(order)
    _note_on_wallet(books, fill)
    books.move_cash(_BILLS[fill.side, fill.effect], realized - fee, now_ms, fill.pair, fee)
    books.publish(EventKind.ORDER, order, now_ms)
    books.publish(EventKind.FILL, fill, now_ms)
    books.publish(EventKind.POSITION, position, now_ms)
    books.publish(EventKind.ACCOUNT, books.wallet, now_ms)
    return fill


def settle_funding(books: AccountBooks, due: FundingDue) -> None:
    """Longs pay `rate` of the notional at the mark, shorts receive it (or the reverse)."""
    mark = books.rules[due.pair].price(due.mark_ticks)
    for position in list(books.held(due.pair)):
        payment = (position.size * mark * due.rate).quantize(MONEY_GRAIN)
        if position.side is PositionSide.SHORT:
            payment = -payment
        position.funding_fee += payment
        position.cum_funding_fee += payment
        position.updated_ms = due.time_ms
        books.wallet.add_total("position_funding", -payment)
        books.move_cash(BillKind.FUNDING, -payment, due.time_ms, due.pair)
        books.publish(EventKind.POSITION, position, due.time_ms, EventCause.FUNDING)
        books.publish(EventKind.ACCOUNT, books.wallet, due.time_ms, EventCause.FUNDING)


def _open(position: Position, size: Decimal, value: Decimal, fee: Decimal) -> None:
    position.size += size
    position.open_value += value
    position.open_fee += fee
    position.cum_open_size += size
    position.cum_open_value += value
    position.cum_open_fee += fee
    if position.margin_mode is MarginMode.ISOLATED:
        position.isolated_margin += (value / position.leverage).quantize(MONEY_GRAIN)


def _close(position: Position, size: Decimal, value: Decimal, fee: Decimal) -> Decimal:
    """Release the closed share of the entry; the last close releases the exact rest."""
    if size > position.size:
        raise ValueError(f"closing {size} of a position of {position.size} {position.pair}")
    share = size / position.size

    def part(amount: Decimal) -> Decimal:
        return amount if size == position.size else (amount * share).quantize(MONEY_GRAIN)

    entry = part(position.open_value)
    open_fee = part(position.open_fee)
    funding = part(position.funding_fee)
    margin = part(position.isolated_margin)
    position.size -= size
    position.open_value -= entry
    position.open_fee -= open_fee
    position.funding_fee -= funding
    position.isolated_margin -= margin
    position.cum_close_size += size
    position.cum_close_value += value
    position.cum_close_fee += fee
    return value - entry if position.side is PositionSide.LONG else entry - value


def _fill(
    books: AccountBooks,
    order: Order,
    execution: Execution,
    size: Decimal,
    value: Decimal,
    fee: Decimal,
    realized: Decimal,
    now_ms: int,
) -> Fill:
    fill = Fill(
        trade_id=books.ids.next(),
        order_id=order.order_id,
        pair=order.pair,
        side=order.side,
        effect=order.effect,
        origin=order.origin,
        margin_mode=order.margin_mode,
        size=size,
        value=value,
        fee=fee,
        liquidate_fee=ZERO,
        realized_pnl=realized,
        is_maker=execution.is_maker,
        created_ms=now_ms,
    )
    books.fills.append(fill)
    return fill


def _note_on_order(order: Order, fill: Fill, price: Decimal) -> None:
    order.filled_size += fill.size
    order.filled_value += fill.value
    order.fee += fill.fee
    order.realized_pnl += fill.realized_pnl
    order.latest_price = price
    order.max_price = max(order.max_price, price)
    order.min_price = min(order.min_price, price) if order.min_price else price
    order.updated_ms = fill.created_ms
    order.status = OrderStatus.FILLED if order.filled_size == order.size else OrderStatus.OPEN


def _note_on_wallet(books: AccountBooks, fill: Fill) -> None:
    name = _BILLS[fill.side, fill.effect].value
    books.wallet.add_total(name, fill.value)
    books.wallet.add_total("position_fill_fee", -fill.fee)
    if fill.origin is OrderOrigin.LIQUIDATION:
        books.wallet.add_total("position_liquidate_fee", -fill.liquidate_fee)
