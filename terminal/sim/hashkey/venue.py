"""Everything one running HashKey exchange consists of, as the request handlers see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from terminal.sim.exchange.matching_faults import MatchingFaults
from terminal.sim.exchange.spot.exchange import SpotExchange
from terminal.sim.exchange.spot.records import SpotOrder
from terminal.sim.exchange.spot.state import SpotBooksWriter, show_spot_books
from terminal.sim.exchange.terms import Refusal
from terminal.sim.hashkey import errors
from terminal.sim.hashkey.errors import HashKeyError
from terminal.sim.hashkey.faults import KINDS
from terminal.sim.hashkey.filters import ALL_FILTERS, PairFilters
from terminal.sim.hashkey.limits import RateLimits
from terminal.sim.hashkey.listen_keys import ListenKeys
from terminal.sim.hashkey.names import LISTED, LISTED_ON_REQUEST, QUOTE, pair_of
from terminal.sim.hashkey.options import ExchangeOptions
from terminal.sim.hashkey.params import Params
from terminal.sim.market.engine import MarketEngine
from terminal.sim.serving.clock import SimClock
from terminal.sim.serving.faults import Fault
from terminal.sim.serving.options import Credentials
from terminal.sim.serving.venue import ServedVenue


@dataclass(frozen=True, slots=True)
class Call:
    """One request as a handler reads it; `body` is the raw one of a batch."""

    path: str
    params: Params
    body: bytes
    now_ms: int  # the time the protocol shows


@dataclass(frozen=True, slots=True)
class _WaitingCancel:
    due_ms: int
    order_id: str


def listed_filters(options: ExchangeOptions) -> dict[str, PairFilters]:
    """The pairs this account's site lists."""
    bases = LISTED + (LISTED_ON_REQUEST if options.more_pairs else ())
    return {base: ALL_FILTERS[base] for base in bases}


class Venue(ServedVenue):
    """One exchange with its protocol state.

    Attributes:
        exchange: the account and its market.
        filters: by pair, of the pairs that are listed.
        limits: the rate limits of the one key there is.
        listen_keys: who may hear the account.
    """

    name = "hashkey"
    fault_kinds = KINDS

    def __init__(
        self,
        options: ExchangeOptions,
        credentials: Credentials,
        clock: SimClock,
        market: MarketEngine,
        exchange: SpotExchange,
        genesis_ms: int,
    ) -> None:
        super().__init__(options, credentials, clock, market, genesis_ms)
        self.exchange = exchange
        self.signs_raw_batch = options.signs_raw_batch
        self.filters: Mapping[str, PairFilters] = {pair: ALL_FILTERS[pair] for pair in exchange.rules}
        self.rules = exchange.rules
        self.limits = RateLimits(options.queries_per_s, options.orders_per_s, clock.real_s)
        self.listen_keys = ListenKeys(options.seed, clock.now_ms)
        self.account_id = str(1_732_885_739_589_000_000 + options.seed % 1_000_003)
        self.user_id = str(1_732_885_739_572_000_000 + options.seed % 1_000_003)
        self._writer = SpotBooksWriter(exchange.books)
        self._cancels: list[_WaitingCancel] = []

    @property
    def now_ms(self) -> int:
        return self.exchange.now_ms

    @property
    def revision(self) -> int:
        return self.exchange.books.revision

    def pair(self, symbol: str, code: str = errors.BAD_SYMBOLS) -> str:
        """The pair of a symbol that is listed.

        Raises:
            HashKeyError: with `code`.
        """
        pair = pair_of(symbol)
        if pair not in self.filters:
            raise HashKeyError(code)
        return pair

    def is_halted(self, symbol: str) -> bool:
        return self.faults.is_active("halt", symbol)

    def mark(self, pair: str) -> Decimal:
        """What price bands are measured from."""
        return self.rules[pair].price(self.market.mark_ticks(pair))

    def last(self, pair: str) -> Decimal:
        return self.rules[pair].price(self.market.last(pair))

    def cancel(self, order: SpotOrder) -> None:
        """Accept a cancellation; with the fault it takes effect later.

        Raises:
            Refusal: FINAL.
        """
        fault = self.faults.take("slow_cancel") if not order.status.is_final else None
        if fault is None:
            self.exchange.orders.cancel(order.order_id, self.now_ms)
        else:
            due_ms = self.now_ms + self.clock.exchange_ms(fault.delay_ms)
            self._cancels.append(_WaitingCancel(due_ms, order.order_id))

    def advance(self, now_ms: int) -> None:
        self.exchange.advance(now_ms)
        for waiting in [waiting for waiting in self._cancels if waiting.due_ms <= now_ms]:
            self._cancels.remove(waiting)
            try:
                self.exchange.orders.cancel(waiting.order_id, now_ms)
            except Refusal:  # it was filled first: that is what the delay is for
                continue

    def dump_account(self) -> bytes:
        return self._writer.dump()

    def show_account(self) -> dict[str, Any]:
        return show_spot_books(self.exchange.books)

    def reset(self, balance: Decimal) -> None:
        self._cancels.clear()
        self.exchange.reset(QUOTE, balance)

    def close_by_hand(self, raw: Any) -> None:
        """Sell at market what is free of a coin: `{"pair": "BTC"}`."""
        pair = str(raw.get("pair"))
        if pair not in self.rules:
            raise ValueError(f"There is no pair {pair[:12]!r} here.")
        self.exchange.sell_free(pair)

    def set_matching_faults(self, faults: MatchingFaults) -> None:
        self.exchange.orders.faults = faults

    def act_on(self, fault: Fault, /) -> bool:
        """Faults of this venue that act at once."""
        if fault.kind == "listen_key_gone":
            self.listen_keys.end_all()
        elif fault.kind == "418" and fault.delay_ms:
            self.limits.block(fault.delay_ms / 1_000)
        else:
            return False
        return True
