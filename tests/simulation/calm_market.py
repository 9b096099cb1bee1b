"""A market for long storms: real matching books, prices that walk a little on each breath.

It gives the exchange and its protocol everything they ask of the full market engine, at a
thousandth of the cost. The walk is drawn from the seed, and an account's orders do not
change it. `shock` moves a price at once, so that stops fire.
"""

from collections.abc import Sequence
from decimal import Decimal
from random import Random

import numpy as np

from terminal.sim.market.book import MatchingBook
from terminal.sim.market.candles import Bars, Rolling
from terminal.sim.market.pairs import EIGHT_PAIRS
from terminal.sim.market.types import (
    BookSide,
    BookTif,
    Execution,
    FundingDue,
    PairSpec,
    PriceKind,
    Print,
    SubmitResult,
)

PAIRS = ("BTC", "ETH")
SPECS: tuple[PairSpec, ...] = EIGHT_PAIRS  # only those of `PAIRS` move
MINUTE_MS = 60_000
BREATH_MS = 3_000
_EIGHT_HOURS_MS = 28_800_000
_DEEP = 10_000_000
_RATE = Decimal("0.0001")


class CalmMarket:
    """`walk` is the largest move of a breath as a fraction, `levels` how many ticks from the middle strangers quote."""

    def __init__(
        self,
        seed: int,
        start_ms: int,
        walk: float = 0.0002,
        specs: Sequence[PairSpec] = SPECS,
        levels: Sequence[int] = (1, 2, 3),
    ) -> None:
        self.specs = specs
        self._levels = levels
        self.start_ms = self.now_ms = start_ms
        self._random = Random(seed)  # noqa: S311 - reproducible on purpose
        self._walk = walk
        self._breath_ms = start_ms
        self._books = {spec.base: MatchingBook(spec.base) for spec in specs}
        self._mids = {spec.base: int(spec.start_price / float(spec.tick)) for spec in specs}
        self._trades = 0
        self._happened: list[Execution | Print] = []
        for pair in self._books:
            self._quote(pair)

    # -- what moves it ------------------------------------------------------------

    def advance(self, now_ms: int) -> Sequence[Execution | Print]:
        self.now_ms = max(self.now_ms, now_ms)
        if now_ms - self._breath_ms > 600_000:
            self._breath_ms = now_ms - BREATH_MS  # a long sleep is one breath
        while self._breath_ms + BREATH_MS <= now_ms:
            self._breath_ms += BREATH_MS
            for pair in PAIRS:
                self._mids[pair] += round(self._mids[pair] * self._random.uniform(-self._walk, self._walk))
                self._quote(pair)
        happened, self._happened = self._happened, []
        return happened

    def shock(self, pair: str, fraction: float) -> None:
        self._mids[pair] += round(self._mids[pair] * fraction)
        self._quote(pair)

    def submit(
        self, order_id: str, pair: str, side: BookSide, lots: int, limit_ticks: int | None, tif: BookTif
    ) -> SubmitResult:
        result = self._books[pair].submit(order_id, side, lots, limit_ticks, tif)
        executions = []
        for match in result.matches:
            executions.append(self._execution(order_id, pair, side, match.price_ticks, match.lots, is_maker=False))
            if match.maker_id:
                other = side.opposite
                executions.append(
                    self._execution(match.maker_id, pair, other, match.price_ticks, match.lots, is_maker=True)
                )
        return SubmitResult(tuple(executions), result.resting_lots, result.cancelled_lots)

    def cancel(self, order_id: str) -> int:
        return sum(book.cancel(order_id) for book in self._books.values())

    def resume(self, order_id: str, pair: str, side: BookSide, lots: int, limit_ticks: int) -> None:
        self._books[pair].submit(order_id, side, lots, limit_ticks, BookTif.POST_ONLY)

    # -- what is read from it --------------------------------------------------------

    def book(self, pair: str) -> MatchingBook:
        return self._books[pair]

    def last(self, pair: str) -> int:
        return self._mids[pair]

    mark_ticks = index_ticks = last

    def tape(self, _pair: str, _limit: int) -> list[Print]:
        return []

    def funding_rate(self, _pair: str) -> Decimal:
        return _RATE

    def funding_history(self, pair: str, limit: int) -> list[FundingDue]:
        """The newest settlements, newest first; a storm is over before one falls due, so all lie before it."""
        newest_ms = self.start_ms // _EIGHT_HOURS_MS * _EIGHT_HOURS_MS
        times = range(newest_ms, newest_ms - limit * _EIGHT_HOURS_MS, -_EIGHT_HOURS_MS)
        return [FundingDue(pair, _RATE, self._mids[pair], time_ms) for time_ms in times]

    @property
    def next_funding_ms(self) -> int:
        return (self.now_ms // _EIGHT_HOURS_MS + 1) * _EIGHT_HOURS_MS

    def open_interest(self, _pair: str) -> int:
        return _DEEP

    def ticker24h(self, pair: str) -> Rolling:
        mid = self._mids[pair]
        return Rolling(mid, mid + 1, mid - 1, mid, 1_000, 1_000 * mid, 10)

    def bars(
        self,
        pair: str,
        interval_minutes: int,
        limit: int,
        end_ms: int | None = None,
        kind: PriceKind = PriceKind.LAST,
    ) -> Bars:
        """Flat bars at the present price, a few dozen; the last one forms."""
        del kind
        step_ms = interval_minutes * MINUTE_MS
        newest = (min(end_ms, self.now_ms) if end_ms else self.now_ms) // step_ms * step_ms
        oldest = self.start_ms // step_ms * step_ms - 20 * step_ms
        opens = np.arange(max(oldest, newest - (limit - 1) * step_ms), newest + 1, step_ms, dtype=np.int64)
        mid = np.full(len(opens), self._mids[pair], dtype=np.int64)
        one = np.ones(len(opens), dtype=np.int64)
        return Bars(pair, interval_minutes, opens, mid, mid + 1, mid - 1, mid, one, mid, one, one, mid)

    # -- inside ------------------------------------------------------------------------

    def _quote(self, pair: str) -> None:
        """Fresh strangers around the mid price; resting orders of accounts in their way are filled."""
        book, mid = self._books[pair], self._mids[pair]
        for side in BookSide:
            for price in book.prices(side):
                book.remove_strangers(side, price)
        for side, sign in ((BookSide.BUY, -1), (BookSide.SELL, 1)):
            for level in self._levels:
                for match in book.submit(None, side, _DEEP, mid + sign * level).matches:
                    if match.maker_id:
                        found = self._execution(
                            match.maker_id, pair, side.opposite, match.price_ticks, match.lots, is_maker=True
                        )
                        self._happened.append(found)

    def _execution(
        self, order_id: str, pair: str, side: BookSide, price: int, lots: int, *, is_maker: bool
    ) -> Execution:
        self._trades += 1
        return Execution(order_id, pair, side, price, lots, is_maker, self.now_ms, str(800_000_000 + self._trades))
