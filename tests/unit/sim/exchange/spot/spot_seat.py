"""A spot account on a market that moves by hand, and short words for it."""

from decimal import Decimal

from hand_market import NOW_MS, HandMarket

from terminal.sim.exchange.spot.desk import SpotRequest
from terminal.sim.exchange.spot.exchange import SpotExchange
from terminal.sim.exchange.spot.rules import SpotRules
from terminal.sim.market.types import BookSide, BookTif

RULES = {
    "BTC": SpotRules("BTC", "USDT", Decimal("0.1"), Decimal("0.0001"), Decimal("0.001"), Decimal("0.002")),
    "DOGE": SpotRules("DOGE", "USDT", Decimal("0.00001"), Decimal(100), Decimal(0), Decimal("0.002")),
}


class HandSpotMarket(HandMarket):
    def book(self, pair):
        return self.books[pair]


class SpotSeat:
    """Short words for what the tests do all the time. The first quotes are 99,999.9 and 100,000.1."""

    def __init__(self, books=None):
        self.market = HandSpotMarket()
        opening = {"USDT": Decimal(10_000), "BTC": Decimal(1)}
        self.exchange = SpotExchange(self.market, RULES, 1, NOW_MS, opening, books)
        self.books = self.exchange.books
        self._count = 0

    def request(self, size, price=None, *, side=BookSide.BUY, pair="BTC", amount=None, **more):
        self._count += 1
        tif = more.pop("tif", BookTif.IOC if price is None else BookTif.GTC)
        return SpotRequest(
            pair=pair,
            client_oid=more.pop("client_oid", f"c{self._count}"),
            side=side,
            size=Decimal(size),
            price=None if price is None else Decimal(price),
            tif=tif,
            amount=None if amount is None else Decimal(amount),
            **more,
        )

    def place(self, *arguments, **more):
        return self.exchange.orders.place(self.request(*arguments, **more), self.exchange.now_ms)

    def sell(self, *arguments, **more):
        return self.place(*arguments, side=BookSide.SELL, **more)

    def cancel(self, order):
        return self.exchange.orders.cancel(order.order_id, self.exchange.now_ms)

    def pass_time(self, ms=1_000):
        self.exchange.advance(self.exchange.now_ms + ms)

    def free(self, asset="USDT"):
        return self.books.holdings[asset].free

    def locked(self, asset="USDT"):
        return self.books.holdings[asset].locked
