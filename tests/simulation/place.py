"""A venue as the storm sees it: the real exchange, how its adapter is made, and what its books say in words of our own.

The storm, its network and its oracles know no venue: what differs lies in a `Place` of each.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, ClassVar

from starlette.applications import Starlette

from terminal.sim.exchange.books import AccountBooks
from terminal.sim.exchange.exchange import Exchange
from terminal.sim.exchange.matching_faults import MatchingFaults
from terminal.sim.exchange.order_desk import OrderRequest
from terminal.sim.exchange.records import Fill, Order
from terminal.sim.exchange.terms import Effect, OrderOrigin, PositionSide
from terminal.sim.market.pairs import EIGHT_PAIRS
from terminal.sim.market.types import BookTif, PairSpec
from terminal.sim.serving.control import ControlApp
from terminal.sim.serving.faults import Fault
from terminal.sim.serving.venue import ServedVenue

Held = dict[tuple[str, str], Decimal]
"""Sizes in base coin by pair and "LONG" or "SHORT"."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands in place of the venue's own answer."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Leaving:
    """A placement that leaves this machine; `key` is what the venue will know it by, `side` the position's."""

    key: str
    pair: str
    opens: bool
    side: PositionSide


@dataclass(frozen=True, slots=True)
class Seen:
    """An order in the venue's books. `key` is our id as the venue keeps it, "" for somebody else's."""

    order_id: str
    key: str
    pair: str
    opens: bool
    origin: OrderOrigin
    size: Decimal
    worth: Decimal  # of a base coin, as the venue saw it
    leverage: Decimal
    has_stop: bool
    filled: Decimal
    status: str
    is_final: bool


def fault_name(fault: Fault) -> str:
    """Tell switches apart where one kind has several settings."""
    return f"{fault.kind} {fault.code}".strip()


class Place(ABC):
    """One venue of the storm.

    Attributes:
        place_path: part of the path of placements.
        secrets: what no word of the program may hold.
        specs, levels: of the market: its pairs, and how many ticks from the middle strangers quote.
        own_kinds: what goes wrong with writes here only, with weights; those that end in `_after` took effect first.
        answers: what a fault's kind is answered with, where the common way does not fit.
        misbehaviour: switches of the exchange, thrown one at a time. Those without a count (-1) stay on for
            seconds of `lasts_s`, drawn anew each time.
        has_streams: messages come over sockets; else everything is asked for.
        patience_s: how long people wait for a comparison with the venue, which takes long where little may be asked.
    """

    name: ClassVar[str]
    place_path: ClassVar[str]
    specs: ClassVar[tuple[PairSpec, ...]] = EIGHT_PAIRS
    levels: ClassVar[tuple[int, ...]] = (1, 2, 3)
    own_kinds: ClassVar[Mapping[str, float]] = {}
    answers: ClassVar[Mapping[str, Answer]] = {}
    misbehaviour: ClassVar[Sequence[Fault]] = ()
    lasts_s: ClassVar[tuple[float, float]] = (3.0, 60.0)
    has_streams: ClassVar[bool] = True
    patience_s: ClassVar[float] = 0.0
    keeps_stops: ClassVar[bool] = False  # each opening carries its stop
    has_short: ClassVar[bool] = True
    hedge_mode: ClassVar[bool] = True
    keeps_ids: ClassVar[bool] = True
    takes_logs: ClassVar[bool] = False
    secrets: tuple[str, ...]
    venue: ServedVenue
    streams: Any
    control: ControlApp
    app: Starlette
    exchange: Any

    @abstractmethod
    def adapter(self, clock: Any, chance: Any, transport: Any) -> Any:
        """Make the real adapter of this venue, on the storm's network."""

    @abstractmethod
    def leaving(self, path: str, body: bytes) -> Leaving | None:
        """Read a request; None when it places nothing."""

    @abstractmethod
    def orders(self) -> list[Seen]:
        """Give all orders ever, oldest first."""

    @abstractmethod
    def trades(self) -> set[str]: ...

    @abstractmethod
    def held(self) -> Held:
        """Give what can be closed of each position."""

    def holdings(self) -> Held:
        """Give what is there to the last digit."""
        return self.held()

    @abstractmethod
    def price(self, pair: str) -> Decimal: ...

    def guarded(self) -> list[Fill]:
        """Give the fills that the guardrails' promises are judged by; none where a fill tells no result."""
        return []

    @abstractmethod
    def trade_by_hand(self, pair: str, key: str) -> str:
        """Open something as a stranger does on the venue's page; gives the order's id. Raises `Refusal`."""

    @abstractmethod
    def trace(self) -> str:
        """Tell two runs apart by everything the books hold of orders."""

    def key_of(self, client_order_id: str) -> str:
        """Give what the venue knows our id as."""
        return client_order_id

    def hand_key(self, number: int) -> str:
        """Give an order id as a page of the venue makes one."""
        return f"web{number}"

    def is_private(self, path: str) -> bool:
        return "private" in path

    def is_write(self, method: str, _path: str) -> bool:
        return method != "GET"

    def answered(self, leaving: Leaving, answer: bytes) -> None:
        """Hear what the venue truly answered to a placement, whether or not it is told on."""
        del leaving, answer

    def uploads(self) -> Iterator[str]:
        """Give the order ids of accepted AI logs."""
        return iter(())

    def misbehave(self, fault: Fault) -> None:
        self.control.add_fault(replace(fault))  # one in force counts itself down

    def behave(self, fault: Fault) -> None:
        """Switch off what `misbehave` switched on without a count."""
        self.venue.faults.end(fault.kind)

    def match_oddly(self, late_ms: int, partial: Decimal | None, count: int) -> None:
        self.venue.set_matching_faults(MatchingFaults(late_ms, partial, count))

    def calm(self) -> None:
        """Switch every misbehaviour off."""
        self.control.clear_faults()


class ContractPlace(Place):
    """A venue of perpetuals: its account is an `Exchange`."""

    exchange: Exchange

    @property
    def books(self) -> AccountBooks:
        return self.exchange.books

    def orders(self) -> list[Seen]:
        return [self.seen(order) for order in self.books.orders.values()]

    def seen(self, order: Order) -> Seen:
        return Seen(
            order_id=order.order_id,
            key=self.key_at_venue(order),
            pair=order.pair,
            opens=self.is_opening(order),
            origin=order.origin,
            size=order.size,
            worth=order.price or order.latest_price or self.exchange.mark(order.pair),
            leverage=order.leverage,
            has_stop=order.preset_stop_loss is not None,
            filled=order.filled_size,
            status=order.status.value,
            is_final=order.status.is_final,
        )

    def key_at_venue(self, order: Order) -> str:
        return order.client_oid

    def is_opening(self, order: Order) -> bool:
        return order.effect is Effect.OPEN

    def trades(self) -> set[str]:
        return {fill.trade_id for fill in self.books.fills}

    def price(self, pair: str) -> Decimal:
        return self.exchange.last(pair)

    def guarded(self) -> list[Fill]:
        return self.books.fills

    def held(self) -> Held:
        return {(each.pair, each.side.value): each.size for each in self.books.held()}

    def trade_by_hand(self, pair: str, key: str) -> str:
        request = OrderRequest(
            pair=pair,
            client_oid=key,
            side=PositionSide.LONG,
            effect=Effect.OPEN,
            size=self.hand_size(pair),
            price=None,
            tif=BookTif.IOC,
        )
        return self.exchange.orders.place(request, self.exchange.now_ms).order_id

    def hand_size(self, _pair: str) -> Decimal:
        return Decimal("0.01")

    def trace(self) -> str:
        return repr(
            [
                (o.order_id, o.client_oid, o.status.value, o.filled_size, o.updated_ms)
                for o in self.books.orders.values()
            ]
        )
