"""v2's names for pairs, intervals and enums.

Source: reference sections 3.1, 4, 6.2 and 8.1.
"""

from terminal.sim.exchange.terms import Effect, MarginMode, OrderOrigin, PositionSide
from terminal.sim.market.candles import MONTH, WEEK
from terminal.sim.market.types import BookTif
from terminal.sim.weex.errors import Problem, WeexError
from terminal.sim.weex.fields import Fields
from terminal.sim.weex.names import by_name, symbols

_SYMBOLS = symbols("cmt_{}usdt", lower=True)
SYMBOLS, PAIRS = _SYMBOLS.of, _SYMBOLS.pairs
CONTRACT_IDS = {base: 10_000_001 + index for index, base in enumerate(SYMBOLS)}
COIN_ID = 2  # USDT
CLIENT_OID_LENGTH = 40

STREAM_INTERVALS = {
    "MINUTE_1": 1,
    "MINUTE_5": 5,
    "MINUTE_15": 15,
    "MINUTE_30": 30,
    "HOUR_1": 60,
    "HOUR_2": 120,
    "HOUR_4": 240,
    "HOUR_6": 360,
    "HOUR_8": 480,
    "HOUR_12": 720,
    "DAY_1": 1_440,
    "WEEK_1": WEEK,
    "MONTH_1": MONTH,
}

DIRECTIONS = {
    "1": (PositionSide.LONG, Effect.OPEN),
    "2": (PositionSide.SHORT, Effect.OPEN),
    "3": (PositionSide.LONG, Effect.CLOSE),
    "4": (PositionSide.SHORT, Effect.CLOSE),
}
DIRECTION_CODES = {direction: code for code, direction in DIRECTIONS.items()}
ORDER_TYPES = {"0": BookTif.GTC, "1": BookTif.POST_ONLY, "2": BookTif.FOK, "3": BookTif.IOC}
ORDER_TYPE_NAMES = {BookTif.GTC: "normal", BookTif.POST_ONLY: "postOnly", BookTif.FOK: "fok", BookTif.IOC: "ioc"}
MARGIN_MODES = by_name({MarginMode.CROSS: "1", MarginMode.ISOLATED: "3"})
MARGIN_MODE_NAMES = {MarginMode.CROSS: "SHARED", MarginMode.ISOLATED: "ISOLATED"}


def pair_of(symbol: str) -> str:
    """The pair behind a symbol.

    Raises:
        WeexError: PAIR_FORBIDDEN for a pair this account may not trade, UNKNOWN_SYMBOL for any other.
    """
    pair = PAIRS.get(symbol)
    if pair is not None:
        return pair
    raise WeexError(Problem.PAIR_FORBIDDEN if symbol in _SYMBOLS.foreign else Problem.UNKNOWN_SYMBOL)


def optional_pair(fields: Fields) -> str | None:
    return pair_of(fields.text("symbol")) if fields.has("symbol") else None


def type_name(side: PositionSide, effect: Effect, origin: OrderOrigin) -> str:
    """`open_long` ... or `burst_liquidate_long` for the liquidation engine's orders."""
    if origin is OrderOrigin.LIQUIDATION:
        return f"burst_liquidate_{side.value.lower()}"
    return f"{effect.value.lower()}_{side.value.lower()}"
