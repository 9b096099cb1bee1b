"""Everything one Bit-Z account shares: clocks, budget, connection, contract list, and what is ours."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

import httpx

from terminal.net.calls.caller import Caller
from terminal.net.http import HttpClient
from terminal.net.limiter import Allowance, Budget, Lane, RequestLimiter
from terminal.net.route import DIRECT, Route
from terminal.net.server_clock import ServerClock
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.venues.bitz.codes import VENUE
from terminal.venues.bitz.mapper.catalogue import Catalogue, catalogue_from
from terminal.venues.bitz.own import OwnOrders
from terminal.venues.bitz.rest.calls import BitzCalls
from terminal.venues.bitz.rest.manners import ANY_CALL, BitzManners
from terminal.venues.bitz.signing import Credentials

WINDOW_S: Final = 60.0
_ORDERS_PER_S: Final = 5
# On average 20 public and 5 private calls a second, counted over a minute because one look takes
# many calls: contracts are asked one by one, and tickers and books of eight once a second are nine.
# Never more than 20 within one second, where the venue allows 30 of each kind. Reads leave room for
# orders, and both for exits.
ALLOWANCE: Final = Allowance(
    ip=Budget(1_200, WINDOW_S, {Lane.BULK: 300, Lane.READ: 60}),
    uid=Budget(300, WINDOW_S, {Lane.BULK: 150, Lane.READ: 60, Lane.ORDER: 30, Lane.EXIT: -200}),
    orders=Budget(_ORDERS_PER_S, 1.0),
    counted={ANY_CALL: Budget(20, 1.0, {Lane.BULK: 12, Lane.READ: 4, Lane.ORDER: 2, Lane.EXIT: -8})},
)


@dataclass(slots=True)
class Desk:
    """Built once an account; the two halves of the adapter work on it.

    `touched` are contracts we have just done something in, and `wake` says so. `sendings` counts
    beginnings and ends of placements by contract: odd while one is on its way.
    """

    clock: Clock
    chance: Chance
    server_clock: ServerClock
    limiter: RequestLimiter
    http: HttpClient
    manners: BitzManners
    caller: Caller
    calls: BitzCalls
    own: OwnOrders = field(default_factory=OwnOrders)
    listed: Catalogue | None = None
    touched: set[str] = field(default_factory=set)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    sendings: Counter[str] = field(default_factory=Counter)

    def touch(self, contract_id: str) -> None:
        """Have what happens in a contract looked at soon."""
        self.touched.add(contract_id)
        self.wake.set()

    async def catalogue(self) -> Catalogue:
        """Give the contract list, read when it is first needed. Raises `VenueError`."""
        return self.listed or await self.read_catalogue()

    async def read_catalogue(self) -> Catalogue:
        """Read the contract list anew. Raises `VenueError`."""
        self.listed = catalogue_from(await self.calls.contract_coin())
        return self.listed


def open_desk(
    base_url: str,
    credentials: Credentials,
    clock: Clock,
    chance: Chance,
    transport: httpx.AsyncBaseTransport | None = None,
    route: Route = DIRECT,
) -> Desk:
    """Wire the parts together; nothing is sent yet."""
    server_clock = ServerClock(clock)
    limiter = RequestLimiter(clock, chance, ALLOWANCE)
    http = HttpClient(base_url, venue=VENUE, transport=transport, route=route)
    manners = BitzManners(credentials, chance)
    caller = Caller(http, limiter, server_clock, clock=clock, chance=chance, manners=manners)
    return Desk(clock, chance, server_clock, limiter, http, manners, caller, BitzCalls(caller))
