"""Private contract calls. Source: reference section 5.

There is no call to close, to change leverage or to cancel everything: an order against the
position reduces it, and leverage and margin mode come with each order.
"""

import re
from decimal import Decimal
from typing import Any, Final

from terminal.sim.bitz import shapes
from terminal.sim.bitz.contracts import MAX_LEVERAGE
from terminal.sim.bitz.errors import BitzError, Code
from terminal.sim.bitz.form import Form
from terminal.sim.bitz.market_api import pair_of
from terminal.sim.bitz.venue import BitzVenue, Call
from terminal.sim.exchange.order_desk import OrderRequest
from terminal.sim.exchange.records import Fill, Order
from terminal.sim.exchange.terms import LeverageSetting, MarginMode, OrderStatus, Refusal
from terminal.sim.market.types import BookSide, BookTif

_DIRECTIONS: Final = {"1": BookSide.BUY, "-1": BookSide.SELL}
_MODES: Final = {"1": MarginMode.CROSS, "-1": MarginMode.ISOLATED}
_TYPES: Final = {"limit": True, "market": False}
_DATES: Final = {"7": 7, "30": 30}
_DAY_MS: Final = 86_400_000
_PAGES_MAX: Final = 10
_ROWS_MAX: Final = 50
_IDS: Final = re.compile(r"[0-9]{1,19}(,[0-9]{1,19})*", re.ASCII)


def add_trade(venue: BitzVenue, call: Call) -> dict[str, Any]:
    """Place an order. Nothing of it names the caller: two equal orders are told apart by their ids alone."""
    form = call.form
    pair = pair_of(form, Code.MARKET)
    side = form.choice("direction", _DIRECTIONS, Code.DIRECTION)
    is_limit = form.choice("type", _TYPES, Code.TRANSACTION_TYPE)
    size = _amount(form) * venue.exchange.rules[pair].lot
    price = _price(form) if is_limit else None
    setting = _setting(form)
    if venue.faults.take("halt", call.path):
        raise BitzError(Code.TRADING_HALT)
    return {"orderId": int(_place(venue, pair, side, size, price, setting).order_id)}


def cancel_trade(venue: BitzVenue, call: Call) -> dict[str, Any]:
    order = _order(venue, call.form)
    if order.status is OrderStatus.FILLED:
        raise BitzError(Code.ORDER_FILLED)
    if order.status is OrderStatus.CANCELED:
        raise BitzError(Code.NO_SUCH_ORDER)
    venue.exchange.orders.cancel(order.order_id, venue.exchange.now_ms)
    return {}


def open_orders(venue: BitzVenue, call: Call) -> list[dict[str, Any]]:
    pair = pair_of(call.form)
    return [_order_row(venue, order) for order in venue.exchange.books.open_orders(pair)][::-1]


def order_result(venue: BitzVenue, call: Call) -> list[dict[str, Any]]:
    """Up to 50 orders by id; ids that are not known are left out."""
    written = call.form.text("entrustSheetIds")
    if not _IDS.fullmatch(written) or written.count(",") >= _ROWS_MAX:
        raise BitzError(Code.PARAMETER)
    known = venue.exchange.books.orders
    return [_order_row(venue, known[order_id]) for order_id in written.split(",") if order_id in known]


def order_history(venue: BitzVenue, call: Call) -> list[dict[str, Any]]:
    """Finished and cancelled orders, newest first."""
    pair = pair_of(call.form)
    past = [order for order in venue.exchange.books.orders.values() if order.pair == pair and order.status.is_final]
    return [_order_row(venue, order) for order in _page(call.form, past[::-1])]


def order_fills(venue: BitzVenue, call: Call) -> list[dict[str, Any]]:
    order = _order(venue, call.form)
    fills = [fill for fill in venue.exchange.books.fills if fill.order_id == order.order_id]
    return [_fill_row(venue, fill) for fill in _page(call.form, fills[::-1])]


def my_fills(venue: BitzVenue, call: Call) -> list[dict[str, Any]]:
    """Fills of the last 7 or 30 days, newest first."""
    pair = pair_of(call.form)
    days = call.form.choice("createDate", _DATES) if call.form.has("createDate") else 7
    oldest_ms = venue.exchange.now_ms - days * _DAY_MS
    fills = [fill for fill in venue.exchange.books.fills if fill.pair == pair and fill.created_ms >= oldest_ms]
    return [_fill_row(venue, fill) for fill in _page(call.form, fills[::-1])]


def active_positions(venue: BitzVenue, call: Call) -> list[dict[str, Any]]:
    pair = pair_of(call.form)
    position = venue.exchange.net_position(pair)
    if position is None:
        return []
    return [shapes.position_row(venue, position, shapes.rounds_of(_fills(venue, pair))[-1])]


def closed_positions(venue: BitzVenue, call: Call) -> list[dict[str, Any]]:
    """Newest first."""
    pair = pair_of(call.form)
    ended = [each for each in shapes.rounds_of(_fills(venue, pair)) if each.ended_ms is not None]
    return [shapes.closed_row(pair, each) for each in _page(call.form, ended[::-1])]


def account_info(venue: BitzVenue, call: Call) -> dict[str, Any]:
    return shapes.account_row(venue, call.now_ms)


def _place(
    venue: BitzVenue, pair: str, side: BookSide, size: Decimal, price: Decimal | None, setting: LeverageSetting
) -> Order:
    """Enter an order under its own leverage and mode; a refused one leaves the old ones in force."""
    exchange = venue.exchange
    before = exchange.books.leverage[pair]
    in_use = exchange.net_position(pair) is not None or any(exchange.books.open_orders(pair))
    if in_use and setting.mode is not before.mode:
        raise BitzError(Code.PARAMETER)
    exchange.books.leverage[pair] = setting
    position_side, effect = exchange.role_of(pair, side, size)
    request = OrderRequest(
        pair=pair,
        client_oid="",
        side=position_side,
        effect=effect,
        size=size,
        price=price,
        tif=BookTif.IOC if price is None else BookTif.GTC,
    )
    try:
        return exchange.orders.place(request, exchange.now_ms)
    except Refusal:
        exchange.books.leverage[pair] = before
        raise


def _amount(form: Form) -> Decimal:
    """Whole contracts, above 0."""
    amount = form.decimal("amount", Code.AMOUNT_POSITIVE)
    if amount <= 0:
        raise BitzError(Code.AMOUNT_POSITIVE)
    if amount != amount.to_integral_value():
        raise BitzError(Code.AMOUNT_RANGE)
    return amount


def _price(form: Form) -> Decimal:
    price = form.decimal("price", Code.PRICE)
    if price < 0:
        raise BitzError(Code.NEGATIVE)
    if not price:
        raise BitzError(Code.PRICE)
    return price


def _setting(form: Form) -> LeverageSetting:
    leverage = form.decimal("leverage")
    if not 1 <= leverage <= MAX_LEVERAGE:
        raise BitzError(Code.PARAMETER)
    return LeverageSetting(form.choice("isCross", _MODES), leverage, leverage, leverage)


def _order(venue: BitzVenue, form: Form) -> Order:
    order = venue.exchange.books.orders.get(form.text("entrustSheetId"))
    if order is None:
        raise BitzError(Code.NO_SUCH_ORDER)
    return order


def _fills(venue: BitzVenue, pair: str) -> list[Fill]:
    return [fill for fill in venue.exchange.books.fills if fill.pair == pair]


def _order_row(venue: BitzVenue, order: Order) -> dict[str, Any]:
    return shapes.order_row(order, venue.exchange.rules[order.pair])


def _fill_row(venue: BitzVenue, fill: Fill) -> dict[str, Any]:
    order = venue.exchange.books.orders[fill.order_id]
    return shapes.fill_row(fill, order, venue.exchange.rules[fill.pair])


def _page(form: Form, rows: list[Any]) -> list[Any]:
    """Pages 1 to 10 of at most 50 rows: nothing older can be asked for."""
    number = form.optional_integer("page", 1, 1, _PAGES_MAX)
    size = form.optional_integer("pageSize", _ROWS_MAX, 1, _ROWS_MAX)
    return rows[(number - 1) * size : number * size]
