"""Everything one running WEEX exchange consists of, as the request handlers see it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from terminal.sim.exchange.codec import encode
from terminal.sim.exchange.exchange import Exchange
from terminal.sim.exchange.matching_faults import MatchingFaults
from terminal.sim.exchange.state import BooksWriter
from terminal.sim.exchange.terms import OrderOrigin, PositionSide
from terminal.sim.market.engine import MarketEngine
from terminal.sim.serving.clock import SimClock
from terminal.sim.serving.options import Credentials
from terminal.sim.serving.venue import ServedVenue
from terminal.sim.weex.faults import KINDS
from terminal.sim.weex.fields import Fields
from terminal.sim.weex.limits import RateLimits
from terminal.sim.weex.options import ExchangeOptions

SIGNATURE_WINDOW_MS = 30_000


@dataclass(frozen=True, slots=True)
class Call:
    """One request as a handler reads it; `body` is empty for a GET and for most DELETEs."""

    path: str
    query: Fields
    body: Fields
    raw_body: bytes
    now_ms: int  # the time the protocol shows


class Venue(ServedVenue):
    """One exchange with its protocol state.

    Attributes:
        exchange: the account and its market; the only source of what is shown.
        limits: the rate limits of the one account there is.
    """

    name = "weex"
    fault_kinds = KINDS

    def __init__(
        self,
        options: ExchangeOptions,
        credentials: Credentials,
        clock: SimClock,
        market: MarketEngine,
        exchange: Exchange,
        genesis_ms: int,
    ) -> None:
        super().__init__(options, credentials, clock, market, genesis_ms)
        self.exchange = exchange
        self.rules = exchange.rules
        self.limits = RateLimits(options.weight_per_10s, options.orders_per_s, clock.real_s)
        self.account_id = str(400_000_000_000_000_000 + options.seed % 1_000_003)
        self._writer = BooksWriter(exchange.books)

    @property
    def window_ms(self) -> int:
        """Allowed distance of a request's timestamp: 30 s of the operator's clock."""
        return self.clock.window_ms(SIGNATURE_WINDOW_MS)

    @property
    def now_ms(self) -> int:
        return self.exchange.now_ms

    @property
    def revision(self) -> int:
        return self.exchange.books.revision

    def advance(self, now_ms: int) -> None:
        self.exchange.advance(now_ms)

    def dump_account(self) -> bytes:
        return self._writer.dump()

    def show_account(self) -> dict[str, Any]:
        books, margin = self.exchange.books, self.exchange.margin
        return {
            "version": books.version,
            "equity": str(margin.equity()),
            "available": str(margin.available()),
            "wallet": encode(books.wallet),
            "orders": [encode(order) for order in books.orders.values()],
            "fills": [encode(fill) for fill in books.fills],
            "positions": [encode(position) for position in books.positions.values()],
            "plans": [encode(plan) for plan in books.plans.values()],
            "ai_logs": [encode(log) for log in books.ai_logs],
        }

    def reset(self, balance: Decimal) -> None:
        self.exchange.reset_account(balance)

    def close_by_hand(self, raw: Any) -> None:
        """Close one side of a pair at market: `{"pair": "BTC", "side": "LONG"}`."""
        pair, side = str(raw.get("pair")), PositionSide(raw.get("side"))
        if pair not in self.exchange.rules:
            raise ValueError(f"There is no pair {pair[:12]!r} here.")
        self.exchange.close_position(pair, side, OrderOrigin.WEB)

    def set_matching_faults(self, faults: MatchingFaults) -> None:
        self.exchange.orders.faults = faults
