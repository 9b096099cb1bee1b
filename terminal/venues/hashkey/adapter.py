"""The HashKey adapter: both ports, in domain words, over HashKey's spot API.

`HashKeyAdapter` is a `MarketFeed` and a `TradingVenue`. One object is one account on one of
HashKey's sites; it owns its connections, and `aclose` ends them.
"""

import httpx
from websockets.asyncio.client import ClientConnection

from terminal.domain.errors import ConfigError
from terminal.net import hosts
from terminal.net.redact import quiet_libraries
from terminal.net.route import DIRECT, Route
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.venues.hashkey.desk import open_desk
from terminal.venues.hashkey.feed import HashKeyFeed
from terminal.venues.hashkey.signing import Credentials
from terminal.venues.hashkey.trading import HashKeyTrading

__all__ = ["Credentials", "HashKeyAdapter"]


class HashKeyAdapter(HashKeyFeed, HashKeyTrading):
    """One HashKey spot account, or the built-in exchange that speaks like it."""

    def __init__(
        self,
        rest_url: str,
        ws_public_url: str,
        ws_private_url: str,
        credentials: Credentials,
        clock: Clock,
        chance: Chance,
        *,
        simulated: bool,
        keeps_account: bool = True,
        site: str = "pro",
        may_trade: bool = True,
        transport: httpx.AsyncBaseTransport | None = None,
        route: Route = DIRECT,
        connection: type[ClientConnection] = ClientConnection,
    ) -> None:
        """Check the addresses and prepare the connections; nothing is sent yet.

        `ws_public_url` is the one of v2, `ws_private_url` the one before the listen key. `may_trade`
        False: no order leaves, whoever asks. `connection` is the kind of socket of the public streams.

        Raises:
            ConfigError: an address is not on the allow list, play money and real money are mixed up,
                or HashKey has no such site.
        """
        base_url = hosts.rest_url(rest_url, hosts.HASHKEY_HOSTS)
        public_url = hosts.stream_url(ws_public_url, hosts.HASHKEY_HOSTS)
        private_url = hosts.stream_url(ws_private_url, hosts.HASHKEY_HOSTS)
        for url in (base_url, public_url, private_url):
            if hosts.is_loopback(url) is not simulated:
                kind = "the built-in exchange" if simulated else "the real venue"
                raise ConfigError(f"{url} is not {kind}. Choose the other profile or correct the address.")
        if not public_url.endswith("/v2"):
            raise ConfigError(f"{public_url} is not HashKey's stream v2. Correct the address.")
        quiet_libraries()
        desk = open_desk(base_url, credentials, clock, chance, transport, site, route, connection)
        HashKeyFeed.__init__(self, desk, public_url)
        HashKeyTrading.__init__(
            self, desk, private_url, simulated=simulated, keeps_account=keeps_account, may_trade=may_trade
        )

    async def aclose(self) -> None:
        """Close idle connections. The streams end with the tasks that run them."""
        await self._desk.http.aclose()
