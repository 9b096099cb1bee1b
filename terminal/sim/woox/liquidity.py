"""The market as orders of the API meet it: without RPI, and shared by contracts and spot.

Retail price improvement (RPI) orders stand closest to the middle and match
only what people trade by hand. On the live venue they make nearly the whole
inner book of a perpetual; an API order meets what is left, a much wider one.
Here everything strangers quote within some basis points of the middle is RPI.
Spot pairs have none. Source: reference section 0.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from terminal.sim.market.book import MatchingBook
from terminal.sim.market.engine import MarketEngine
from terminal.sim.market.types import BookSide, BookTif, Execution, FundingDue, Print, SubmitResult

# Half the width of the API's book in basis points of the middle. The live one was 20 (BTC) to 1,000 (TAO) when it was
# looked at; the switch `wide_book` makes it so. A tenth of that lets a trade of ordinary size make sense.
HALF_WIDTH_BPS: Final = {"BTC": 2, "ETH": 3, "SOL": 4}
_HALF_WIDTH_ELSE: Final = 5
_WIDE: Final = 10
Levels = list[tuple[int, int]]
Happening = Execution | Print | FundingDue


class MarketPort:
    """One product's way to the market; executions that belong to the other one are left for it.

    Args:
        engine: the market.
        owns: True for the ids of this product's orders.
        without_rpi: orders meet no RPI.
    """

    def __init__(self, engine: MarketEngine, owns: Callable[[str], bool], *, without_rpi: bool) -> None:
        self._engine = engine
        self._owns = owns
        self._without_rpi = without_rpi
        self._left: list[Execution] = []  # for this product, by the other one's port
        self.other: MarketPort | None = None
        self.wide = False  # True while the API's book is as wide as the live venue's

    def advance(self, now_ms: int) -> Sequence[Happening]:
        """Move the market; what happened to this product, and everything else, since the last call."""
        happened = [*self.drain(), *self._engine.advance(now_ms)]
        return [one for one in happened if not isinstance(one, Execution) or self._keeps(one)]

    def drain(self) -> list[Execution]:
        """What the other product's port found for this one."""
        left, self._left = self._left, []
        return left

    def submit(
        self, order_id: str, pair: str, side: BookSide, lots: int, limit_ticks: int | None, tif: BookTif
    ) -> SubmitResult:
        """Match an order. RPI quotes step aside meanwhile; what it leaves resting among them takes their place."""
        book = self._engine.book(pair)
        hidden = self.rpi_prices(pair, side.opposite) if self._without_rpi else []
        aside = [(price, book.remove_strangers(side.opposite, price)) for price in hidden]
        try:
            result = self._engine.submit(order_id, pair, side, lots, limit_ticks, tif)
        finally:
            for price, size in aside:
                if size:
                    book.submit(None, side.opposite, size, price, BookTif.POST_ONLY)
        own = tuple(one for one in result.executions if one.order_id == order_id or self._keeps(one))
        return replace(result, executions=own)

    def cancel(self, order_id: str) -> int:
        return self._engine.cancel(order_id)

    def resume(self, order_id: str, pair: str, side: BookSide, lots: int, limit_ticks: int) -> None:
        self._engine.resume(order_id, pair, side, lots, limit_ticks)

    def mark_ticks(self, pair: str) -> int:
        return self._engine.mark_ticks(pair)

    def last(self, pair: str) -> int:
        return self._engine.last(pair)

    def book(self, pair: str) -> MatchingBook:
        return self._engine.book(pair)

    def levels(self, pair: str, side: BookSide, levels: int) -> Levels:
        """(price ticks, lots) that an order of this product would meet, best first, at most `levels`."""
        book = self._engine.book(pair)
        hidden = frozenset(self.rpi_prices(pair, side) if self._without_rpi else ())
        found: Levels = []
        for price in book.prices(side, levels + len(hidden)):
            strangers, own = book.level(side, price)
            lots = own if price in hidden else strangers + own
            if lots and len(found) < levels:
                found.append((price, lots))
        return found

    def rpi_prices(self, pair: str, side: BookSide) -> list[int]:
        """Prices of a side within the RPI's reach, best first."""
        book = self._engine.book(pair)
        bid, ask = book.best_bid, book.best_ask
        if bid is None or ask is None:
            return []
        middle = Decimal(bid + ask) / 2
        width = middle * HALF_WIDTH_BPS.get(pair, _HALF_WIDTH_ELSE) * (_WIDE if self.wide else 1) / 10_000
        return book.prices_through(side, int(middle - width) + 1 if side is BookSide.BUY else int(middle + width))

    def _keeps(self, execution: Execution) -> bool:
        """True for an execution of this product; another's is put where that one finds it."""
        if self._owns(execution.order_id):
            return True
        if self.other is not None:
            self.other.leave(execution)
        return False

    def leave(self, execution: Execution) -> None:
        self._left.append(execution)
