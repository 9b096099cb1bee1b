"""The WEEX adapter: both ports, in domain words, over either dialect of the API.

`WeexAdapter` is a `MarketFeed` and a `TradingVenue`. One object is one account; it owns
its connections, and `aclose` ends them.
"""

import httpx
from websockets.asyncio.client import ClientConnection

from terminal.domain.errors import ConfigError
from terminal.net import hosts
from terminal.net.redact import quiet_libraries
from terminal.net.route import DIRECT, Route
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.venues.weex.desk import open_desk
from terminal.venues.weex.dialect import ApiVersion
from terminal.venues.weex.feed import WeexFeed
from terminal.venues.weex.signing import Credentials
from terminal.venues.weex.trading import WeexTrading

__all__ = ["ApiVersion", "Credentials", "WeexAdapter"]


class WeexAdapter(WeexFeed, WeexTrading):
    """One WEEX account, or the built-in exchange that speaks like it."""

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
        api_version: ApiVersion = "v2",
        transport: httpx.AsyncBaseTransport | None = None,
        route: Route = DIRECT,
        connection: type[ClientConnection] = ClientConnection,
    ) -> None:
        """Check the addresses and prepare the connections; nothing is sent yet.

        `keeps_account` False when the account begins now: only a built-in exchange's does.
        `connection` is the kind of socket of the public stream; only a measurement brings another.

        Raises:
            ConfigError: an address is not on the allow list, play money and real money are
                mixed up, or a stream's address is of another API version.
        """
        base_url = hosts.rest_url(rest_url)
        public_url, private_url = hosts.stream_url(ws_public_url), hosts.stream_url(ws_private_url)
        for url in (base_url, public_url, private_url):
            if hosts.is_loopback(url) is not simulated:
                kind = "the built-in exchange" if simulated else "the real venue"
                raise ConfigError(f"{url} is not {kind}. Choose the other profile or correct the address.")
        for url in (public_url, private_url):
            if f"/{api_version}/" not in url:
                raise ConfigError(f"{url} is not a stream of API {api_version}. Correct the address or the version.")
        quiet_libraries()
        desk = open_desk(base_url, credentials, clock, chance, transport, api_version, route, connection)
        WeexFeed.__init__(self, desk, public_url)
        WeexTrading.__init__(self, desk, private_url, simulated=simulated, keeps_account=keeps_account)

    async def aclose(self) -> None:
        """Close idle connections. The streams end with the tasks that run them."""
        await self._desk.http.aclose()
