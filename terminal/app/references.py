"""The venues whose prices are compared: their own addresses, or in a demo a built-in exchange of each.

Nothing here has a key, and nothing could be sent through it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from terminal.app.exchange_process import ExchangeProcess, MarketMoment
from terminal.app.venue_link import VenueAdapter, open_adapter
from terminal.domain.errors import ConfigError
from terminal.ports.chance import Chance
from terminal.ports.market_feed import MarketFeed
from terminal.services.market.references import ReferenceFeed
from terminal.storage.endpoints import Endpoints, official_endpoints

if TYPE_CHECKING:
    from terminal.app.session import Session


class ReferenceVenues:
    """Opens each venue when its feed is asked for, and closes all of them."""

    def __init__(self, session: "Session", own: MarketFeed, chance: Chance) -> None:
        """`own` is the feed of the venue orders go to: a demo's other markets keep its time."""
        self._session = session
        self._own = own
        self._chance = chance
        self._processes: dict[str, ExchangeProcess] = {}
        self._adapters: dict[str, VenueAdapter] = {}
        self._turn = asyncio.Lock()

    def feeds(self) -> tuple[ReferenceFeed, ...]:
        return tuple(ReferenceFeed(venue, self._opener(venue)) for venue in self._session.references)

    async def aclose(self) -> None:
        """End the connections, then the exchanges. Safe to call twice."""
        adapters, self._adapters = self._adapters, {}
        for adapter in adapters.values():
            await adapter.aclose()
        processes, self._processes = self._processes, {}
        await asyncio.gather(*(asyncio.to_thread(each.stop) for each in processes.values()))

    def _opener(self, venue: str) -> Callable[[], Awaitable[MarketFeed]]:
        async def opened() -> MarketFeed:
            if venue not in self._adapters:
                self._adapters[venue] = self._adapter(venue, await self._endpoints(venue))
            return self._adapters[venue]

        return opened

    async def _endpoints(self, venue: str) -> Endpoints:
        session = self._session
        if not session.is_demo:
            return official_endpoints(session.profile.api_version, venue)
        if session.engine is not None:
            await session.engine.wait_ready()  # the desk's own start comes first
        async with self._turn:  # one process after another: each takes a core while it starts
            return await self._built_in(venue)

    def _adapter(self, venue: str, endpoints: Endpoints) -> VenueAdapter:
        session = self._session
        return open_adapter(
            endpoints,
            None,
            session.clock,
            self._chance,
            venue=venue,
            api_version=session.profile.api_version,
            may_trade=False,
            route=session.profile.route,
        )

    async def _built_in(self, venue: str) -> Endpoints:
        """Start this venue's exchange beside the demo's own, on the same market at the same time.

        Raises:
            VenueError: the demo's own exchange does not tell its time yet.
            ConfigError: it did not start.
        """
        session, link = self._session, self._session.link
        if link is None:
            raise ConfigError("The demo's own exchange is not ready yet.")
        await self._own.sync_clock()
        now_ms = session.clock.now_ms() + round(self._own.health().clock_offset_ms or 0.0)
        moment = MarketMoment(link.genesis_ms, now_ms, round(time.time() * 1000))
        earlier = self._processes.pop(venue, None)
        if earlier is not None:
            await asyncio.to_thread(earlier.stop)
        process = await asyncio.to_thread(self._start, venue, moment)
        self._processes[venue] = process
        line = await process.ready()
        return Endpoints(line.rest_url, line.public_stream_url, line.private_stream_url)

    def _start(self, venue: str, moment: MarketMoment) -> ExchangeProcess:
        session = self._session
        return ExchangeProcess(
            seed=session.seed,
            speed=session.speed,
            state=None,
            log=session.paths.exchange_log,
            venue=venue,
            beside=moment,
        )
