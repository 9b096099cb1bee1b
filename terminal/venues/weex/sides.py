"""What both dialects do alike with books, positions and orders; `v2` and `v3` add the rest."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Protocol, TypeVar

from terminal.domain.account import Income
from terminal.domain.errors import MalformedReply, RequestRejected
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import OrderBook, PublicTrade
from terminal.domain.order import Effect, OrderTerms
from terminal.domain.position import Position
from terminal.net.calls.paging import Page
from terminal.net.server_clock import ServerClock
from terminal.ports.venue import PreparedOrder, SubmitOutcome, TriggerTerms
from terminal.venues.weex.codes import VENUE
from terminal.venues.weex.dialect import Closed
from terminal.venues.weex.mapper.account import income_from, is_margin_coin, positions_from
from terminal.venues.weex.mapper.bodies import OrderBodies
from terminal.venues.weex.mapper.market import book_from_reply, trades_from
from terminal.venues.weex.rest.placing import PlacingCalls
from terminal.venues.weex.rest.shared import MarketCalls, PositionCalls
from terminal.venues.weex.wire.account import IncomeRow

Spell = Callable[[InstrumentId], str]
"""Gives a dialect's symbol. Raises `RequestRejected` for a pair outside the competition."""


class _Named(Protocol):
    @property
    def symbol(self) -> str: ...


_Row = TypeVar("_Row", bound=_Named)


def row_of(rows: Iterable[_Row], symbol: str) -> _Row:
    """Give the symbol's row of an array that should have one.

    Raises:
        MalformedReply: it is not there.
    """
    for row in rows:
        if row.symbol == symbol:
            return row
    raise MalformedReply(f"The answer does not name {symbol}.", venue=VENUE)


class BookSide:
    """Book and tape once; the part of `MarketSide` whose endpoints are named alike."""

    def __init__(self, calls: MarketCalls, server_clock: ServerClock, spell: Spell) -> None:
        self._calls = calls
        self._server_clock = server_clock
        self._spell = spell

    async def book(self, instrument_id: InstrumentId, levels: int) -> OrderBook:
        reply = await self._calls.depth(self._spell(instrument_id), levels)
        return book_from_reply(instrument_id, reply, self._server_clock.now_ms())

    async def trades(self, instrument_id: InstrumentId, limit: int) -> tuple[PublicTrade, ...]:
        return trades_from(instrument_id, await self._calls.trades(self._spell(instrument_id), limit))


class HoldingSide:
    """What is held and what was paid; the part of `AccountSide` that is alike."""

    def __init__(self, calls: PositionCalls) -> None:
        self._calls = calls

    async def positions(self) -> tuple[Position, ...]:
        return positions_from(await self._calls.all_position())

    def income_page(self, rows: Iterable[IncomeRow], *, has_more: bool) -> Page[Income]:
        """Give the entries in the margin coin; others are not the contract account's."""
        return Page([income_from(row) for row in rows if is_margin_coin(row.coin)], has_more)


class PlacingSide(ABC):
    """Preparing, sending, closing and cancelling by id: the part of `OrderSide` that is alike."""

    def __init__(self, calls: PlacingCalls, bodies: OrderBodies, spell: Spell) -> None:
        self._calls = calls
        self._bodies = bodies
        self._spell = spell

    def prepare_order(self, client_order_id: str, terms: OrderTerms) -> PreparedOrder:
        body = self._bodies.place(client_order_id, terms)
        path = self._calls.placing_terms.order_path
        return PreparedOrder(client_order_id, path, body, is_exit=terms.effect is Effect.CLOSE)

    def prepare_trigger(self, client_order_id: str, terms: TriggerTerms) -> PreparedOrder:
        body = self._bodies.trigger(client_order_id, terms)
        path = self._calls.placing_terms.trigger_path
        return PreparedOrder(client_order_id, path, body, is_exit=terms.effect is Effect.CLOSE)

    def protection_body(
        self, client_order_id: str, position: Position, trigger_price: Decimal, *, is_stop: bool
    ) -> bytes:
        return self._bodies.protection(client_order_id, position, trigger_price, is_stop=is_stop)

    async def submit(self, prepared: PreparedOrder) -> SubmitOutcome:
        return await self._calls.place(prepared)

    async def protect(self, client_order_id: str, body: bytes) -> SubmitOutcome:
        return await self._calls.place_tpsl(client_order_id, body)

    async def close(self, instrument_id: InstrumentId | None) -> Closed:
        rows = await self._calls.close_positions(self.symbol(instrument_id))
        return Closed(
            tuple(row.order_id for row in rows if row.success),
            tuple(row.error_message or "no reason given" for row in rows if not row.success),
        )

    async def cancel(self, venue_order_id: str) -> bool:
        """Tell whether the venue took it; False when it said no in an error."""
        try:
            return await self._ask_to_cancel(venue_order_id)
        except RequestRejected:
            return False

    async def cancel_trigger(self, venue_order_id: str) -> bool:
        """Tell whether the venue took it; False when it said no in an error."""
        try:
            return await self._ask_to_cancel_trigger(venue_order_id)
        except RequestRejected:
            return False

    def symbol(self, instrument_id: InstrumentId | None) -> str | None:
        """Give the dialect's symbol; None means all of the account."""
        return None if instrument_id is None else self._spell(instrument_id)

    @abstractmethod
    async def _ask_to_cancel(self, venue_order_id: str) -> bool: ...

    @abstractmethod
    async def _ask_to_cancel_trigger(self, venue_order_id: str) -> bool: ...
