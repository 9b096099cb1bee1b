"""The venue's names for pairs, intervals and enums.

Source: reference sections 3.1, 4, 6.2 and 8.1.
"""

from terminal.sim.exchange.terms import Effect, MarginMode, OrderOrigin, PositionSide
from terminal.sim.market.candles import MONTH, WEEK
from terminal.sim.market.types import BookTif
from terminal.sim.weex.replies import WeexError, invalid

PAIRS = {f"cmt_{base.lower()}usdt": base for base in ("BTC", "ETH", "SOL", "DOGE", "XRP", "ADA", "BNB", "LTC")}
SYMBOLS = {base: symbol for symbol, base in PAIRS.items()}
# Known to the venue, but this account may not trade them.
FOREIGN = {f"cmt_{base}usdt" for base in ("sui", "link", "trx", "hbar", "ton", "1000shib", "uni", "ena")}
CONTRACT_IDS = {base: 10_000_001 + index for index, base in enumerate(SYMBOLS)}
COIN_ID = 2  # USDT

GRANULARITIES = {
    "1m": 1,
    "5m": 5,
    "15m": 15,
    "30m": 30,
    "1h": 60,
    "4h": 240,
    "12h": 720,
    "1d": 1_440,
    "1w": WEEK,
}
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
MARGIN_MODES = {1: MarginMode.CROSS, 3: MarginMode.ISOLATED}
MARGIN_MODE_NAMES = {MarginMode.CROSS: "SHARED", MarginMode.ISOLATED: "ISOLATED"}


def pair_of(symbol: str) -> str:
    """The pair behind a symbol.

    Raises:
        WeexError: 50003 for a pair this account may not trade, 40020 for an unknown one.
    """
    pair = PAIRS.get(symbol)
    if pair is not None:
        return pair
    if symbol in FOREIGN:
        raise WeexError("50003", "No permission to trade this pair")
    raise invalid("symbol")


def type_name(side: PositionSide, effect: Effect, origin: OrderOrigin) -> str:
    """`open_long` ... or `burst_liquidate_long` for the liquidation engine's orders."""
    if origin is OrderOrigin.LIQUIDATION:
        return f"burst_liquidate_{side.value.lower()}"
    return f"{effect.value.lower()}_{side.value.lower()}"
