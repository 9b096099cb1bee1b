"""The venue's words: symbols, intervals, statuses, order types. Source: reference sections 4, 6 and 9."""

from terminal.sim.exchange.spot.records import EndReason, SelfTrade, SpotOrder
from terminal.sim.exchange.terms import OrderStatus
from terminal.sim.market.candles import MONTH, WEEK
from terminal.sim.market.types import BookSide, BookTif

QUOTE = "USDT"
EXCHANGE_ID = 301
SITE = "UAE"
OTHER_SITE = "BMU"  # what exchangeInfo lists when no site is named
LISTED = ("BTC", "ETH", "DOGE", "LTC")
LISTED_ON_REQUEST = ("SOL", "XRP")
LISTED_ELSEWHERE = ("BTC", "ETH", "SOL", "XRP")
INTERVALS = {
    "1m": 1,
    "3m": 3,
    "5m": 5,
    "15m": 15,
    "30m": 30,
    "1h": 60,
    "2h": 120,
    "4h": 240,
    "6h": 360,
    "8h": 480,
    "12h": 720,
    "1d": 1_440,
    "1w": WEEK,
    "1M": MONTH,
}
SIDES = {side.value: side for side in BookSide}
STP_MODES = {"EXPIRE_TAKER": SelfTrade.EXPIRE_TAKER, "EXPIRE_MAKER": SelfTrade.EXPIRE_MAKER}
TIMES_IN_FORCE = {"GTC": BookTif.GTC, "IOC": BookTif.IOC, "FOK": BookTif.FOK}
_CANCEL_REASONS = {
    EndReason.NONE: "",
    EndReason.USER: "USER_CANCEL",
    EndReason.IOC: "RISKLIMIT_CANCEL",
    EndReason.FOK: "RISKLIMIT_CANCEL",
    EndReason.POST_ONLY: "RISKLIMIT_CANCEL",
    EndReason.SELF_TRADE: "SELF_TRADE_CANCEL",
    EndReason.SYSTEM: "SYSTEM_CANCEL",
}


def symbol_of(pair: str) -> str:
    return pair + QUOTE


def pair_of(symbol: str) -> str:
    """The base coin of a symbol; "" when it is not against USDT."""
    return symbol.removesuffix(QUOTE) if symbol.endswith(QUOTE) else ""


def status_of(order: SpotOrder) -> str:
    if order.status is OrderStatus.PENDING:
        return "PENDING_NEW"
    if order.status is OrderStatus.OPEN:
        return "PARTIALLY_FILLED" if order.filled_size else "NEW"
    if order.status is OrderStatus.FILLED:
        return "FILLED"
    return "PARTIALLY_CANCELED" if order.filled_size else "CANCELED"


def type_of(order: SpotOrder) -> str:
    if order.price is None:
        return "MARKET"
    return "LIMIT_MAKER" if order.tif is BookTif.POST_ONLY else "LIMIT"


def tif_of(order: SpotOrder) -> str:
    return "GTC" if order.tif is BookTif.POST_ONLY else order.tif.value


def cancel_reason_of(order: SpotOrder) -> str:
    return _CANCEL_REASONS[order.end_reason]
