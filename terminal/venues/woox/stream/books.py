"""The live books of the public stream by the venue's symbol."""

from terminal.venues.woox.stream.book import ChainedBook
from terminal.venues.woox.stream.topics import DEPTH


class BookShelf:
    """They outlive a connection, and are not to be trusted while there is none."""

    def __init__(self) -> None:
        self._books: dict[str, ChainedBook] = {}

    def of(self, symbol: str) -> ChainedBook:
        return self._books.setdefault(symbol, ChainedBook(DEPTH))

    def renew(self, symbol: str, depth: int) -> ChainedBook:
        """Begin a book anew, for another depth."""
        self._books[symbol] = ChainedBook(depth)
        return self._books[symbol]
