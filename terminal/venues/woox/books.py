"""The live books of the public stream, for everybody who needs the price an order would meet."""

from terminal.domain.instrument import InstrumentId
from terminal.domain.market import OrderBook
from terminal.venues.woox.mapper.symbols import Symbols
from terminal.venues.woox.stream.book import ChainedBook
from terminal.venues.woox.stream.books import BookShelf


class Books:
    """Books in domain words. `shelf` is what the stream works on."""

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols
        self.shelf = BookShelf()

    def of(self, symbol: str) -> ChainedBook:
        return self.shelf.of(symbol)

    def shown(self, symbol: str) -> OrderBook:
        """Give a book as it stands, trusted or not."""
        book = self.of(symbol)
        return OrderBook(
            instrument_id=self._symbols.instrument_of(symbol),
            bids=book.bids(),
            asks=book.asks(),
            version=book.last_ms,
            synchronised=book.synchronised,
            ts_event_ms=book.last_ms,
        )

    def known(self, instrument_id: InstrumentId) -> OrderBook | None:
        """Give a book that can be traded on; None when there is none."""
        symbol = self._symbols.spell(instrument_id)
        return self.shown(symbol) if self.of(symbol).synchronised else None
