"""The writing half of an adapter: what the venue can do, and orders that are sent once.

The reading half (market feed, account, streams) has no common shape worth copying; the guide says
which of the four venues to read for it.
"""

from typing import Final

import httpx

from terminal.domain.capabilities import ProductKind, VenueCapabilities
from terminal.domain.errors import ConfigError
from terminal.domain.order import OrderTerms
from terminal.net import hosts
from terminal.net.calls.caller import Caller
from terminal.net.hosts import VenueHosts
from terminal.net.http import HttpClient
from terminal.net.limiter import RequestLimiter
from terminal.net.redact import quiet_libraries
from terminal.net.route import DIRECT, Route
from terminal.net.server_clock import ServerClock
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.ports.venue import PreparedOrder, SubmitOutcome
from yourvenue.codes import VENUE
from yourvenue.manners import ALLOWANCE, YourManners
from yourvenue.placing import Placer
from yourvenue.signing import Credentials

__all__ = ["Credentials", "YourVenueAdapter"]

_HOSTS: Final = VenueHosts()  # this machine only; a real venue's hosts stand in `net/hosts`
CAPABILITIES: Final = VenueCapabilities(
    product=ProductKind.SPOT,
    leverage=False,
    margin_modes=False,
    short=False,
    hedge_mode=False,
    triggers=False,
    reduce_only=False,
    client_order_ids=True,
    orders_in_flight_per_instrument=None,
    private_stream=True,
    ai_logs=False,
    market_orders=True,
)


class YourVenueAdapter:
    """One account. Owns its connection; `aclose` ends it."""

    capabilities = CAPABILITIES
    name = VENUE

    def __init__(
        self,
        rest_url: str,
        credentials: Credentials,
        clock: Clock,
        chance: Chance,
        *,
        simulated: bool,
        may_trade: bool = True,
        transport: httpx.AsyncBaseTransport | None = None,
        route: Route = DIRECT,
    ) -> None:
        """Check the address and prepare the connection; nothing is sent yet.

        Raises:
            ConfigError: the address is not on the allow list, or play money and real money are mixed up.
        """
        base_url = hosts.rest_url(rest_url, _HOSTS)
        if hosts.is_loopback(base_url) is not simulated:
            kind = "the built-in exchange" if simulated else "the real venue"
            raise ConfigError(f"{base_url} is not {kind}. Choose the other profile or correct the address.")
        quiet_libraries()
        self._http = HttpClient(base_url, venue=VENUE, transport=transport, route=route)
        self._caller = Caller(
            self._http,
            RequestLimiter(clock, chance, ALLOWANCE),
            ServerClock(clock),
            clock=clock,
            chance=chance,
            manners=YourManners(credentials),
        )
        self._placer = Placer(self._caller, may_trade=may_trade)

    async def sync_clock(self) -> None:
        """Measure the venue's clock. Raises `VenueError`."""
        await self._caller.sync_clock()

    def prepare_order(self, client_order_id: str, terms: OrderTerms) -> PreparedOrder:
        """Serialise an order. Raises `RequestRejected`: it cannot be expressed here."""
        return self._placer.prepare(client_order_id, terms)

    async def submit_order(self, prepared: PreparedOrder) -> SubmitOutcome:
        """Send once; never retries, never raises."""
        return await self._placer.submit(prepared)

    async def aclose(self) -> None:
        """Close idle connections."""
        await self._http.aclose()
