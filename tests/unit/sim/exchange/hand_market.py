"""A market whose prices the test sets, and an exchange on top of it."""

from decimal import Decimal

from terminal.sim.exchange.exchange import Exchange
from terminal.sim.exchange.order_desk import OrderRequest
from terminal.sim.exchange.terms import Effect, PositionSide
from terminal.sim.market.book import MatchingBook
from terminal.sim.market.types import BookSide, BookTif, Execution, FundingDue, PairSpec, SubmitResult

SPECS = (
    PairSpec("BTC", Decimal("0.1"), Decimal("0.0001"), 1, 100_000.0, 0.5, 1.0),
    PairSpec("DOGE", Decimal("0.00001"), Decimal(100), 1, 0.2, 0.8, 1.0),
)
NOW_MS = 1_765_000_000_000


class HandMarket:
    """Real matching books, hand-set marks; nobody moves but the test."""

    def __init__(self):
        self.books = {spec.base: MatchingBook(spec.base) for spec in SPECS}
        self.marks = {}
        self.lasts = {}
        self.now_ms = NOW_MS
        self._happened = []
        self._trades = 0
        for spec in SPECS:
            self.move(spec.base, str(spec.start_price))

    def move(self, pair, price, lots=1_000_000):
        """Quote one level each side of a price, `lots` thick, and set mark and last to it."""
        spec = next(spec for spec in SPECS if spec.base == pair)
        ticks = int(Decimal(price) / spec.tick)
        book = self.books[pair]
        for side in BookSide:
            for level in book.prices(side):
                book.remove_strangers(side, level)
        for side, level in ((BookSide.BUY, ticks - 1), (BookSide.SELL, ticks + 1)):
            for match in book.submit(None, side, lots, level).matches:
                if match.maker_id:
                    self._happened.append(self._execution(match.maker_id, pair, side.opposite, match, is_maker=True))
        self.marks[pair] = self.lasts[pair] = ticks

    def fund(self, pair, rate):
        self._happened.append(FundingDue(pair, Decimal(rate), self.marks[pair], self.now_ms + 1))

    def hit(self, pair, side, lots):
        """A stranger takes from the book."""
        for match in self.books[pair].submit(None, side, lots, None, BookTif.IOC).matches:
            if match.maker_id:
                self._happened.append(self._execution(match.maker_id, pair, side.opposite, match, is_maker=True))

    def advance(self, now_ms):
        self.now_ms = now_ms
        happened, self._happened = self._happened, []
        return happened

    def submit(self, order_id, pair, side, lots, limit_ticks, tif):
        result = self.books[pair].submit(order_id, side, lots, limit_ticks, tif)
        executions = []
        for match in result.matches:
            executions.append(self._execution(order_id, pair, side, match, is_maker=False))
            if match.maker_id:
                executions.append(self._execution(match.maker_id, pair, side.opposite, match, is_maker=True))
        return SubmitResult(tuple(executions), result.resting_lots, result.cancelled_lots)

    def cancel(self, order_id):
        return sum(book.cancel(order_id) for book in self.books.values())

    def resume(self, order_id, pair, side, lots, limit_ticks):
        self.books[pair].submit(order_id, side, lots, limit_ticks, BookTif.POST_ONLY)

    def mark_ticks(self, pair):
        return self.marks[pair]

    def last(self, pair):
        return self.lasts[pair]

    def _execution(self, order_id, pair, side, match, *, is_maker):
        self._trades += 1
        return Execution(order_id, pair, side, match.price_ticks, match.lots, is_maker, self.now_ms, str(self._trades))


class Desk:
    """Short words for what the tests do all the time."""

    def __init__(self):
        self.market = HandMarket()
        self.exchange = Exchange(self.market, SPECS, seed=1, now_ms=NOW_MS)
        self.books = self.exchange.books
        self._count = 0

    def place(self, size, price=None, *, side=PositionSide.LONG, effect=Effect.OPEN, pair="BTC", **more):
        self._count += 1
        request = OrderRequest(
            pair=pair,
            client_oid=f"c{self._count}",
            side=side,
            effect=effect,
            size=Decimal(size),
            price=None if price is None else Decimal(price),
            tif=more.pop("tif", BookTif.IOC if price is None else BookTif.GTC),
            **more,
        )
        return self.exchange.orders.place(request, self.exchange.now_ms)

    def close(self, size, price=None, **more):
        return self.place(size, price, effect=Effect.CLOSE, **more)

    def pass_time(self, ms=1_000):
        self.exchange.advance(self.exchange.now_ms + ms)

    def move(self, price, pair="BTC", **more):
        self.market.move(pair, price, **more)
        self.pass_time()

    def position(self, side=PositionSide.LONG, pair="BTC"):
        return self.books.position(pair, side)

    @property
    def cash(self):
        return self.books.wallet.cash
