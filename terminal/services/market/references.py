"""Listens to other venues' public prices and compares them with ours.

Public market data only: no key, no account, and nothing that could send an order. A venue that
cannot be reached costs its column and nothing else.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.errors import TerminalError
from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.market import MarketEvent, OrderBook, StreamState
from terminal.domain.messages import Event
from terminal.domain.plain_words import joined, why
from terminal.domain.references import FRESH_S, ReferenceLink, ReferencePrice, ReferenceRow, ReferencesChanged
from terminal.domain.venues import venue_title
from terminal.ports.clock import Clock
from terminal.ports.market_feed import MarketFeed
from terminal.services.market.hub import MarketHub
from terminal.services.reporter import Reporter

TELL_S: Final = 1.0
_AGAIN_S: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
_BP: Final = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class ReferenceFeed:
    """Another venue's market data; `venue` as settings call it.

    `open` gives the feed when it can be used; what it raises (`TerminalError`) is told, and tried again.
    """

    venue: str
    open: Callable[[], Awaitable[MarketFeed]]


@dataclass(frozen=True, slots=True)
class _Touch:
    """The best of one book, and the operator's moment it was heard."""

    bid: Decimal
    ask: Decimal
    mid: Decimal
    spread_bp: float
    heard_s: float


class _Heard:
    """What one venue has said: its pairs once they are known, and the newest mid of each with its moment."""

    def __init__(self, reference: ReferenceFeed, clock: Clock) -> None:
        self.venue = reference.venue
        self.open = reference.open
        self.listed: frozenset[InstrumentId] | None = None
        self._decimals: dict[InstrumentId, int] = {}
        self.connected = False
        self.text = "connecting"
        self._clock = clock
        self._books: dict[InstrumentId, _Touch] = {}

    def take(self, event: MarketEvent) -> None:
        """Keep the middle of a whole book; one that is being repaired is not known."""
        match event:
            case OrderBook(instrument_id=name):
                bid, ask = event.best_bid, event.best_ask
                if not event.synchronised or bid is None or ask is None or bid.price <= 0:
                    self._books.pop(name, None)
                    return
                mid = (bid.price + ask.price) / 2
                spread_bp = round(float((ask.price - bid.price) / mid * _BP), 4)
                self._books[name] = _Touch(bid.price, ask.price, mid, spread_bp, self._clock.monotonic_s())
            case StreamState(connected=connected, detail=detail):
                self.connected, self.text = connected, detail or ("connected" if connected else "not connected")

    def price_of(self, name: InstrumentId, own: Decimal | None) -> ReferencePrice:
        """Give the pair's price here; `own` is our mid while it is fresh."""
        listed, decimals = None if self.listed is None else name in self.listed, self._decimals.get(name)
        known = self._books.get(name)
        if known is None:
            return ReferencePrice(self.venue, listed, decimals=decimals)
        mid = known.mid
        age_s = round(self._clock.monotonic_s() - known.heard_s, 3)
        compared = own is not None and own > 0 and age_s <= FRESH_S
        basis_bp = round(float((mid - own) / own * _BP), 4) if own is not None and compared else None
        return ReferencePrice(self.venue, listed, mid, known.spread_bp, basis_bp, age_s, known.bid, known.ask, decimals)

    def learn(self, instruments: Iterable[Instrument]) -> None:
        """Take the venue's pairs and the steps of their prices."""
        self._decimals = {rules.instrument_id: rules.price_decimals for rules in instruments}
        self.listed = frozenset(self._decimals)

    @property
    def link(self) -> ReferenceLink:
        return ReferenceLink(self.venue, venue_title(self.venue), self.connected, self.text)


class ReferenceDesk:
    """Follows all references; `row` gives a pair's comparison at any moment."""

    def __init__(
        self,
        references: tuple[ReferenceFeed, ...],
        hub: MarketHub,
        clock: Clock,
        instruments: tuple[InstrumentId, ...],
        reporter: Reporter,
        *,
        emit: Callable[[Event], None],
    ) -> None:
        self._hub = hub
        self._clock = clock
        self._ids = instruments
        self._reporter = reporter
        self._emit = emit
        self._heard = tuple(_Heard(each, clock) for each in references)

    @property
    def venues(self) -> tuple[str, ...]:
        return tuple(each.venue for each in self._heard)

    def row(self, name: InstrumentId) -> ReferenceRow:
        """Compare one pair, now; ages count up to this moment."""
        quote = self._hub.quote(name)
        age_s = None if quote.book_age_s == float("inf") else round(quote.book_age_s, 3)
        own = quote.mid if age_s is not None and age_s <= FRESH_S else None
        prices = tuple(each.price_of(name, own) for each in self._heard)
        return ReferenceRow(name, quote.mid, age_s, prices, _dispersion_bp(own, prices))

    async def run(self) -> None:
        """Follow every venue, and tell once a second, until cancelled."""
        if not self._heard:
            return
        async with asyncio.TaskGroup() as group:
            for each in self._heard:
                group.create_task(self._follow(each))
            group.create_task(self._tell())

    async def _tell(self) -> None:
        while True:
            await self._clock.sleep(TELL_S)
            self.tell()

    def tell(self) -> None:
        """Tell the comparison as it is now."""
        rows = tuple(self.row(each) for each in self._ids)
        self._emit(ReferencesChanged(rows, tuple(each.link for each in self._heard), self._clock.now_ms()))

    async def _follow(self, heard: _Heard) -> None:
        """Learn the venue's pairs, then listen to those we trade; tried on for as long as it takes."""
        source, tries = f"prices of {venue_title(heard.venue)}", 0
        while True:
            try:
                feed = await heard.open()
                await feed.sync_clock()
                heard.learn(await feed.instruments())
                break
            except TerminalError as error:
                heard.text = joined("it cannot be reached", why(error), "Trying on")
                self._reporter.failing(source, f"{venue_title(heard.venue)} cannot be compared", error)
            await self._clock.sleep(_AGAIN_S[min(tries, len(_AGAIN_S) - 1)])
            tries += 1
        self._reporter.works(source)
        wanted = tuple(each for each in self._ids if each in (heard.listed or ()))
        if wanted:
            await feed.run_public(wanted, heard.take)
        else:
            heard.text = "it lists none of our pairs"


def _dispersion_bp(own: Decimal | None, prices: tuple[ReferencePrice, ...]) -> float | None:
    """The widest gap among mids that were compared, ours included, in basis points of ours."""
    fresh = [each.mid for each in prices if each.basis_bp is not None and each.mid is not None]
    if own is None or not fresh:
        return None
    return round(float((max(own, *fresh) - min(own, *fresh)) / own * _BP), 4)
