"""The WOO X adapter: both ports, in domain words, for perpetuals or for spot.

`WooxAdapter` is a `MarketFeed` and a `TradingVenue`. One object is one account and one product;
it owns its connections, and `aclose` ends them. Only one program may follow an account's private
stream: a second one would take its listen key away.
"""

import asyncio

import httpx
from websockets.asyncio.client import ClientConnection

from terminal.domain.errors import ConfigError
from terminal.net import hosts
from terminal.net.redact import quiet_libraries
from terminal.net.route import DIRECT, Route
from terminal.net.stream.link import OwnPing, Session, StreamLink, always_at
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.ports.venue import ProductKind, VenueSink
from terminal.venues.woox.books import Books
from terminal.venues.woox.desk import open_desk
from terminal.venues.woox.feed import WooxFeed
from terminal.venues.woox.mapper.symbols import Symbols
from terminal.venues.woox.private_relay import PrivateRelay
from terminal.venues.woox.signing import Credentials
from terminal.venues.woox.stream.frames import PING_S, ping
from terminal.venues.woox.stream.keeping import StreamKeeper
from terminal.venues.woox.stream.private import PrivateSession
from terminal.venues.woox.trading import WooxTrading

__all__ = ["Credentials", "ProductKind", "WooxAdapter"]


class WooxAdapter(WooxFeed, WooxTrading):
    """One WOO X account, or the built-in exchange that speaks like it."""

    def __init__(
        self,
        rest_url: str,
        public_stream_url: str,
        private_stream_url: str,
        credentials: Credentials,
        clock: Clock,
        chance: Chance,
        *,
        simulated: bool,
        keeps_account: bool = True,
        product: ProductKind = ProductKind.PERPETUAL,
        may_trade: bool = True,
        transport: httpx.AsyncBaseTransport | None = None,
        route: Route = DIRECT,
        connection: type[ClientConnection] = ClientConnection,
    ) -> None:
        """Check the addresses and prepare the connections; nothing is sent yet.

        `may_trade` False: no order leaves through it, whoever asks. Without a key only public
        data can be had. `connection` is the kind of socket of the public stream.

        Raises:
            ConfigError: an address is not on the allow list, or play money and real money are mixed up.
        """
        base_url = hosts.rest_url(rest_url, hosts.WOOX_HOSTS)
        public_url = hosts.stream_url(public_stream_url, hosts.WOOX_HOSTS)
        private_url = hosts.stream_url(private_stream_url, hosts.WOOX_HOSTS)
        for url in (base_url, public_url, private_url):
            if hosts.is_loopback(url) is not simulated:
                kind = "the built-in exchange" if simulated else "the real venue"
                raise ConfigError(f"{url} is not {kind}. Choose the other profile or correct the address.")
        quiet_libraries()
        symbols = Symbols(product)
        desk = open_desk(
            base_url,
            credentials,
            clock,
            chance,
            symbols,
            transport,
            may_trade=may_trade,
            route=route,
            connection=connection,
        )
        books = Books(symbols)
        WooxFeed.__init__(self, desk, books, public_url)
        WooxTrading.__init__(self, desk, books, simulated=simulated, keeps_account=keeps_account)
        self._private_url = private_url

    async def run_private(self, sink: VenueSink) -> None:
        """Follow orders, executions and the account until cancelled, over any number of keys and connections."""
        desk = self._desk
        relay = PrivateRelay(desk, self._history, self._placing.guards, sink)
        keeper = StreamKeeper(
            desk.account.listen_key,
            self._follow,
            lambda: PrivateSession(relay, desk.clock),
            relay,
            clock=desk.clock,
            chance=desk.chance,
            venue_ms=desk.server_clock.now_ms,
        )
        work = asyncio.create_task(relay.work())
        try:
            await keeper.run()
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

    async def aclose(self) -> None:
        """Close idle connections. The streams end with the tasks that run them."""
        await self._desk.http.aclose()

    async def _follow(self, key: str, session: Session) -> str:
        """Run one connection of the private stream to its end."""
        desk = self._desk

        link = StreamLink(
            always_at(f"{self._private_url}?key={key}"),
            clock=desk.clock,
            chance=desk.chance,
            name="WOO X private stream",
            own_ping=OwnPing(PING_S, lambda: ping(desk.server_clock.now_ms())),
            route=desk.route,
        )
        return await link.once(session)
