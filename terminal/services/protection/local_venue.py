"""Stops and targets for a venue that keeps none: this program keeps them, beside the venue.

Everything above asks for triggers as on any other venue; what `LocalStops` does with them is send
an exit when the market meets one. They live as long as the program: after a restart they are made
anew from what the journal says each position should have.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from terminal.domain.account import Balance, Income, LeverageSetting, MarginMode
from terminal.domain.capabilities import VenueCapabilities
from terminal.domain.errors import RequestRejected
from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import Effect, Order, OrderTerms, PositionSide, Side
from terminal.domain.position import Position
from terminal.ports.clock import Clock
from terminal.ports.venue import (
    Acknowledged,
    CloseOutcome,
    FiredTrigger,
    ListsWholeHistory,
    LogReceipt,
    OrderReport,
    PreparedOrder,
    Protection,
    RecallsOrders,
    SubmitOutcome,
    TradingVenue,
    TriggerReport,
    TriggerTerms,
    VenueSink,
)

_KEPT_FIRED: Final = 500


class LocalTriggers:
    """The triggers this program keeps, oldest first, and those that have fired."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: dict[str, TriggerReport] = {}
        self._fired: list[FiredTrigger] = []

    def all(self) -> tuple[TriggerReport, ...]:
        return tuple(self._waiting.values())

    def add(self, position: Position, price: Decimal, own_id: str) -> TriggerReport:
        """Keep a trigger that closes a position; the same own id again changes nothing."""
        side = Side.SELL if position.side is PositionSide.LONG else Side.BUY
        made = TriggerReport(
            f"local-{own_id}",
            own_id,
            position.instrument_id,
            side,
            Effect.CLOSE,
            position.size,
            price,
            self._clock.now_ms(),
        )
        return self._waiting.setdefault(made.venue_order_id, made)

    def move(self, trigger_id: str, price: Decimal) -> None:
        """Raises `RequestRejected` where there is no such trigger."""
        found = self._waiting.get(trigger_id)
        if found is None:
            raise RequestRejected("There is no such stop or target any more. Look at the position, then set one.")
        self._waiting[trigger_id] = replace(found, trigger_price=price)

    def fit(self, trigger_id: str, size: Decimal) -> None:
        """Cover a position that has grown or shrunk."""
        self._waiting[trigger_id] = replace(self._waiting[trigger_id], size=size)

    def drop(self, trigger_id: str) -> bool:
        return self._waiting.pop(trigger_id, None) is not None

    def drop_all(self, instrument_id: InstrumentId | None) -> int:
        """Forget those of one instrument, or all; gives how many."""
        gone = [key for key, each in self._waiting.items() if instrument_id in {None, each.instrument_id}]
        for key in gone:
            del self._waiting[key]
        return len(gone)

    def fire(self, trigger_id: str) -> None:
        """The market met it: it becomes an order now."""
        met = self._waiting.pop(trigger_id)
        fired = FiredTrigger(
            met.venue_order_id,
            None,
            met.instrument_id,
            met.side,
            met.effect,
            met.size,
            met.created_ms,
            self._clock.now_ms(),
        )
        self._fired = [*self._fired[-_KEPT_FIRED:], fired]

    def fired(self, instrument_id: InstrumentId, since_ms: int) -> tuple[FiredTrigger, ...]:
        return tuple(
            each for each in self._fired if each.instrument_id == instrument_id and each.created_ms >= since_ms
        )


@dataclass(slots=True)
class LocallyProtectedVenue:
    """A venue without triggers, with this program's; all else is the venue's own answer."""

    inner: TradingVenue
    kept: LocalTriggers

    # -- the venue's own -------------------------------------------------------------

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def is_simulated(self) -> bool:
        return self.inner.is_simulated

    @property
    def keeps_account(self) -> bool:
        return self.inner.keeps_account

    @property
    def order_validity_ms(self) -> int:
        return self.inner.order_validity_ms

    @property
    def capabilities(self) -> VenueCapabilities:
        return self.inner.capabilities

    def prepare_order(self, client_order_id: str, terms: OrderTerms) -> PreparedOrder:
        """Serialise without stop and target: those stay here. Raises `RequestRejected`."""
        return self.inner.prepare_order(client_order_id, replace(terms, stop_price=None, target_price=None))

    async def submit_order(self, prepared: PreparedOrder) -> SubmitOutcome:
        return await self.inner.submit_order(prepared)

    async def cancel_order(self, instrument_id: InstrumentId, venue_order_id: str) -> bool:
        return await self.inner.cancel_order(instrument_id, venue_order_id)

    async def set_leverage(self, instrument_id: InstrumentId, leverage: int) -> None:
        await self.inner.set_leverage(instrument_id, leverage)

    async def leverage(self, instrument_id: InstrumentId) -> LeverageSetting:
        return await self.inner.leverage(instrument_id)

    async def set_margin_mode(self, instrument_id: InstrumentId, mode: MarginMode) -> None:
        await self.inner.set_margin_mode(instrument_id, mode)

    async def margin_mode(self, instrument_id: InstrumentId) -> MarginMode:
        return await self.inner.margin_mode(instrument_id)

    async def balance(self) -> Balance:
        return await self.inner.balance()

    async def income(self, instrument_id: InstrumentId | None, since_ms: int) -> tuple[Income, ...]:
        return await self.inner.income(instrument_id, since_ms)

    async def positions(self) -> tuple[Position, ...]:
        return await self.inner.positions()

    async def order(self, venue_order_id: str) -> OrderReport:
        return await self.inner.order(venue_order_id)

    async def open_orders(self) -> tuple[OrderReport, ...]:
        return await self.inner.open_orders()

    async def order_history(self, instrument_id: InstrumentId, since_ms: int) -> tuple[OrderReport, ...]:
        return await self.inner.order_history(instrument_id, since_ms)

    async def whole_history(self, since_ms: int) -> tuple[OrderReport, ...] | None:
        """Give None where the venue itself must be asked pair by pair."""
        return await self.inner.whole_history(since_ms) if isinstance(self.inner, ListsWholeHistory) else None

    async def fills(self, instrument_id: InstrumentId | None, since_ms: int) -> tuple[Fill, ...]:
        return await self.inner.fills(instrument_id, since_ms)

    async def upload_ai_log(self, body: bytes) -> LogReceipt:
        return await self.inner.upload_ai_log(body)

    async def run_private(self, sink: VenueSink) -> None:
        await self.inner.run_private(sink)

    def recall_orders(self, orders: tuple[Order, ...]) -> None:
        if isinstance(self.inner, RecallsOrders):
            self.inner.recall_orders(orders)

    # -- this program's --------------------------------------------------------------

    def prepare_trigger(self, client_order_id: str, terms: TriggerTerms) -> PreparedOrder:
        """Refuse: an opening must not hang on this program alone. Raises `RequestRejected`."""
        del client_order_id, terms
        raise RequestRejected(f"{self.name} keeps no conditional orders. Ask the AI again when the price is there.")

    async def protect(
        self, position: Position, stop: Decimal | None, target: Decimal | None, *, stop_id: str, target_id: str
    ) -> Protection:
        """Keep a stop and a target here. Raises `RequestRejected` for a price that is none."""
        if any(price is not None and price <= 0 for price in (stop, target)):
            raise RequestRejected("A stop or target must be a price above zero.")
        return Protection(
            None if stop is None else Acknowledged(self.kept.add(position, stop, stop_id).venue_order_id),
            None if target is None else Acknowledged(self.kept.add(position, target, target_id).venue_order_id),
        )

    async def modify_trigger(self, venue_order_id: str, trigger_price: Decimal) -> None:
        """Move one. Raises `RequestRejected`."""
        self.kept.move(venue_order_id, trigger_price)

    async def cancel_trigger(self, venue_order_id: str) -> bool:
        return self.kept.drop(venue_order_id)

    async def cancel_all(self, instrument_id: InstrumentId | None) -> int:
        """Cancel at the venue first: while that fails the stops stay."""
        count = await self.inner.cancel_all(instrument_id)
        return count + self.kept.drop_all(instrument_id)

    async def close_position(self, instrument_id: InstrumentId) -> CloseOutcome:
        outcome = await self.inner.close_position(instrument_id)
        return self._closed(outcome, instrument_id)

    async def close_everything(self) -> CloseOutcome:
        outcome = await self.inner.close_everything()
        return self._closed(outcome, None)

    def _closed(self, outcome: CloseOutcome, instrument_id: InstrumentId | None) -> CloseOutcome:
        """Triggers go with the positions; where a side was refused they stay."""
        if outcome.refusals:
            return replace(outcome, triggers_cancelled=False)
        self.kept.drop_all(instrument_id)
        return replace(outcome, triggers_cancelled=True)

    async def trigger_orders(self, instrument_id: InstrumentId | None) -> tuple[TriggerReport, ...]:
        return tuple(each for each in self.kept.all() if instrument_id in {None, each.instrument_id})

    async def fired_triggers(self, instrument_id: InstrumentId, since_ms: int) -> tuple[FiredTrigger, ...]:
        return self.kept.fired(instrument_id, since_ms)


def with_protection(venue: TradingVenue, clock: Clock) -> TradingVenue:
    """Give the venue itself where it keeps stops and targets, else the venue with this program's."""
    return venue if venue.capabilities.triggers else LocallyProtectedVenue(venue, LocalTriggers(clock))
