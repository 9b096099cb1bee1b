"""Everything one WEEX account shares: clocks, budget, connection and dialect."""

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
from terminal.venues.weex.codes import VENUE
from terminal.venues.weex.dialect import ApiVersion, Dialect
from terminal.venues.weex.rest.ai_log import AiLogRest
from terminal.venues.weex.rest.manners import WeexManners
from terminal.venues.weex.rest.table import AI_LOG, TIME
from terminal.venues.weex.rest.v2.endpoints import V2
from terminal.venues.weex.rest.v3.endpoints import V3
from terminal.venues.weex.signing import Credentials
from terminal.venues.weex.v2.build import v2_dialect
from terminal.venues.weex.v3.build import v3_dialect


@dataclass(frozen=True, slots=True)
class Desk:
    """Built once an account; the two halves of the adapter work on it."""

    clock: Clock
    chance: Chance
    credentials: Credentials
    server_clock: ServerClock
    limiter: RequestLimiter
    http: HttpClient
    caller: Caller
    dialect: Dialect
    ai_log: AiLogRest
    route: Route = DIRECT
    connection: type[ClientConnection] = ClientConnection


def open_desk(
    base_url: str,
    credentials: Credentials,
    clock: Clock,
    chance: Chance,
    transport: httpx.AsyncBaseTransport | None,
    version: ApiVersion,
    route: Route = DIRECT,
    connection: type[ClientConnection] = ClientConnection,
) -> Desk:
    """Wire the parts together; nothing is sent yet. `connection` is the kind of socket of the public stream."""
    table, dialect = (V2, v2_dialect) if version == "v2" else (V3, v3_dialect)
    server_clock = ServerClock(clock)
    limiter = RequestLimiter(clock, chance)
    http = HttpClient(base_url, venue=VENUE, transport=transport, route=route)
    caller = Caller(
        http,
        limiter,
        server_clock,
        clock=clock,
        chance=chance,
        manners=WeexManners(credentials, table.path(TIME)),
    )
    return Desk(
        clock=clock,
        chance=chance,
        credentials=credentials,
        server_clock=server_clock,
        limiter=limiter,
        http=http,
        caller=caller,
        dialect=dialect(caller, server_clock),
        ai_log=AiLogRest(caller, table.path(AI_LOG)),
        route=route,
        connection=connection,
    )
