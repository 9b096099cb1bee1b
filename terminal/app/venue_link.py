"""Connects to the venue a profile names, with the key it is given, the way it names, and no other.

Each venue's adapter is imported when it is opened: one that nobody uses costs nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from websockets.asyncio.client import ClientConnection

from terminal.domain.capabilities import ProductKind
from terminal.domain.errors import ConfigError
from terminal.domain.venues import venue_title
from terminal.net.hosts import is_loopback
from terminal.net.route import Route
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.ports.market_feed import MarketFeed
from terminal.ports.venue import TradingVenue
from terminal.storage.account import AccountKey
from terminal.storage.endpoints import Endpoints

_NO_KEY = AccountKey("", "", "")  # signs nothing: for public market data


class VenueAdapter(TradingVenue, MarketFeed, Protocol):
    """Both ports on one account, and the end of its connections."""

    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Link:
    """Everything an adapter is made of."""

    endpoints: Endpoints
    key: AccountKey
    clock: Clock
    chance: Chance
    route: Route
    connection: type[ClientConnection]
    api_version: str
    site: str
    product: str
    may_trade: bool
    keeps_account: bool

    @property
    def is_simulated(self) -> bool:
        """Only an exchange on this machine counts as simulated."""
        return is_loopback(self.endpoints.rest_url)


def open_adapter(
    endpoints: Endpoints,
    key: AccountKey | None,
    clock: Clock,
    chance: Chance,
    *,
    venue: str = "weex",
    api_version: str = "v2",
    site: str = "",
    product: str = "",
    may_trade: bool = True,
    route: Route,
    connection: type[ClientConnection] = ClientConnection,
    account_begins: bool = False,
) -> VenueAdapter:
    """Prepare the adapter; nothing is sent yet.

    `may_trade` False: no order leaves through it, whoever asks (other venues than WEEX under a
    competition profile, and every venue that is only compared). `site` and `product` are
    those of `storage.endpoints`; "" is the venue's first. `account_begins` when the account on
    the other side begins with this start of the program.

    `account_begins` when the account on the other side begins with this start of the program.

    Raises:
        ConfigError: an address that is neither the venue's own nor on this machine.
    """
    opener = _OPENERS.get(venue)
    if opener is None:
        raise ConfigError(f"{venue_title(venue)} is not a venue of this program. Correct the profile.")
    link = _Link(
        endpoints, key or _NO_KEY, clock, chance, route, connection, api_version, site, product, may_trade,
        keeps_account=not account_begins,
    )  # fmt: skip
    return opener(link)


def _open_weex(link: _Link) -> VenueAdapter:
    from terminal.venues.weex.adapter import Credentials, WeexAdapter

    return WeexAdapter(
        *link.endpoints.urls,
        Credentials(link.key.key, link.key.secret, link.key.passphrase),
        link.clock,
        link.chance,
        simulated=link.is_simulated,
        keeps_account=link.keeps_account,
        api_version="v3" if link.api_version == "v3" else "v2",
        route=link.route,
        connection=link.connection,
    )


def _open_hashkey(link: _Link) -> VenueAdapter:
    from terminal.venues.hashkey.adapter import Credentials, HashKeyAdapter

    return HashKeyAdapter(
        *link.endpoints.urls,
        Credentials(link.key.key, link.key.secret),
        link.clock,
        link.chance,
        simulated=link.is_simulated,
        keeps_account=link.keeps_account,
        site=link.site,
        may_trade=link.may_trade,
        route=link.route,
        connection=link.connection,
    )


def _open_woox(link: _Link) -> VenueAdapter:
    from terminal.venues.woox.adapter import Credentials, WooxAdapter

    return WooxAdapter(
        *link.endpoints.urls,
        Credentials(link.key.key, link.key.secret),
        link.clock,
        link.chance,
        simulated=link.is_simulated,
        keeps_account=link.keeps_account,
        product=ProductKind.SPOT if link.product == "spot" else ProductKind.PERPETUAL,
        may_trade=link.may_trade,
        route=link.route,
        connection=link.connection,
    )


def _open_bitz(link: _Link) -> VenueAdapter:
    from terminal.venues.bitz.adapter import BitzAdapter, Credentials

    return BitzAdapter(
        *link.endpoints.urls,
        Credentials(link.key.key, link.key.secret),
        link.clock,
        link.chance,
        simulated=link.is_simulated,
        keeps_account=link.keeps_account,
        may_trade=link.may_trade,
        route=link.route,
        connection=link.connection,
    )


_OPENERS: Final[Mapping[str, Callable[[_Link], VenueAdapter]]] = {
    "weex": _open_weex,
    "hashkey": _open_hashkey,
    "woox": _open_woox,
    "bitz": _open_bitz,
}
