"""Symbols and enums: our words to WEEX's and back, for both dialects in one place.

v2 REST says `postOnly` and `open_long` where v3 and the private streams say `POST_ONLY` and
BUY/LONG; all end here. Reading takes either dialect's word everywhere, because captures mix them.
"""

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final, TypeVar

from terminal.domain.account import IncomeKind, MarginMode
from terminal.domain.competition import is_allowed
from terminal.domain.errors import MalformedReply, RequestRejected
from terminal.domain.instrument import InstrumentId, base_of, perpetual
from terminal.domain.market import Interval
from terminal.domain.order import Effect, PositionSide, Side, TimeInForce
from terminal.ports.venue import VenueStatus

_Word = TypeVar("_Word", bound=Enum)
_V2_SYMBOL: Final = re.compile(r"cmt_([a-z0-9]{1,12})usdt", re.ASCII)
_V3_SYMBOL: Final = re.compile(r"([A-Z0-9]{1,12})USDT", re.ASCII)

REST_INTERVALS: Final[dict[Interval, str]] = {
    Interval.M1: "1m",
    Interval.M5: "5m",
    Interval.M15: "15m",
    Interval.M30: "30m",
    Interval.H1: "1h",
    Interval.H4: "4h",
    Interval.H12: "12h",
    Interval.D1: "1d",
    Interval.W1: "1w",
}
STREAM_INTERVALS: Final[dict[Interval, str]] = {
    Interval.M1: "MINUTE_1",
    Interval.M5: "MINUTE_5",
    Interval.M15: "MINUTE_15",
    Interval.M30: "MINUTE_30",
    Interval.H1: "HOUR_1",
    Interval.H4: "HOUR_4",
    Interval.H12: "HOUR_12",
    Interval.D1: "DAY_1",
    Interval.W1: "WEEK_1",
}
# v3's stream uses REST's words.
_INTERVAL_OF_STREAM: Final = {
    word: interval for words in (STREAM_INTERVALS, REST_INTERVALS) for interval, word in words.items()
}

TYPE_CODES: Final = {
    (Effect.OPEN, PositionSide.LONG): "1",
    (Effect.OPEN, PositionSide.SHORT): "2",
    (Effect.CLOSE, PositionSide.LONG): "3",
    (Effect.CLOSE, PositionSide.SHORT): "4",
}
TIF_CODES: Final = {
    TimeInForce.GTC: "0",
    TimeInForce.POST_ONLY: "1",
    TimeInForce.FOK: "2",
    TimeInForce.IOC: "3",
}
_TIFS: Final = {
    "normal": TimeInForce.GTC,
    "postonly": TimeInForce.POST_ONLY,
    "fok": TimeInForce.FOK,
    "ioc": TimeInForce.IOC,
    "good_til_cancel": TimeInForce.GTC,
    "good_til_canceled": TimeInForce.GTC,
    "good_till_cancel": TimeInForce.GTC,
    "post_only": TimeInForce.POST_ONLY,
    "fill_or_kill": TimeInForce.FOK,
    "immediate_or_cancel": TimeInForce.IOC,
    "gtc": TimeInForce.GTC,
}
_STATUSES: Final = {
    "pending": VenueStatus.PENDING,
    "new": VenueStatus.OPEN,
    "open": VenueStatus.OPEN,
    "filled": VenueStatus.FILLED,
    "canceling": VenueStatus.CANCELING,
    "canceled": VenueStatus.CANCELED,
    "expired": VenueStatus.CANCELED,  # v3's word for a rest the venue cancelled; fills count as ever
    "untriggered": VenueStatus.UNTRIGGERED,
}
MODE_CODES: Final = {MarginMode.CROSS: 1, MarginMode.ISOLATED: 3}
MODE_WORDS: Final = {MarginMode.CROSS: "CROSSED", MarginMode.ISOLATED: "ISOLATED"}
_MODES: Final = {
    "SHARED": MarginMode.CROSS,
    "CROSSED": MarginMode.CROSS,
    "ISOLATED": MarginMode.ISOLATED,
}
_INCOME_KINDS: Final = {
    "deposit": IncomeKind.TRANSFER,
    "withdraw": IncomeKind.TRANSFER,
    "transfer_in": IncomeKind.TRANSFER,
    "transfer_out": IncomeKind.TRANSFER,
    "margin_move_in": IncomeKind.MARGIN,
    "margin_move_out": IncomeKind.MARGIN,
    "order_fix_margin_amount": IncomeKind.MARGIN,
    "position_open_long": IncomeKind.TRADE,
    "position_open_short": IncomeKind.TRADE,
    "position_close_long": IncomeKind.TRADE,
    "position_close_short": IncomeKind.TRADE,
    "position_funding": IncomeKind.FUNDING,
    "order_fill_fee_income": IncomeKind.FEE_SHARE,
    "order_liquidate_fee_income": IncomeKind.FEE_SHARE,
    "start_liquidate": IncomeKind.LIQUIDATION,
    "finish_liquidate": IncomeKind.LIQUIDATION,
}
_FORCED_PREFIXES: Final = ("offset_liquidate", "agreement_close", "burst_liquidate")


@dataclass(frozen=True, slots=True)
class Direction:
    """What a REST order `type` says. `known` is False for words the documents do not list."""

    side: Side
    effect: Effect
    forced: bool
    known: bool


def v2_symbol(instrument_id: InstrumentId) -> str:
    """Give v2's symbol: `BTC-PERP` is `cmt_btcusdt`.

    Raises:
        RequestRejected: the competition does not allow this instrument; nothing is sent.
    """
    require_allowed(instrument_id)
    return f"cmt_{base_of(instrument_id).lower()}usdt"


def v3_symbol(instrument_id: InstrumentId) -> str:
    """Give v3's symbol: `BTC-PERP` is `BTCUSDT`. Raises as `v2_symbol`."""
    require_allowed(instrument_id)
    return f"{base_of(instrument_id)}USDT"


def require_allowed(instrument_id: InstrumentId) -> None:
    """Stop a request for a pair outside the competition.

    Raises:
        RequestRejected: nothing is sent.
    """
    if not is_allowed(instrument_id):
        raise RequestRejected(f"{instrument_id} is not one of the competition's pairs.", venue="WEEX")


@lru_cache(maxsize=1_024)  # asked for every message; unknown symbols are raised, not kept
def instrument_of(symbol: str) -> InstrumentId:
    """Give our name of a symbol of either dialect, also of pairs we may not trade: their positions must show.

    Raises:
        MalformedReply: not a symbol of a USDT perpetual.
    """
    match = _V2_SYMBOL.fullmatch(symbol) or _V3_SYMBOL.fullmatch(symbol)
    if match is None:
        raise MalformedReply(f"The venue named an unknown market {symbol[:24]!r}.", venue="WEEX")
    return perpetual(match.group(1).upper())


def stream_interval(word: str) -> Interval:
    """Give the interval of a kline channel's word.

    Raises:
        MalformedReply: the stream serves intervals we never ask for.
    """
    interval = _INTERVAL_OF_STREAM.get(word)
    if interval is None:
        raise MalformedReply(f"The venue sent bars of an unknown interval {word[:24]!r}.", venue="WEEX")
    return interval


def status_of(word: str) -> VenueStatus:
    """Give the status; a word the documents do not list is UNKNOWN, which freezes the order."""
    return _STATUSES.get(word.lower(), VenueStatus.UNKNOWN)


def tif_of(word: str) -> TimeInForce | None:
    """Give the time in force; None for an unknown word."""
    return _TIFS.get(word.lower())


def direction_of(word: str) -> Direction:
    """Read a REST order type such as `open_long` or `burst_liquidate_short`.

    Raises:
        MalformedReply: the word does not even tell the position's side.
    """
    lowered = word.lower()
    prefix, _, position = lowered.rpartition("_")
    if position not in {"long", "short"}:
        raise MalformedReply(f"The venue sent an unknown order type {word[:32]!r}.", venue="WEEX")
    effect = Effect.OPEN if prefix == "open" else Effect.CLOSE
    forced = prefix in _FORCED_PREFIXES
    known = forced or prefix in {"open", "close"}
    return Direction(side_for(effect, PositionSide(position.upper())), effect, forced, known)


def plan_direction_of(word: str) -> Direction:
    """Read a trigger order's type: "1".."10" in the documents, words in some live rows.

    Raises:
        MalformedReply: neither.
    """
    if word.isascii() and word.isdigit() and 1 <= int(word) <= 10:
        number = int(word)
        # 1/2 open, 3/4 close; 5-10 are partial close, auto-deleverage and liquidation pairs.
        position = PositionSide.LONG if number % 2 else PositionSide.SHORT
        effect = Effect.OPEN if number <= 2 else Effect.CLOSE
        return Direction(side_for(effect, position), effect, number >= 7, known=True)
    return direction_of(word)


def side_of(word: str) -> Side:
    """Read BUY or SELL.

    Raises:
        MalformedReply: neither.
    """
    return _member(Side, word, "side")


def position_side_of(word: str) -> PositionSide:
    """Read LONG or SHORT; older samples write `Long`.

    Raises:
        MalformedReply: neither.
    """
    return _member(PositionSide, word, "position side")


def _member(kind: type[_Word], word: str, what: str) -> _Word:
    try:
        return kind(word.upper())
    except ValueError:
        raise MalformedReply(f"The venue sent an unknown {what} {word[:16]!r}.", venue="WEEX") from None


def side_for(effect: Effect, position: PositionSide) -> Side:
    """Give the side that opens or closes a position."""
    opens_long = (effect is Effect.OPEN) is (position is PositionSide.LONG)
    return Side.BUY if opens_long else Side.SELL


def effect_for(side: Side, position: PositionSide) -> Effect:
    """Give whether a side on a position opens or closes it."""
    return Effect.OPEN if (side is Side.BUY) is (position is PositionSide.LONG) else Effect.CLOSE


def margin_mode_of(word: str) -> MarginMode:
    """Read SHARED, CROSSED or ISOLATED.

    Raises:
        MalformedReply: a mode we do not know: guessing would be refused or, worse, accepted.
    """
    mode = _MODES.get(word.upper())
    if mode is None:
        raise MalformedReply(f"Unknown margin mode {word[:16]!r}.", venue="WEEX")
    return mode


def income_kind_of(word: str) -> IncomeKind:
    """Give what a bill's business type is about; copy trading and new words are OTHER."""
    return _INCOME_KINDS.get(word.lower(), IncomeKind.OTHER)
