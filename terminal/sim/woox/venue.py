"""Everything one running WOO X exchange consists of, as the request handlers see it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson

from terminal.sim.exchange.codec import encode
from terminal.sim.exchange.matching_faults import MatchingFaults
from terminal.sim.exchange.one_way import OneWayExchange
from terminal.sim.exchange.state import BooksWriter
from terminal.sim.exchange.terms import OrderOrigin, PositionSide, Refusal
from terminal.sim.market.engine import MarketEngine
from terminal.sim.serving.clock import SimClock
from terminal.sim.serving.faults import Fault
from terminal.sim.serving.options import Credentials
from terminal.sim.serving.venue import ServedVenue
from terminal.sim.woox.auth import WINDOW_MS
from terminal.sim.woox.books import ShownBooks
from terminal.sim.woox.faults import KINDS, WOO_REQUEST_KINDS
from terminal.sim.woox.fields import Fields
from terminal.sim.woox.instruments import QUOTE, Listing
from terminal.sim.woox.limits import RateLimits
from terminal.sim.woox.liquidity import MarketPort
from terminal.sim.woox.listen_keys import ListenKeys
from terminal.sim.woox.options import ExchangeOptions
from terminal.sim.woox.spot import SpotSide
from terminal.sim.woox.views import FillView, OrderView, fill_view, order_view


@dataclass(frozen=True, slots=True)
class Call:
    """One request as a handler reads it; `fields` are the query's of a GET or DELETE, the body's otherwise."""

    path: str
    fields: Fields
    now_ms: int  # the time the protocol shows


@dataclass(frozen=True, slots=True)
class Stamped:
    """An answer whose timestamp is not the clock's."""

    data: Any
    time_ms: int


@dataclass(frozen=True, slots=True)
class _LateCancel:
    due_ms: int
    listing: Listing
    order_id: str


class Venue(ServedVenue):
    """One exchange with its protocol state.

    Attributes:
        exchange: the contracts' side of the account.
        spot: the coins' side; both spend the same USDT.
        books: the order books as they are shown.
        keys: the listen key.
        limits: rate limits of the one account and address there is.
        edit_rejections: ids of orders whose last edit was refused after EDIT_SENT; the private stream takes them.
    """

    name = "woox"
    fault_kinds = KINDS
    request_kinds = WOO_REQUEST_KINDS

    def __init__(
        self,
        options: ExchangeOptions,
        credentials: Credentials,
        clock: SimClock,
        market: MarketEngine,
        exchange: OneWayExchange,
        spot: SpotSide,
        port: MarketPort,
        genesis_ms: int,
    ) -> None:
        super().__init__(options, credentials, clock, market, genesis_ms)
        self.settings = options
        self.exchange = exchange
        self.spot = spot
        self.rules = exchange.rules
        self.port = port
        self.books = ShownBooks(market, port, clock.shown_ms, self._is_one_sided)
        self.keys = ListenKeys(options.seed, options.listen_key_ms, clock.now_ms)
        self.limits = RateLimits(options.generosity, clock.real_s)
        self.edit_rejections: list[OrderView] = []
        self._late_cancels: list[_LateCancel] = []
        self._writer = BooksWriter(exchange.books)

    @property
    def window_ms(self) -> int:
        """Allowed distance of a request's timestamp."""
        return self.clock.window_ms(WINDOW_MS)

    @property
    def now_ms(self) -> int:
        return self.exchange.now_ms

    @property
    def revision(self) -> int:
        return self.exchange.books.revision + self.spot.books.revision

    @property
    def is_one_way(self) -> bool:
        return self.exchange.books.one_way

    @property
    def maintenance(self) -> int:
        """0 = all is well, 1 = no trading, 2 = nothing but systemInfo."""
        found = self.faults.first("maintenance")
        return 0 if found is None else int(found.code or 1)

    @property
    def shows_ms(self) -> bool:
        """True while times are shown as the documents have them."""
        return self.faults.is_active("ms_times")

    def advance(self, now_ms: int) -> None:
        self._follow_switches()
        self.exchange.advance(now_ms)
        self.spot.advance(now_ms)
        due = [late for late in self._late_cancels if late.due_ms <= now_ms]
        self._late_cancels = [late for late in self._late_cancels if late.due_ms > now_ms]
        for late in due:
            try:
                self.cancel(late.listing, late.order_id)
            except Refusal:  # it was filled meanwhile: CANCEL_SENT promises nothing
                continue

    def cancel(self, listing: Listing, order_id: str) -> None:
        """Cancel an order now. Raises `Refusal` when there is nothing to cancel."""
        if listing.is_spot:
            self.spot.cancel(order_id, self.now_ms)
        else:
            self.exchange.orders.cancel(order_id, self.now_ms)

    def cancel_later(self, listing: Listing, order_id: str, late_ms: int) -> None:
        self._late_cancels.append(_LateCancel(self.now_ms + late_ms, listing, order_id))

    def orders(self) -> Iterator[OrderView]:
        """All orders of both products."""
        for order in self.exchange.books.orders.values():
            yield order_view(order, one_way=self.is_one_way)
        yield from self.spot.orders()

    def order_by_id(self, order_id: str) -> OrderView | None:
        order = self.exchange.books.orders.get(order_id)
        if order is not None:
            return order_view(order, one_way=self.is_one_way)
        coins = self.spot.books.orders.get(order_id)
        return None if coins is None else self.spot.view(coins)

    def order_by_client_id(self, client_id: str) -> OrderView | None:
        """The newest order that was sent with this client id."""
        for order in reversed(self.exchange.books.orders.values()):
            if order.client_oid == client_id:
                return order_view(order, one_way=self.is_one_way)
        return self.order_by_id(self.spot.books.client_oids.get(client_id, ""))

    def fills(self) -> Iterator[FillView]:
        """All executions of both products."""
        for fill in self.exchange.books.fills:
            yield fill_view(fill)
        yield from self.spot.fills()

    def dump_account(self) -> bytes:
        return orjson.dumps(
            {"contracts": orjson.Fragment(self._writer.dump()), "spot": orjson.Fragment(self.spot.dump())}
        )

    def show_account(self) -> dict[str, Any]:
        books, margin = self.exchange.books, self.exchange.margin
        return {
            "version": books.version,
            "one_way": books.one_way,
            "equity": str(margin.equity() + self.spot.books.holdings[QUOTE].locked),
            "available": str(margin.available()),
            "wallet": encode(books.wallet),
            "orders": [encode(order) for order in books.orders.values()],
            "fills": [encode(fill) for fill in books.fills],
            "positions": [encode(position) for position in books.positions.values()],
            "plans": [encode(plan) for plan in books.plans.values()],
            "ai_logs": [],
            "spot": self.spot.show(),
        }

    def reset(self, balance: Decimal) -> None:
        self.spot.clear(self.now_ms)
        self.exchange.reset_account(balance)

    def close_by_hand(self, raw: Any) -> None:
        """Close a position at market: `{"pair": "BTC", "side": "LONG"}`; without such a position, sell that coin."""
        pair = str(raw.get("pair"))
        if pair not in self.rules:
            raise ValueError(f"There is no pair {pair[:12]!r} here.")
        side = None if raw.get("side") is None else PositionSide(raw.get("side"))
        held = None if side is None else self.exchange.books.position(pair, side)
        if side is None or held is None or not held.size:
            self.spot.sell_all(pair, self.now_ms)
        else:
            self.exchange.close_position(pair, side, OrderOrigin.WEB)

    def set_matching_faults(self, faults: MatchingFaults) -> None:
        self.exchange.orders.faults = faults
        self.spot.set_faults(faults)

    def act_on(self, fault: Fault) -> bool:
        if fault.kind != "listen_key_expired":
            return False
        self.keys.expire()
        return True

    def _follow_switches(self) -> None:
        """Bring what a switch changes for as long as it is on in line with it."""
        if self.faults.is_active("stale_book"):
            self.books.hold()
        else:
            self.books.release()
        self.port.wide = self.faults.is_active("wide_book")

    def _is_one_sided(self, symbol: str) -> bool:
        return self.faults.is_active("one_sided", symbol)
