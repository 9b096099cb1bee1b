"""Turning executions into fills and coins. Fees are taken from the coin that is received."""

from terminal.sim.exchange.spot.books import SpotBooks
from terminal.sim.exchange.spot.records import FlowKind, SpotFill, SpotOrder
from terminal.sim.exchange.terms import OrderStatus
from terminal.sim.market.types import BookSide, Execution


def settle(books: SpotBooks, order: SpotOrder, execution: Execution) -> SpotFill:
    """Book one match of `order`: coins, fill, order; tells order, fill and balances."""
    rules = books.rules[order.pair]
    size, price = rules.size(execution.lots), rules.price(execution.price_ticks)
    now_ms = max(execution.time_ms, order.updated_ms)
    fee_rate = rules.maker_fee if execution.is_maker else rules.taker_fee
    paid, received = (size * price, size) if order.side is BookSide.BUY else (size, size * price)
    received_asset = rules.base if order.side is BookSide.BUY else rules.quote
    fee = received * fee_rate
    books.spend_locked(order, paid, now_ms)
    books.credit(received_asset, received, FlowKind.TRADE, now_ms)
    if fee:
        books.credit(received_asset, -fee, FlowKind.FEE, now_ms)
    fill = SpotFill(
        trade_id=books.ids.next(),
        match_id=execution.trade_id,
        order_id=order.order_id,
        client_oid=order.client_oid,
        pair=order.pair,
        side=order.side,
        size=size,
        price=price,
        fee=fee,
        fee_asset=received_asset,
        is_maker=execution.is_maker,
        created_ms=now_ms,
    )
    books.fills.append(fill)
    _note_on_order(books, order, fill)
    books.tell_order(order, now_ms, fill)
    books.tell_fill(fill, now_ms)
    books.tell_balances((rules.base, rules.quote), now_ms)
    return fill


def _note_on_order(books: SpotBooks, order: SpotOrder, fill: SpotFill) -> None:
    order.filled_size += fill.size
    order.filled_value += fill.value
    order.latest_price, order.latest_size = fill.price, fill.size
    order.updated_ms = fill.created_ms
    order.status = OrderStatus.OPEN
    if order.filled_size == order.size:
        order.status = OrderStatus.FILLED
        books.close_order(order)
    elif order.side is BookSide.BUY and order.price is not None:
        # Filled better than the limit: what is not needed any more is free again.
        books.unlock(order, order.locked - order.remaining * order.price)
