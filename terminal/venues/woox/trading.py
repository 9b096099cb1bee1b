"""The trading half of the adapter."""

from decimal import Decimal
from typing import Final

from terminal.domain.account import Balance, Income, IncomeKind, LeverageSetting, MarginMode
from terminal.domain.errors import RequestRejected
from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import Effect, Order, OrderTerms
from terminal.domain.position import Position
from terminal.ports.venue import (
    CloseOutcome,
    FiredTrigger,
    LogReceipt,
    OrderReport,
    PreparedOrder,
    ProductKind,
    Protection,
    SubmitOutcome,
    TriggerReport,
    TriggerTerms,
    VenueCapabilities,
)
from terminal.venues.woox.books import Books
from terminal.venues.woox.closing import Closing
from terminal.venues.woox.codes import VENUE
from terminal.venues.woox.desk import Desk
from terminal.venues.woox.history import History
from terminal.venues.woox.holdings import PerpetualHoldings
from terminal.venues.woox.mapper.bodies import Leg, moved_body
from terminal.venues.woox.mapper.symbols import require_allowed
from terminal.venues.woox.mapper.terms import check_protection
from terminal.venues.woox.placing import Placing
from terminal.venues.woox.spot import SpotHoldings

VALIDITY_MS: Final = 30_000
_KEPT: Final = "WOO X takes no AI logs; the log stays in the journal."
_NO_TRIGGERS: Final = "On WOO X spot the venue keeps no stops; this program watches the price itself."


class WooxTrading:
    """Implements `TradingVenue` on a desk, but for the private stream."""

    def __init__(self, desk: Desk, books: Books, *, simulated: bool, keeps_account: bool) -> None:
        """`books` are the live books of the public stream, which prices of market orders are read off."""
        self._desk = desk
        self._books = books
        self._simulated = simulated
        self._keeps_account = keeps_account
        self._placing = Placing(desk)
        self._history = History(desk, self._placing.unclear)
        self._holdings: PerpetualHoldings | SpotHoldings
        if desk.symbols.is_spot:
            self._holdings = SpotHoldings(desk, self._whole_history)
        else:
            self._holdings = PerpetualHoldings(desk, self._is_in_use)
        self._closing = Closing(desk, self._placing, self._holdings, self._history)

    @property
    def name(self) -> str:
        return VENUE

    @property
    def is_simulated(self) -> bool:
        return self._simulated

    @property
    def keeps_account(self) -> bool:
        return self._keeps_account

    @property
    def order_validity_ms(self) -> int:
        return VALIDITY_MS

    @property
    def capabilities(self) -> VenueCapabilities:
        is_perpetual = not self._desk.symbols.is_spot
        return VenueCapabilities(
            product=ProductKind.PERPETUAL if is_perpetual else ProductKind.SPOT,
            leverage=is_perpetual,
            margin_modes=is_perpetual,
            short=is_perpetual,
            hedge_mode=False,  # an account may have it, and is then traded as if it had not
            triggers=is_perpetual,
            reduce_only=is_perpetual,
            client_order_ids=True,
            orders_in_flight_per_instrument=None,
            private_stream=True,
            ai_logs=False,
            market_orders=False,
        )

    def recall_orders(self, orders: tuple[Order, ...]) -> None:
        """Learn what earlier runs sent: the venue keeps only a number of each of our ids, which says nothing itself."""
        self._placing.recall(orders)

    # -- orders ------------------------------------------------------------------

    def prepare_order(self, client_order_id: str, terms: OrderTerms) -> PreparedOrder:
        """Serialise an order; a market order gets the worst price it may fill at. Raises `RequestRejected`."""
        return self._placing.prepare_order(client_order_id, terms, self._books.known(terms.instrument_id))

    def prepare_trigger(self, client_order_id: str, terms: TriggerTerms) -> PreparedOrder:
        """Serialise a conditional order. Raises `RequestRejected`."""
        self._require_triggers()
        return self._placing.prepare_trigger(client_order_id, terms)

    async def submit_order(self, prepared: PreparedOrder) -> SubmitOutcome:
        """Send once; never raises. A cancelled task gives `Unclear`."""
        return await self._placing.submit(prepared)

    async def cancel_order(self, instrument_id: InstrumentId, venue_order_id: str) -> bool:
        """Ask to cancel; True when the venue took the request, False when it said no. Raises `VenueError`."""
        symbol = self._desk.symbols.spell(instrument_id)
        try:
            await self._desk.orders.cancel(symbol, venue_order_id)
        except RequestRejected:
            return False
        return True

    async def cancel_all(self, instrument_id: InstrumentId | None) -> int:
        """Cancel resting orders, stops and targets; gives how many were listed. Raises `VenueError`."""
        return await self._closing.cancel_all(instrument_id)

    async def close_position(self, instrument_id: InstrumentId) -> CloseOutcome:
        """Close an instrument with orders that only reduce; its stops go once it is closed. Raises `VenueError`."""
        require_allowed(instrument_id)
        return await self._closing.close(instrument_id)

    async def close_everything(self) -> CloseOutcome:
        """Close every position of this product; stops of what is closed go. Raises `VenueError`."""
        return await self._closing.close(None)

    # -- stops and targets ---------------------------------------------------------

    async def protect(
        self, position: Position, stop: Decimal | None, target: Decimal | None, *, stop_id: str, target_id: str
    ) -> Protection:
        """Place a stop, then a target; both are checked before the first is sent. Raises `RequestRejected`."""
        self._require_triggers()
        check_protection(position, stop, target)
        leg = Leg(position.instrument_id, position.side, Effect.CLOSE, position.size)
        return Protection(
            stop=None if stop is None else await self._placing.place_stop(stop_id, leg, stop),
            target=None if target is None else await self._placing.place_stop(target_id, leg, target),
        )

    async def modify_trigger(self, venue_order_id: str, trigger_price: Decimal) -> None:
        """Move a stop or target. Raises `RequestRejected` when the venue said no, else `VenueError`."""
        self._require_triggers()
        if not (trigger_price.is_finite() and trigger_price > 0):
            raise RequestRejected("Prices must be above zero.", venue=VENUE)
        await self._desk.algos.move(moved_body(venue_order_id, trigger_price))

    async def cancel_trigger(self, venue_order_id: str) -> bool:
        """Ask to cancel a stop or target; False when the venue said no. Raises `VenueError`."""
        try:
            await self._desk.algos.cancel(venue_order_id)
        except RequestRejected:
            return False
        return True

    async def trigger_orders(self, instrument_id: InstrumentId | None) -> tuple[TriggerReport, ...]:
        """Read waiting stops and targets; none on spot. Raises `VenueError`."""
        return () if self._desk.symbols.is_spot else await self._history.triggers(instrument_id)

    async def fired_triggers(self, instrument_id: InstrumentId, since_ms: int) -> tuple[FiredTrigger, ...]:
        """Read stops and targets made since a time that have become orders. Raises `VenueError`."""
        return () if self._desk.symbols.is_spot else await self._history.fired(instrument_id, since_ms)

    # -- the account -----------------------------------------------------------------

    async def set_leverage(self, instrument_id: InstrumentId, leverage: int) -> None:
        """Set the leverage. Raises `RequestRejected` above the limit and on spot, else `VenueError`."""
        await self._holdings.set_leverage(instrument_id, leverage)

    async def leverage(self, instrument_id: InstrumentId) -> LeverageSetting:
        """Read it back. Raises `VenueError`."""
        return await self._holdings.leverage(instrument_id)

    async def set_margin_mode(self, instrument_id: InstrumentId, mode: MarginMode) -> None:
        """Choose the mode of the next orders. Raises `RequestRejected` while something is held or open."""
        await self._holdings.set_margin_mode(instrument_id, mode)

    async def margin_mode(self, instrument_id: InstrumentId) -> MarginMode:
        """Give the mode in force. Raises `VenueError`."""
        return await self._holdings.margin_mode(instrument_id)

    async def balance(self) -> Balance:
        """Read the account's money. Raises `VenueError`."""
        return await self._holdings.balance()

    async def positions(self) -> tuple[Position, ...]:
        """Read what is held. Raises `VenueError`."""
        return await self._holdings.positions()

    async def income(self, instrument_id: InstrumentId | None, since_ms: int) -> tuple[Income, ...]:
        """Read funding and what executions brought and cost, oldest first. Raises `VenueError`."""
        entries = await self._holdings.income(instrument_id, since_ms)
        entries += [_traded(fill) for fill in await self._history.fills(instrument_id, since_ms)]
        fresh = (entry for entry in entries if entry.ts_event_ms >= since_ms)
        return tuple(sorted(fresh, key=lambda entry: entry.ts_event_ms))

    async def order(self, venue_order_id: str) -> OrderReport:
        """Read one order. Raises `RequestRejected` when the venue does not know it, else `VenueError`."""
        return await self._history.order(venue_order_id)

    async def open_orders(self) -> tuple[OrderReport, ...]:
        """Read all resting orders, to the last page. Raises `VenueError`."""
        return await self._history.open_orders()

    async def order_history(self, instrument_id: InstrumentId, since_ms: int) -> tuple[OrderReport, ...]:
        """Read orders made since a time, at most 90 days back, oldest first. Raises `VenueError`."""
        return await self._history.orders(instrument_id, since_ms)

    async def whole_history(self, since_ms: int) -> tuple[OrderReport, ...]:
        """As `order_history`, of all pairs in one listing. Raises `VenueError`."""
        return await self._history.all_orders(since_ms)

    async def fills(self, instrument_id: InstrumentId | None, since_ms: int) -> tuple[Fill, ...]:
        """Read executions since a time, oldest first, paged to the end. Raises `VenueError`."""
        return await self._history.fills(instrument_id, since_ms)

    async def upload_ai_log(self, body: bytes) -> LogReceipt:
        """Keep it: WOO X takes none, and it is never sent anywhere else."""
        del body
        return LogReceipt(accepted=False, code="", message=_KEPT, permanent=True, kept=True)

    # -- inside ------------------------------------------------------------------------

    def _require_triggers(self) -> None:
        if self._desk.symbols.is_spot:
            raise RequestRejected(_NO_TRIGGERS, venue=VENUE)

    async def _whole_history(self, instrument_id: InstrumentId) -> tuple[Fill, ...]:
        return await self._history.fills(instrument_id, 0)

    async def _is_in_use(self, instrument_id: InstrumentId) -> bool:
        held = {position.instrument_id for position in await self.positions()}
        resting = {report.instrument_id for report in await self.open_orders()}
        return instrument_id in held | resting


def _traded(fill: Fill) -> Income:
    return Income(
        income_id=f"trade-{fill.trade_id}",
        kind=IncomeKind.TRADE,
        amount=fill.realized_pnl,
        fee=fill.fee,
        instrument_id=fill.instrument_id,
        detail="trade",
        ts_event_ms=fill.ts_event_ms,
    )
