"""The Bit-Z adapter: both ports, in domain words, against the built-in exchange and nothing else.

The venue closed in October 2021. Whoever owns its names now must never see a request of ours,
so every address but this machine's own is refused, and there is no default.
"""

import httpx
from websockets.asyncio.client import ClientConnection

from terminal.domain.errors import ConfigError
from terminal.net import hosts
from terminal.net.redact import quiet_libraries
from terminal.net.route import DIRECT, Route
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.venues.bitz.codes import NAME
from terminal.venues.bitz.desk import open_desk
from terminal.venues.bitz.feed import BitzFeed
from terminal.venues.bitz.signing import Credentials
from terminal.venues.bitz.trading import BitzTrading

__all__ = ["NAME", "BitzAdapter", "Credentials"]


class BitzAdapter(BitzFeed, BitzTrading):
    """One account at the built-in exchange that speaks as Bit-Z did. Whatever a stream would tell is polled."""

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
        may_trade: bool = True,
        transport: httpx.AsyncBaseTransport | None = None,
        route: Route = DIRECT,
        connection: type[ClientConnection] = ClientConnection,
    ) -> None:
        """Check the address and prepare the connection; nothing is sent yet.

        Args:
            rest_url: the built-in exchange's address.
            public_stream_url: checked like the other, and not used: the venue had no stream of contracts.
            private_stream_url: likewise.
            credentials: the built-in exchange's own; a real key is never asked for.
            clock: time.
            chance: nonces, and the jitter of retries.
            simulated: must be True; there is nothing else.
            keeps_account: False when the account begins now.
            may_trade: False lets no order out, whoever asks.
            transport: replaces the network in tests.
            route: never through a proxy, which the built-in exchange does not need.
            connection: not used, as no stream is.

        Raises:
            ConfigError: an address that is not on this machine.
        """
        del connection
        urls = (public_stream_url, private_stream_url)
        if not simulated or not all(map(_is_here, (rest_url, *urls))):
            raise ConfigError(
                f"Bit-Z closed in October 2021, and nobody knows who owns its addresses now: nothing is sent to "
                f"{rest_url}. Start the built-in exchange on this machine instead: alphadesk exchange --venue bitz."
            )
        base_url = hosts.rest_url(rest_url, hosts.BITZ_HOSTS)
        for url in urls:
            hosts.stream_url(url, hosts.BITZ_HOSTS)
        quiet_libraries()
        desk = open_desk(base_url, credentials, clock, chance, transport, Route(ip_family=route.ip_family))
        BitzFeed.__init__(self, desk)
        BitzTrading.__init__(self, desk, keeps_account=keeps_account, may_trade=may_trade)

    async def aclose(self) -> None:
        """Close idle connections. The polling ends with the tasks that run it."""
        await self._desk.http.aclose()


def _is_here(url: str) -> bool:
    try:
        return hosts.is_loopback(url)
    except ValueError:
        return False
