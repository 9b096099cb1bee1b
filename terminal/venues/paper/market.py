"""The live prices a paper account trades against, and what it has taken from them already.

Pessimistic: an order only gets what the visible far side of the book offers, level by
level, and what was taken once is gone until the feed sends the next book.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.instrument import InstrumentId
from terminal.domain.market import BookLevel, OrderBook, Ticker
from terminal.domain.order import ZERO, Side

BOOK_AGE_S: Final = 10.0  # an older book is no price to fill at


@dataclass(frozen=True, slots=True)
class Match:
    """Part of an order that meets a level of the book."""

    price: Decimal
    size: Decimal


class LiveMarket:
    """Newest books and last prices; empty after the stream was lost."""

    def __init__(self, monotonic_s: Callable[[], float]) -> None:
        self._monotonic_s = monotonic_s
        self._books: dict[InstrumentId, OrderBook] = {}
        self._book_s: dict[InstrumentId, float] = {}
        self._tickers: dict[InstrumentId, Ticker] = {}
        self._taken: dict[tuple[InstrumentId, Side], dict[Decimal, Decimal]] = {}

    # -- feeding ---------------------------------------------------------------

    def on_book(self, book: OrderBook) -> None:
        self._books[book.instrument_id] = book
        self._book_s[book.instrument_id] = self._monotonic_s()
        for side in Side:
            self._taken.pop((book.instrument_id, side), None)

    def on_ticker(self, ticker: Ticker) -> None:
        self._tickers[ticker.instrument_id] = ticker

    def forget_books(self) -> None:
        """The stream is lost: what it said last is no price to fill at."""
        self._books.clear()

    # -- prices ----------------------------------------------------------------

    def last(self, instrument_id: InstrumentId) -> Decimal | None:
        ticker = self._tickers.get(instrument_id)
        return None if ticker is None else ticker.last

    def mark(self, instrument_id: InstrumentId) -> Decimal | None:
        """The price positions are valued at: mark, or last where the venue gives no mark."""
        ticker = self._tickers.get(instrument_id)
        return None if ticker is None else ticker.mark or ticker.last

    def has_book(self, instrument_id: InstrumentId) -> bool:
        """Tell whether an order can be filled now."""
        book = self._books.get(instrument_id)
        if book is None or not book.synchronised or not (book.bids and book.asks):
            return False
        return self._monotonic_s() - self._book_s[instrument_id] <= BOOK_AGE_S

    def far_price(self, instrument_id: InstrumentId, side: Side) -> Decimal | None:
        """Best price an order of this side would trade at; None without a book."""
        return next((level.price for level in self._far(instrument_id, side, None)), None)

    # -- taking ----------------------------------------------------------------

    def reachable(self, instrument_id: InstrumentId, side: Side, limit: Decimal | None) -> Decimal:
        """How much an order could get now, not worse than `limit`."""
        return sum((level.size for level in self._far(instrument_id, side, limit)), ZERO)

    def take(self, instrument_id: InstrumentId, side: Side, size: Decimal, limit: Decimal | None) -> list[Match]:
        """Take up to `size` from the far side, best level first, not worse than `limit`."""
        taken = self._taken.setdefault((instrument_id, side), {})
        matches = []
        for level in self._far(instrument_id, side, limit):
            part = min(level.size, size)
            if part <= 0:
                break
            matches.append(Match(level.price, part))
            taken[level.price] = taken.get(level.price, ZERO) + part
            size -= part
        return matches

    def _far(self, instrument_id: InstrumentId, side: Side, limit: Decimal | None) -> list[BookLevel]:
        """What is left of the far side, best first."""
        if not self.has_book(instrument_id):
            return []
        book = self._books[instrument_id]
        taken = self._taken.get((instrument_id, side), {})
        buys = side is Side.BUY
        left = []
        for level in book.asks if buys else book.bids:
            if limit is not None and (level.price > limit if buys else level.price < limit):
                break
            size = level.size - taken.get(level.price, ZERO)
            if size > 0:
                left.append(BookLevel(level.price, size))
        return left
