"""All order books that are shown: with and without RPI, at the depths of the stream.

Source: reference sections 5 and 6.1.
"""

from collections.abc import Callable
from typing import Final

from terminal.sim.market.engine import MarketEngine
from terminal.sim.market.types import BookSide
from terminal.sim.woox.booktape import DEPTHS, BookState, BookTape, Levels
from terminal.sim.woox.instruments import LISTINGS, Listing
from terminal.sim.woox.liquidity import MarketPort

_Key = tuple[str, bool, int]
_DEEPEST: Final = DEPTHS[-1]


class ShownBooks:
    """Tapes, made when first asked for.

    Args:
        engine: whose books are shown whole.
        api: knows what of a perpetual's book is not RPI.
        now_ms: the time the protocol shows.
        hides_asks: True while a symbol's book is to be one-sided (a fault).
    """

    def __init__(
        self, engine: MarketEngine, api: MarketPort, now_ms: Callable[[], int], hides_asks: Callable[[str], bool]
    ) -> None:
        self._engine = engine
        self._api = api
        self._now_ms = now_ms
        self._hides_asks = hides_asks
        self._tapes: dict[_Key, BookTape] = {}
        self._followed: dict[_Key, int] = {}
        self._held: dict[tuple[str, bool], BookState] = {}

    def follow(self, listing: Listing, depth: int, *, rpi: bool) -> BookTape:
        """The tape of a stream channel; from now on only the channel refreshes it."""
        key = (listing.symbol, rpi, depth)
        tape = self._tape(listing, depth, rpi=rpi)
        self._followed[key] = self._followed.get(key, 0) + 1
        return tape

    def unfollow(self, listing: Listing, depth: int, *, rpi: bool) -> None:
        key = (listing.symbol, rpi, depth)
        self._followed[key] -= 1
        if not self._followed[key]:
            del self._followed[key]

    def state(self, listing: Listing, levels: int, *, rpi: bool) -> BookState:
        """What REST shows: at most `levels` of each side, stamped with its last change."""
        held = self._held.get((listing.symbol, rpi))
        if held is not None:
            return BookState(held.time_ms, held.bids[:levels], held.asks[:levels])
        depth = next((depth for depth in DEPTHS if depth >= levels), _DEEPEST)
        key = (listing.symbol, rpi, depth)
        tape = self._tape(listing, depth, rpi=rpi)
        if key not in self._followed:
            tape.refresh(self._now_ms())
        state = tape.state
        return BookState(state.time_ms, state.bids[:levels], state.asks[:levels])

    def top(self, listing: Listing, *, rpi: bool) -> tuple[Levels, Levels]:
        """(best bid, best ask) as it stands at this moment; either may be empty."""
        return self.levels(listing, BookSide.BUY, 1, rpi=rpi), self.levels(listing, BookSide.SELL, 1, rpi=rpi)

    def whole(self, listing: Listing, levels: int) -> tuple[Levels, Levels]:
        """(bids, asks) with RPI mixed in, as they stand at this moment."""
        bids, asks = (self.levels(listing, side, levels, rpi=True) for side in (BookSide.BUY, BookSide.SELL))
        return bids, asks

    def levels(self, listing: Listing, side: BookSide, levels: int, *, rpi: bool) -> Levels:
        """A side as it stands at this moment."""
        if side is BookSide.SELL and self._hides_asks(listing.symbol):
            return []
        if not rpi and not listing.is_spot:
            return self._api.levels(listing.pair, side, levels)
        bids, asks = self._engine.book(listing.pair).depth(levels)
        return bids if side is BookSide.BUY else asks

    def hold(self) -> None:
        """From now on REST shows the books of this moment, older than any change the stream is yet to tell."""
        if self._held:
            return
        for listing in LISTINGS.values():
            for rpi in (False, True):
                times = [tape.state.time_ms for key, tape in self._tapes.items() if key[:2] == (listing.symbol, rpi)]
                sides = (self.levels(listing, side, _DEEPEST, rpi=rpi) for side in (BookSide.BUY, BookSide.SELL))
                self._held[listing.symbol, rpi] = BookState(min([*times, self._now_ms()]) - 1, *sides)

    def release(self) -> None:
        self._held.clear()

    def _tape(self, listing: Listing, depth: int, *, rpi: bool) -> BookTape:
        key = (listing.symbol, rpi, depth)
        tape = self._tapes.get(key)
        if tape is None:
            tape = self._tapes[key] = BookTape(
                lambda side, levels: self.levels(listing, side, levels, rpi=rpi), depth, self._now_ms()
            )
        return tape
