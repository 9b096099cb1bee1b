"""The order book and the tape as a window shows them: one command, two events.

A book is packed into whole numbers, prices in ticks and sizes in size steps, so that a seat can
group and add up hundreds of levels without touching a `Decimal` and without losing a digit.
"""

from array import array
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.market import BookLevel, OrderBook, PublicTrade

SHALLOW: Final = 15
DEEP: Final = 200
_WHOLE: Final = "q"  # 64-bit; a price of 1e9 in ticks of 1e-9 still fits


@dataclass(frozen=True, slots=True)
class WatchDepth:
    """Show book and tape of one pair, with at least `levels` levels a side; None: nobody looks any more."""

    instrument_id: InstrumentId | None
    levels: int


@dataclass(frozen=True, slots=True)
class DepthSnapshot:
    """One book at a moment; replaces the one before.

    `bid_ticks`, `bid_sizes`, `ask_ticks` and `ask_sizes` are packed native 64-bit whole numbers,
    best first: a price is its ticks times `price_step`, a size its steps times `size_step`.
    `received_s` is the operator's monotonic time at which the venue last spoke of this book.
    A book that is not `synchronised` is broken and being repaired: its levels are old.
    """

    instrument_id: InstrumentId
    price_step: Decimal
    size_step: Decimal
    bid_ticks: bytes
    bid_sizes: bytes
    ask_ticks: bytes
    ask_sizes: bytes
    synchronised: bool
    received_s: float
    version: int


@dataclass(frozen=True, slots=True)
class Prints:
    """New trades of a pair, oldest first. `whole` True: these replace the tape shown so far."""

    instrument_id: InstrumentId
    prints: tuple[PublicTrade, ...]
    whole: bool = False


def snapshot_of(book: OrderBook, rules: Instrument, received_s: float) -> DepthSnapshot:
    """Pack a book. What lies between two ticks is shown a tick worse, never better than it is."""
    tick, step = rules.price_step, rules.size_step
    return DepthSnapshot(
        instrument_id=book.instrument_id,
        price_step=tick,
        size_step=step,
        bid_ticks=array(_WHOLE, [int(level.price // tick) for level in book.bids]).tobytes(),
        bid_sizes=_sizes(book.bids, step),
        ask_ticks=array(_WHOLE, [_ticks_up(level.price, tick) for level in book.asks]).tobytes(),
        ask_sizes=_sizes(book.asks, step),
        synchronised=book.synchronised,
        received_s=received_s,
        version=book.version,
    )


def ticks_of(price: Decimal, tick: Decimal) -> int:
    """Give the nearest whole number of ticks."""
    return int((price / tick).to_integral_value())


def _ticks_up(price: Decimal, tick: Decimal) -> int:
    whole, rest = divmod(price, tick)
    return int(whole) + (1 if rest else 0)


def _sizes(levels: tuple[BookLevel, ...], step: Decimal) -> bytes:
    """A size below one step still counts as one: an empty row would hide an order."""
    return array(_WHOLE, [max(1, int((level.size / step).to_integral_value())) for level in levels]).tobytes()
