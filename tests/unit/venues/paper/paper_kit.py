"""A paper venue on a market that a test moves by hand."""

from decimal import Decimal

from helpers.builders import BTC, ETH, make_book, make_instrument, make_terms, make_ticker
from helpers.fake_clock import ManualClock
from terminal.domain.fill import Fill
from terminal.domain.market import BookLevel, Funding, StreamState
from terminal.domain.order import Effect, OrderKind, Side, TimeInForce
from terminal.ports.venue import OrderReport
from terminal.venues.paper.adapter import PaperVenue

D = Decimal
HOUR_MS = 3_600_000


def levels(*pairs: tuple[str, str]) -> tuple[BookLevel, ...]:
    return tuple(BookLevel(D(price), D(size)) for price, size in pairs)


def opening(**changes):
    values = {"stop_price": None, "target_price": None, "size": D("0.1"), "reference_price": D("60000")}
    return make_terms(**(values | changes))


def closing(**changes):
    return opening(**({"side": Side.SELL, "effect": Effect.CLOSE} | changes))


def limit(price: str, **changes):
    return opening(**({"kind": OrderKind.LIMIT, "tif": TimeInForce.GTC, "price": D(price)} | changes))


class Desk:
    """One paper venue, its clock, and what its private stream said."""

    def __init__(self, folder, *, equity="10000", clock=None, **changes):
        self.clock = clock or ManualClock()
        self.path = folder / "paper.json"
        self.venue = PaperVenue(self.path, D(equity), self.clock, **changes)
        self.told = []
        self.exchange = self.venue._exchange
        self.venue._sink = self.told.append
        for instrument_id in (BTC, ETH):
            self.exchange.rules[instrument_id] = make_instrument(instrument_id)
        self.sent = 0

    def tick(self, price: str, instrument_id=BTC, **changes) -> None:
        self.venue._on_market(make_ticker(instrument_id, price, **changes))

    def book(self, bids=(("59999", "5"),), asks=(("60001", "5"),), instrument_id=BTC, **changes) -> None:
        self.venue._on_market(make_book(instrument_id, bids=levels(*bids), asks=levels(*asks), **changes))

    def market(self, price: str = "60000") -> None:
        """A whole, calm market around one price."""
        mid = D(price)
        self.tick(price)
        self.book(bids=((str(mid - 1), "5"),), asks=((str(mid + 1), "5"),))

    def lose_stream(self) -> None:
        self.venue._on_market(StreamState("public", connected=False, detail="cut"))

    def funding(self, rate: str, next_ms: int, instrument_id=BTC) -> None:
        self.venue._on_market(Funding(instrument_id, D(rate), next_ms, 480))

    async def send(self, terms, client_order_id=None):
        """Send one order; the clock moves on by its way to the venue."""
        import asyncio

        self.sent += 1
        prepared = self.venue.prepare_order(client_order_id or f"c{self.sent}", terms)
        sending = asyncio.ensure_future(self.venue.submit_order(prepared))
        await self.clock.until(lambda: bool(self.clock._sleepers) or sending.done(), 1)
        await self.clock.advance(1.0)
        return await sending

    @property
    def events(self):
        """What was told, and what will be as soon as it is on disk."""
        return [*self.told, *self.venue._untold]

    def fills(self):
        return [event for event in self.events if isinstance(event, Fill)]

    def reports(self):
        return [event for event in self.events if isinstance(event, OrderReport)]
