"""Everything one running exchange consists of, as the request handlers see it."""

from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import Any

from terminal.sim.exchange.exchange import Exchange
from terminal.sim.market.engine import MarketEngine
from terminal.sim.weex.clock import SimClock
from terminal.sim.weex.faults import FaultScript
from terminal.sim.weex.fields import Fields
from terminal.sim.weex.limits import RateLimits
from terminal.sim.weex.options import Credentials, ExchangeOptions

_CALLS_KEPT = 5_000


@dataclass(frozen=True, slots=True)
class Call:
    """One request as a handler reads it; `body` is empty for a GET and for most DELETEs."""

    path: str
    query: Fields
    body: Fields
    raw_body: bytes
    now_ms: int  # the time the protocol shows


@dataclass(frozen=True, slots=True)
class OrderCall:
    """A line of the order-call log: what arrived and what it was told."""

    time_ms: int
    path: str
    client_oid: str
    order_id: str
    http_status: int
    code: str


class OrderCallLog:
    """Every order call that passed the signature check, newest last."""

    def __init__(self) -> None:
        self._calls: deque[OrderCall] = deque(maxlen=_CALLS_KEPT)
        self._placed: Counter[str] = Counter()

    def add(self, call: OrderCall, *, is_placing: bool) -> None:
        self._calls.append(call)
        if call.client_oid and is_placing:
            self._placed[call.client_oid] += 1

    def as_json(self) -> dict[str, Any]:
        return {"calls": [asdict(call) for call in self._calls], "client_oid_counts": dict(self._placed)}


class Venue:
    """One exchange with its protocol state.

    Attributes:
        options: as started, with seed and pattern of the market there is.
        genesis_ms: exchange time of the very first start.
        is_continued: the account goes on where a saved state left it.
        exchange: the account and its market; the only source of what is shown.
        market: the same market, for public data.
        faults: switches for tests.
        calls: log of order calls.
    """

    def __init__(
        self,
        options: ExchangeOptions,
        credentials: Credentials,
        clock: SimClock,
        market: MarketEngine,
        exchange: Exchange,
        genesis_ms: int,
        *,
        is_continued: bool = False,
    ) -> None:
        self.options = options
        self.genesis_ms = genesis_ms
        self.is_continued = is_continued
        self.credentials = credentials
        self.clock = clock
        self.market = market
        self.exchange = exchange
        self.faults = FaultScript()
        self.limits = RateLimits(options.weight_per_10s, options.orders_per_s, clock.real_s)
        self.calls = OrderCallLog()
        self.account_id = str(400_000_000_000_000_000 + options.seed % 1_000_003)

    def tick(self) -> None:
        """Bring the exchange up to its clock."""
        self.exchange.advance(self.clock.now_ms())
