"""The market of one instrument at a moment, with the age of every part."""

from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.order import Side


@dataclass(frozen=True, slots=True)
class Quote:
    """Prices in quote currency; None where nothing usable is known.

    Ages in seconds on the operator's clock: `book_age_s` of bid and ask, `ticker_age_s`
    of last, mark and index. Bid and ask are None while the book is being repaired.
    """

    bid: Decimal | None
    ask: Decimal | None
    last: Decimal | None
    mark: Decimal | None
    index: Decimal | None
    book_age_s: float
    ticker_age_s: float

    @property
    def mid(self) -> Decimal | None:
        return None if self.bid is None or self.ask is None else (self.bid + self.ask) / 2

    @property
    def spread(self) -> Decimal | None:
        """Spread as a fraction of the mid price; None without a two-sided book."""
        if self.bid is None or self.ask is None or self.mid is None or self.mid <= 0:
            return None
        return (self.ask - self.bid) / self.mid

    @property
    def age_s(self) -> float:
        """Age of the oldest part."""
        return max(self.book_age_s, self.ticker_age_s)

    def touch(self, side: Side) -> Decimal | None:
        """The price a market order of this side meets first."""
        return self.ask if side is Side.BUY else self.bid
