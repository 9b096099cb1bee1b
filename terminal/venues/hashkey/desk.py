"""Everything one HashKey account shares: clocks, budget, connection, endpoints and what is known of it."""

from dataclasses import dataclass

import httpx
from websockets.asyncio.client import ClientConnection

from terminal.net.calls.caller import Caller
from terminal.net.http import HttpClient
from terminal.net.limiter import RequestLimiter
from terminal.net.route import DIRECT, Route
from terminal.net.server_clock import ServerClock
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.venues.hashkey.account import SpotAccount
from terminal.venues.hashkey.codes import VENUE
from terminal.venues.hashkey.listing import ListingDesk
from terminal.venues.hashkey.prices import Prices
from terminal.venues.hashkey.rest.account import AccountRest
from terminal.venues.hashkey.rest.limits import ALLOWANCE
from terminal.venues.hashkey.rest.manners import HashKeyManners
from terminal.venues.hashkey.rest.market import MarketRest
from terminal.venues.hashkey.rest.orders import OrderRest
from terminal.venues.hashkey.signing import Credentials


@dataclass(frozen=True, slots=True)
class Desk:
    """Built once an account; the two halves of the adapter work on it."""

    clock: Clock
    chance: Chance
    server_clock: ServerClock
    limiter: RequestLimiter
    http: HttpClient
    caller: Caller
    manners: HashKeyManners
    market: MarketRest
    account_rest: AccountRest
    orders: OrderRest
    listings: ListingDesk
    prices: Prices
    account: SpotAccount
    route: Route
    connection: type[ClientConnection]


def open_desk(
    base_url: str,
    credentials: Credentials,
    clock: Clock,
    chance: Chance,
    transport: httpx.AsyncBaseTransport | None,
    site: str,
    route: Route = DIRECT,
    connection: type[ClientConnection] = ClientConnection,
) -> Desk:
    """Wire the parts together; nothing is sent yet. `connection` is the kind of socket of the public stream.

    Raises:
        ConfigError: HashKey has no such site.
    """
    server_clock = ServerClock(clock)
    limiter = RequestLimiter(clock, chance, ALLOWANCE)
    http = HttpClient(base_url, venue=VENUE, transport=transport, route=route)
    manners = HashKeyManners(credentials)
    caller = Caller(http, limiter, server_clock, clock=clock, chance=chance, manners=manners)
    market, account_rest, orders = MarketRest(caller), AccountRest(caller), OrderRest(caller)
    listings = ListingDesk(market, account_rest, site, clock, has_key=bool(credentials.key))
    prices = Prices(market, clock)
    return Desk(
        clock=clock,
        chance=chance,
        server_clock=server_clock,
        limiter=limiter,
        http=http,
        caller=caller,
        manners=manners,
        market=market,
        account_rest=account_rest,
        orders=orders,
        listings=listings,
        prices=prices,
        account=SpotAccount(account_rest, orders, listings, prices, clock, server_clock, caller.ensure_clock),
        route=route,
        connection=connection,
    )
