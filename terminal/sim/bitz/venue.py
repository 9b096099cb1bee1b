"""One running Bit-Z exchange: a one-way perpetual account, and what its protocol remembers."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from terminal.sim.bitz.auth import NonceBook
from terminal.sim.bitz.faults import KINDS
from terminal.sim.bitz.form import Form
from terminal.sim.bitz.limits import PER_INTERFACE, RateLimits
from terminal.sim.exchange.books import AccountBooks
from terminal.sim.exchange.codec import encode
from terminal.sim.exchange.exchange import DEFAULT_BALANCE, Market
from terminal.sim.exchange.matching_faults import MatchingFaults
from terminal.sim.exchange.netting import NetExchange
from terminal.sim.exchange.one_way import OneWayOrderDesk
from terminal.sim.exchange.state import BooksWriter
from terminal.sim.exchange.terms import OrderOrigin, PositionSide
from terminal.sim.market.engine import MarketEngine
from terminal.sim.market.types import PairSpec
from terminal.sim.serving.clock import SimClock
from terminal.sim.serving.options import Credentials, StartOptions
from terminal.sim.serving.venue import ServedVenue


@dataclass(frozen=True, slots=True)
class BitzOptions(StartOptions):
    """Settings of one run.

    Attributes:
        calls_per_s: of one interface.
    """

    calls_per_s: int = PER_INTERFACE


@dataclass(frozen=True, slots=True)
class Call:
    """One request as a handler reads it."""

    path: str
    form: Form
    now_ms: int  # the time the protocol shows


class BitzAccount(NetExchange):
    """The account: one net position per contract, always."""

    order_desk_type = OneWayOrderDesk

    def __init__(
        self,
        market: Market,
        specs: Sequence[PairSpec],
        seed: int,
        now_ms: int,
        balance: Decimal = DEFAULT_BALANCE,
        books: AccountBooks | None = None,
    ) -> None:
        super().__init__(market, specs, seed, now_ms, balance, books)
        self.books.one_way = True


class BitzVenue(ServedVenue):
    """The exchange as request handlers see it; `exchange` holds the account."""

    name = "bitz"
    fault_kinds = KINDS

    def __init__(
        self,
        options: BitzOptions,
        credentials: Credentials,
        clock: SimClock,
        market: MarketEngine,
        exchange: BitzAccount,
        genesis_ms: int,
    ) -> None:
        super().__init__(options, credentials, clock, market, genesis_ms)
        self.exchange = exchange
        self.nonces = NonceBook()
        self.limits = RateLimits(options.calls_per_s, clock.real_s)
        self._writer = BooksWriter(exchange.books)

    @property
    def now_ms(self) -> int:
        return self.exchange.now_ms

    @property
    def revision(self) -> int:
        return self.exchange.books.revision

    def advance(self, now_ms: int) -> None:
        self.exchange.advance(now_ms)
        self.exchange.prints.clear()  # nobody listens: the tape is asked for
        self.exchange.books.events.clear()

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
            "plans": [],
            "ai_logs": [],
        }

    def reset(self, balance: Decimal) -> None:
        self.exchange.reset_account(balance)

    def close_by_hand(self, raw: Any) -> None:
        """Close a pair's position at market. Raises `Refusal`, or `ValueError` for a pair or side that is none."""
        pair, side = str(raw.get("pair")), PositionSide(raw.get("side"))
        if pair not in self.exchange.rules:
            raise ValueError(f"There is no pair {pair[:12]!r} here.")
        self.exchange.close_position(pair, side, OrderOrigin.WEB)

    def set_matching_faults(self, faults: MatchingFaults) -> None:
        self.exchange.orders.faults = faults
