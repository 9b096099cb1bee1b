"""Everything one WEEX account shares: clocks, budget, connection and endpoints."""

from dataclasses import dataclass

import httpx

from terminal.net.http import HttpClient
from terminal.net.limiter import RequestLimiter
from terminal.net.server_clock import ServerClock
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.venues.weex.codes import VENUE
from terminal.venues.weex.rest.account import AccountRest
from terminal.venues.weex.rest.ai_log import AiLogRest
from terminal.venues.weex.rest.caller import Caller
from terminal.venues.weex.rest.market import MarketRest
from terminal.venues.weex.rest.orders import OrderRest
from terminal.venues.weex.rest.triggers import TriggerRest
from terminal.venues.weex.signing import Credentials


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
    market: MarketRest
    account: AccountRest
    orders: OrderRest
    triggers: TriggerRest
    ai_log: AiLogRest


def open_desk(
    base_url: str,
    credentials: Credentials,
    clock: Clock,
    chance: Chance,
    transport: httpx.AsyncBaseTransport | None,
) -> Desk:
    """Wire the parts together; nothing is sent yet."""
    server_clock = ServerClock(clock)
    limiter = RequestLimiter(clock, chance)
    http = HttpClient(base_url, venue=VENUE, transport=transport)
    caller = Caller(http, limiter, server_clock, clock=clock, chance=chance, credentials=credentials)
    return Desk(
        clock=clock,
        chance=chance,
        credentials=credentials,
        server_clock=server_clock,
        limiter=limiter,
        http=http,
        caller=caller,
        market=MarketRest(caller),
        account=AccountRest(caller),
        orders=OrderRest(caller),
        triggers=TriggerRest(caller),
        ai_log=AiLogRest(caller),
    )
