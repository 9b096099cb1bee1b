"""Everything one WOO X account shares: clocks, budget, connection, names and what was learnt of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

import httpx
from websockets.asyncio.client import ClientConnection

from terminal.domain.account import Balance, LeverageSetting, MarginMode
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import PositionSide
from terminal.domain.position import Position
from terminal.net.calls.caller import Caller
from terminal.net.http import HttpClient
from terminal.net.limiter import RequestLimiter
from terminal.net.route import DIRECT, Route
from terminal.net.server_clock import ServerClock
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.ports.venue import OrderReport
from terminal.venues.woox.codes import VENUE
from terminal.venues.woox.manners import WooxManners
from terminal.venues.woox.mapper.bodies import AccountState
from terminal.venues.woox.mapper.ids import OwnIds
from terminal.venues.woox.mapper.symbols import Symbols
from terminal.venues.woox.mapper.words import PositionMode, leg_of
from terminal.venues.woox.rest.account import AccountRest
from terminal.venues.woox.rest.algos import AlgoRest
from terminal.venues.woox.rest.asking import Asker
from terminal.venues.woox.rest.limits import ALLOWANCE
from terminal.venues.woox.rest.market import MarketRest
from terminal.venues.woox.rest.orders import OrderRest
from terminal.venues.woox.signing import Credentials
from terminal.venues.woox.wire.market import InstrumentRow


@dataclass(slots=True)
class Known:
    """What was last read of the account, for requests that must be made without asking first.

    `legs` says which position an order changes, by its id: executions do not name it.
    """

    position_mode: PositionMode | None = None
    margin_modes: dict[InstrumentId, MarginMode] = field(default_factory=dict)
    leverages: dict[InstrumentId, LeverageSetting] = field(default_factory=dict)
    held: dict[tuple[InstrumentId, PositionSide], Position] = field(default_factory=dict)
    rules: dict[InstrumentId, InstrumentRow] = field(default_factory=dict)
    legs: dict[str, PositionSide] = field(default_factory=dict)
    balance: Balance | None = None
    coins: Decimal | None = None
    balance_s: float = float("-inf")

    def state_of(self, instrument_id: InstrumentId) -> AccountState:
        """Give what an order of a pair must say. Accounts begin in one-way mode with shared margin."""
        mode = self.position_mode or PositionMode.ONE_WAY
        return AccountState(mode, self.margin_modes.get(instrument_id, MarginMode.CROSS))

    def note_held(self, positions: Iterable[Position]) -> None:
        """Take in a complete reading of what is held."""
        self.held = {(each.instrument_id, each.side): each for each in positions}

    def note_order(self, report: OrderReport) -> OrderReport:
        """Remember which position an order changes; gives the report back."""
        self.legs[report.venue_order_id] = leg_of(report.side, report.effect)
        return report


@dataclass(frozen=True, slots=True)
class Desk:
    """Built once an account; the halves of the adapter work on it."""

    clock: Clock
    chance: Chance
    server_clock: ServerClock
    limiter: RequestLimiter
    http: HttpClient
    caller: Caller
    symbols: Symbols
    market: MarketRest
    account: AccountRest
    orders: OrderRest
    algos: AlgoRest
    has_key: bool
    may_trade: bool
    ids: OwnIds = field(default_factory=OwnIds)
    known: Known = field(default_factory=Known)
    route: Route = DIRECT
    connection: type[ClientConnection] = ClientConnection


def open_desk(
    base_url: str,
    credentials: Credentials,
    clock: Clock,
    chance: Chance,
    symbols: Symbols,
    transport: httpx.AsyncBaseTransport | None,
    *,
    may_trade: bool,
    route: Route = DIRECT,
    connection: type[ClientConnection] = ClientConnection,
) -> Desk:
    """Wire the parts together; nothing is sent yet. `connection` is the kind of socket of the public stream."""
    server_clock = ServerClock(clock)
    limiter = RequestLimiter(clock, chance, ALLOWANCE)
    http = HttpClient(base_url, venue=VENUE, transport=transport, route=route)
    caller = Caller(http, limiter, server_clock, clock=clock, chance=chance, manners=WooxManners(credentials))
    asker = Asker(caller)
    return Desk(
        clock=clock,
        chance=chance,
        server_clock=server_clock,
        limiter=limiter,
        http=http,
        caller=caller,
        symbols=symbols,
        market=MarketRest(asker),
        account=AccountRest(asker),
        orders=OrderRest(asker),
        algos=AlgoRest(asker),
        has_key=bool(credentials.key),
        may_trade=may_trade,
        route=route,
        connection=connection,
    )
