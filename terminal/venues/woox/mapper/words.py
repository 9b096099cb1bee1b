"""Enums: our words to WOO X's and back.

WOO X has no time in force: it is the order's type. In one-way mode an order has the side BOTH,
and whether it opens or closes is told only by "reduce only".
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeVar

from terminal.domain.account import MarginMode
from terminal.domain.errors import MalformedReply
from terminal.domain.market import Interval
from terminal.domain.order import Effect, OrderKind, PositionSide, Side, TimeInForce
from terminal.ports.venue import VenueStatus
from terminal.venues.woox.codes import VENUE

_Word = TypeVar("_Word", bound=Enum)


class PositionMode(Enum):
    """Whether an account keeps long and short apart."""

    ONE_WAY = "ONE_WAY"
    HEDGE = "HEDGE_MODE"


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
"""Bar lengths, by request and by stream alike."""

_INTERVAL_OF: Final = {word: interval for interval, word in INTERVALS.items()}
TYPES: Final = {
    TimeInForce.GTC: "LIMIT",
    TimeInForce.IOC: "IOC",
    TimeInForce.FOK: "FOK",
    TimeInForce.POST_ONLY: "POST_ONLY",
}
_TIFS: Final = {word: tif for tif, word in TYPES.items()} | {"MARKET": TimeInForce.IOC}
_STATUSES: Final = {
    "NEW": VenueStatus.OPEN,
    "PARTIAL_FILLED": VenueStatus.OPEN,
    "FILLED": VenueStatus.FILLED,
    "CANCELLED": VenueStatus.CANCELED,
    "REJECTED": VenueStatus.CANCELED,  # it ended without resting; what it filled counts as ever
    "EDIT_SENT": VenueStatus.OPEN,
    # A cancel that was asked for and is not carried out yet: the order can still fill.
    "CANCEL_SENT": VenueStatus.CANCELING,
    "CANCEL_ALL_SENT": VenueStatus.CANCELING,
}
MODES: Final = {MarginMode.CROSS: "CROSS", MarginMode.ISOLATED: "ISOLATED"}
_MODE_OF: Final = {word: mode for mode, word in MODES.items()}
BOTH: Final = "BOTH"
ALGO_WAITING: Final = frozenset({"NEW", "REPLACED", "EDIT_SENT", "CANCEL_SENT", "CANCEL_ALL_SENT"})
"""States in which a stop or target can still fire."""


@dataclass(frozen=True, slots=True)
class Direction:
    """What an order does to which position."""

    side: Side
    effect: Effect
    position_side: PositionSide


def interval_of(word: str) -> Interval:
    """Give the interval of a bar channel's word.

    Raises:
        MalformedReply: the stream serves intervals we never ask for.
    """
    interval = _INTERVAL_OF.get(word)
    if interval is None:
        raise MalformedReply(f"The venue sent bars of an unknown interval {word[:24]!r}.", venue=VENUE)
    return interval


def status_of(word: str) -> VenueStatus:
    """Give the status; a word the documents do not list is UNKNOWN, which freezes the order."""
    return _STATUSES.get(word.upper(), VenueStatus.UNKNOWN)


def tif_of(word: str) -> TimeInForce | None:
    """Give the time in force an order's type stands for; None for an unknown word."""
    return _TIFS.get(word.upper())


def kind_of(word: str) -> OrderKind:
    """Tell a market order from all others."""
    return OrderKind.MARKET if word.upper() == "MARKET" else OrderKind.LIMIT


def side_of(word: str) -> Side:
    """Read BUY or SELL. Raises `MalformedReply`."""
    return _member(Side, word, "side")


def position_mode_of(word: str) -> PositionMode:
    """Read how an account keeps positions. Raises `MalformedReply`: guessing would turn a close into an opening."""
    return _member(PositionMode, word, "position mode")


def margin_mode_of(word: str) -> MarginMode:
    """Read CROSS or ISOLATED. Raises `MalformedReply`."""
    mode = _MODE_OF.get(word.upper())
    if mode is None:
        raise MalformedReply(f"The venue sent an unknown margin mode {word[:16]!r}.", venue=VENUE)
    return mode


def held_side(word: str, *, is_short: bool) -> PositionSide:
    """Give the side of a holding: named in hedge mode, told by the sign else. Raises `MalformedReply`."""
    if word.upper() == BOTH:
        return PositionSide.SHORT if is_short else PositionSide.LONG
    return _member(PositionSide, word, "position side")


def direction_of(side_word: str, position_word: str, *, reduce_only: bool, is_spot: bool) -> Direction:
    """Give what an order does; on spot a sale closes what a purchase opened. Raises `MalformedReply`."""
    side = side_of(side_word)
    if is_spot:
        return Direction(side, Effect.OPEN if side is Side.BUY else Effect.CLOSE, PositionSide.LONG)
    if position_word.upper() == BOTH:
        effect = Effect.CLOSE if reduce_only else Effect.OPEN
        return Direction(side, effect, leg_of(side, effect))
    position = _member(PositionSide, position_word, "position side")
    opens = (side is Side.BUY) is (position is PositionSide.LONG)
    return Direction(side, Effect.OPEN if opens else Effect.CLOSE, position)


def leg_of(side: Side, effect: Effect) -> PositionSide:
    """Give the position an order changes: buying opens a long or closes a short."""
    return PositionSide.LONG if (side is Side.BUY) is (effect is Effect.OPEN) else PositionSide.SHORT


def closing_side(position: PositionSide) -> Side:
    """Give the side that closes a position."""
    return Side.SELL if position is PositionSide.LONG else Side.BUY


def _member(kind: type[_Word], word: str, what: str) -> _Word:
    try:
        return kind(word.upper())
    except ValueError:
        raise MalformedReply(f"The venue sent an unknown {what} {word[:16]!r}.", venue=VENUE) from None
