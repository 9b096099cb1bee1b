"""Symbols and enums: our words to HashKey's and back."""

import re
from functools import lru_cache
from typing import Final

from terminal.domain.account import IncomeKind
from terminal.domain.competition import ALLOWED_INSTRUMENTS, is_allowed
from terminal.domain.errors import MalformedReply, RequestRejected
from terminal.domain.instrument import InstrumentId, base_of, perpetual
from terminal.domain.market import Interval
from terminal.domain.order import Effect, OrderKind, Side, TimeInForce
from terminal.ports.venue import VenueStatus
from terminal.venues.hashkey.codes import VENUE

QUOTE: Final = "USDT"

_SYMBOL: Final = re.compile(r"([A-Z0-9]{1,12})USDT", re.ASCII)

INTERVALS: Final[dict[Interval, str]] = {
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
INTERVAL_OF: Final = {word: interval for interval, word in INTERVALS.items()}
_STATUSES: Final = {
    "PENDING_NEW": VenueStatus.PENDING,
    "NEW": VenueStatus.OPEN,
    "ORDER_NEW": VenueStatus.OPEN,
    "PARTIALLY_FILLED": VenueStatus.OPEN,
    "FILLED": VenueStatus.FILLED,
    "PENDING_CANCEL": VenueStatus.CANCELING,
    "CANCELED": VenueStatus.CANCELED,
    "ORDER_CANCELED": VenueStatus.CANCELED,
    "PARTIALLY_CANCELED": VenueStatus.CANCELED,
    "REJECTED": VenueStatus.CANCELED,  # it is over and rests nowhere; a refusal before that has a code
}
_KINDS: Final = {
    "LIMIT": OrderKind.LIMIT,
    "LIMIT_MAKER": OrderKind.LIMIT,
    "MARKET": OrderKind.MARKET,
    "MARKET_OF_BASE": OrderKind.MARKET,
    "MARKET_OF_QUOTE": OrderKind.MARKET,  # a market order by amount; in no list of types
}
_TIFS: Final = {"GTC": TimeInForce.GTC, "IOC": TimeInForce.IOC, "FOK": TimeInForce.FOK}
_INCOME_KINDS: Final = {
    "1": IncomeKind.TRADE,
    "2": IncomeKind.TRADE,  # the fee of one
    "51": IncomeKind.TRANSFER,
    "900": IncomeKind.TRANSFER,  # deposit
    "904": IncomeKind.TRANSFER,  # withdrawal
}


@lru_cache(maxsize=64)
def symbol_of(instrument_id: InstrumentId) -> str:
    """Give the spot symbol: `BTC-PERP` is traded as `BTCUSDT`.

    Raises:
        RequestRejected: not one of the pairs this program trades; nothing is sent.
    """
    if not is_allowed(instrument_id):
        raise RequestRejected(f"{instrument_id} is not one of the pairs this program trades.", venue=VENUE)
    return f"{base_of(instrument_id)}{QUOTE}"


@lru_cache(maxsize=1_024)  # asked for every message; unknown symbols are raised, not kept
def instrument_of(symbol: str) -> InstrumentId:
    """Give our name of a spot symbol.

    Raises:
        MalformedReply: not a spot pair against USDT.
    """
    match = _SYMBOL.fullmatch(symbol)
    if match is None:
        raise MalformedReply(f"The venue named an unknown market {symbol[:24]!r}.", venue=VENUE)
    return perpetual(match.group(1))


def is_ours(symbol: str) -> bool:
    """Tell whether a symbol is one of the pairs this program trades."""
    return symbol in _OUR_SYMBOLS


_OUR_SYMBOLS: Final = frozenset(map(symbol_of, ALLOWED_INSTRUMENTS))


def side_of(word: str) -> Side:
    """Read BUY or SELL.

    Raises:
        MalformedReply: neither.
    """
    try:
        return Side(word.upper())
    except ValueError:
        raise MalformedReply(f"The venue sent an unknown side {word[:16]!r}.", venue=VENUE) from None


def effect_of(side: Side) -> Effect:
    """On spot, buying opens or adds to a holding and selling takes from it."""
    return Effect.OPEN if side is Side.BUY else Effect.CLOSE


def kind_of(word: str) -> OrderKind | None:
    """Give the kind; None for an unknown word."""
    return _KINDS.get(word.upper())


def tif_of(kind: str, word: str | None) -> TimeInForce | None:
    """Give the time in force; a maker order has none of its own, None for an unknown word."""
    if kind.upper() == "LIMIT_MAKER":
        return TimeInForce.POST_ONLY
    return TimeInForce.GTC if word is None else _TIFS.get(word.upper())


def status_of(word: str) -> VenueStatus:
    """Give the status; a word the documents do not list is UNKNOWN, which freezes the order."""
    return _STATUSES.get(word.upper(), VenueStatus.UNKNOWN)


def income_kind_of(word: str) -> IncomeKind:
    """Give what an entry of the account's ledger is about; new numbers are OTHER."""
    return _INCOME_KINDS.get(word, IncomeKind.OTHER)
