"""The trading half of the adapter."""

import asyncio
from decimal import Decimal
from typing import Final

from terminal.domain.account import Balance, Income, LeverageSetting, MarginMode
from terminal.domain.errors import AuthFailed, MalformedReply, RequestRejected
from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import OrderTerms
from terminal.domain.position import Position
from terminal.net.calls.paging import Page, by_time
from terminal.net.stream.link import Opening, StreamLink
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
    VenueSink,
)
from terminal.venues.hashkey.codes import VENUE, WRONG_KEY
from terminal.venues.hashkey.desk import Desk
from terminal.venues.hashkey.mapper.orders import income_from, report_from_row
from terminal.venues.hashkey.mapper.words import QUOTE, is_ours, symbol_of
from terminal.venues.hashkey.placing import Placing
from terminal.venues.hashkey.relay import VenueRelay
from terminal.venues.hashkey.rest.manners import RECV_WINDOW_MS
from terminal.venues.hashkey.rest.orders import PAGE
from terminal.venues.hashkey.signing import KEY_HEADERS
from terminal.venues.hashkey.stream.listen_key import ListenKeys
from terminal.venues.hashkey.stream.private import SILENCE_S, PrivateSession
from terminal.venues.hashkey.wire.orders import OrderRow

CAPABILITIES: Final = VenueCapabilities(
    product=ProductKind.SPOT,
    leverage=False,
    margin_modes=False,
    short=False,
    hedge_mode=False,
    triggers=False,
    reduce_only=False,
    client_order_ids=True,
    orders_in_flight_per_instrument=None,
    private_stream=True,
    ai_logs=False,
    market_orders=True,
)
_HOUR_MS: Final = 3_600_000
HISTORY_MS: Final = 90 * 24 * _HOUR_MS - _HOUR_MS
INCOME_MS: Final = 30 * 24 * _HOUR_MS - _HOUR_MS
"""An hour less than HashKey keeps, for what our clock may be off."""
NO_LEVERAGE: Final = "HashKey spot has no leverage; what is bought is paid in full."
NO_MARGIN: Final = "HashKey spot has no margin modes; what is bought is paid in full."
NO_TRIGGERS: Final = "HashKey spot keeps no stops and no targets; the program watches the price itself."
KEPT: Final = "HashKey takes no AI logs: kept in the journal, never sent"
_GIVE_BACK_S: Final = 2.0


class HashKeyTrading:
    """Implements `TradingVenue` on a desk."""

    def __init__(
        self, desk: Desk, ws_private_url: str, *, simulated: bool, keeps_account: bool, may_trade: bool
    ) -> None:
        self._desk = desk
        self._ws_private_url = ws_private_url
        self._simulated = simulated
        self._keeps_account = keeps_account
        self.placing = Placing(desk, may_trade=may_trade)
        self._keys = ListenKeys(desk.account_rest, desk.clock)
        self._tried_header = False

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
        return RECV_WINDOW_MS

    @property
    def capabilities(self) -> VenueCapabilities:
        return CAPABILITIES

    # -- orders ------------------------------------------------------------------

    def prepare_order(self, client_order_id: str, terms: OrderTerms) -> PreparedOrder:
        """Serialise a place-order request. Raises `RequestRejected`."""
        return self.placing.prepare(client_order_id, terms)

    async def submit_order(self, prepared: PreparedOrder) -> SubmitOutcome:
        """Send once; never raises. A cancelled task gives `Unclear`."""
        return await self.placing.submit(prepared)

    async def cancel_order(self, instrument_id: InstrumentId, venue_order_id: str) -> bool:
        """Ask to cancel; False when the venue said no. Raises `VenueError` when nothing is known."""
        return await self.placing.cancel(instrument_id, venue_order_id)

    async def cancel_all(self, instrument_id: InstrumentId | None) -> int:
        """Cancel resting orders and give how many. Raises `VenueError`."""
        return await self.placing.cancel_all(instrument_id)

    async def close_position(self, instrument_id: InstrumentId) -> CloseOutcome:
        """Sell the free holding at market. Raises `VenueError`."""
        return await self.placing.close(instrument_id)

    async def close_everything(self) -> CloseOutcome:
        """Sell every holding at market, one pair after the other. Raises `VenueError`."""
        outcomes = [await self.placing.close(each.instrument_id) for each in await self.positions()]
        return CloseOutcome(
            tuple(order_id for each in outcomes for order_id in each.venue_order_ids),
            tuple(words for each in outcomes for words in each.refusals),
            triggers_cancelled=True,
        )

    # -- what spot does not have -----------------------------------------------------

    def prepare_trigger(self, client_order_id: str, terms: TriggerTerms) -> PreparedOrder:  # noqa: ARG002 - the port's arguments
        """Refuse. Raises `RequestRejected`."""
        raise RequestRejected(NO_TRIGGERS, venue=VENUE)

    async def protect(
        self,
        position: Position,  # noqa: ARG002 - the port's arguments, as all below
        stop: Decimal | None,  # noqa: ARG002
        target: Decimal | None,  # noqa: ARG002
        *,
        stop_id: str,  # noqa: ARG002
        target_id: str,  # noqa: ARG002
    ) -> Protection:
        """Refuse. Raises `RequestRejected`."""
        raise RequestRejected(NO_TRIGGERS, venue=VENUE)

    async def modify_trigger(self, venue_order_id: str, trigger_price: Decimal) -> None:  # noqa: ARG002 - as above
        """Refuse. Raises `RequestRejected`."""
        raise RequestRejected(NO_TRIGGERS, venue=VENUE)

    async def cancel_trigger(self, venue_order_id: str) -> bool:  # noqa: ARG002 - as above
        """Say that there is none."""
        return False

    async def trigger_orders(self, instrument_id: InstrumentId | None) -> tuple[TriggerReport, ...]:  # noqa: ARG002 - as above
        """Give none: the venue keeps none."""
        return ()

    async def fired_triggers(self, instrument_id: InstrumentId, since_ms: int) -> tuple[FiredTrigger, ...]:  # noqa: ARG002 - as above
        """Give none: the venue keeps none."""
        return ()

    async def set_leverage(self, instrument_id: InstrumentId, leverage: int) -> None:  # noqa: ARG002 - as above
        """Refuse. Raises `RequestRejected`."""
        raise RequestRejected(NO_LEVERAGE, venue=VENUE)

    async def leverage(self, instrument_id: InstrumentId) -> LeverageSetting:  # noqa: ARG002 - as above
        """Refuse. Raises `RequestRejected`."""
        raise RequestRejected(NO_LEVERAGE, venue=VENUE)

    async def set_margin_mode(self, instrument_id: InstrumentId, mode: MarginMode) -> None:  # noqa: ARG002 - as above
        """Refuse. Raises `RequestRejected`."""
        raise RequestRejected(NO_MARGIN, venue=VENUE)

    async def margin_mode(self, instrument_id: InstrumentId) -> MarginMode:  # noqa: ARG002 - as above
        """Refuse. Raises `RequestRejected`."""
        raise RequestRejected(NO_MARGIN, venue=VENUE)

    async def upload_ai_log(self, body: bytes) -> LogReceipt:  # noqa: ARG002 - as above
        """Refuse for good: the log stays in the journal."""
        return LogReceipt(accepted=False, code="", message=KEPT, permanent=True, kept=True)

    # -- reading -----------------------------------------------------------------

    async def balance(self) -> Balance:
        """Read the quote coin, and what everything is worth in it. Raises `VenueError`.

        Where the key is not known under the header the samples send, the document's other spelling is tried once.
        """
        try:
            return await self._desk.account.balance()
        except AuthFailed as error:
            if error.code not in WRONG_KEY or self._tried_header:
                raise
            self._tried_header = True
            if not await self._is_other_header_right():
                raise
        return await self._desk.account.balance()

    async def positions(self) -> tuple[Position, ...]:
        """Read holdings as long positions, dust left out. Raises `VenueError`."""
        return await self._desk.account.positions()

    async def fills(self, instrument_id: InstrumentId | None, since_ms: int) -> tuple[Fill, ...]:
        """Read executions since a time, at most 30 days back, oldest first. Raises `VenueError`."""
        return await self._desk.account.fills(instrument_id, since_ms)

    async def order(self, venue_order_id: str) -> OrderReport:
        """Read one order.

        Raises:
            RequestRejected: the venue does not know it.
            VenueError: no information.
        """
        return report_from_row(await self._desk.orders.order(venue_order_id))

    async def open_orders(self) -> tuple[OrderReport, ...]:
        """Read all resting orders of the pairs this program trades.

        Raises:
            VenueError: nothing was read, or there are more than one answer holds.
        """
        rows = await self._desk.orders.open_orders()
        if len(rows) >= PAGE:
            rows = [row for each in self._symbols() for row in await self._desk.orders.open_orders(each)]
            if len(rows) != len({row.order_id for row in rows}):
                raise MalformedReply("The open orders changed while they were read.", venue=VENUE)
        return tuple(report_from_row(row) for row in rows if is_ours(row.symbol))

    async def order_history(self, instrument_id: InstrumentId, since_ms: int) -> tuple[OrderReport, ...]:
        """Read past orders since a time, at most 90 days back, oldest first. Raises `VenueError`."""
        return await self._history(symbol_of(instrument_id), since_ms)

    async def whole_history(self, since_ms: int) -> tuple[OrderReport, ...]:
        """As `order_history`, of all pairs this program trades in one listing. Raises `VenueError`."""
        return await self._history(None, since_ms)

    async def _history(self, symbol: str | None, since_ms: int) -> tuple[OrderReport, ...]:
        await self._desk.caller.ensure_clock()
        now_ms = self._desk.server_clock.now_ms()

        async def fetch(start_ms: int, end_ms: int | None) -> Page[OrderRow]:
            rows = await self._desk.orders.history(symbol, start_ms, now_ms if end_ms is None else end_ms)
            return Page(rows, has_more=len(rows) >= PAGE)

        begin_ms = max(since_ms, now_ms - HISTORY_MS)
        rows = await by_time(fetch, begin_ms, key=_order_id, time_ms=_created, venue=VENUE)
        wanted = [row for row in rows if (is_ours(row.symbol) if symbol is None else row.symbol == symbol)]
        return tuple(report_from_row(row) for row in sorted(wanted, key=_created) if row.time >= since_ms)

    async def income(self, instrument_id: InstrumentId | None, since_ms: int) -> tuple[Income, ...]:
        """Read the ledger of the quote coin since a time, at most 30 days back; none for one pair: it names no market.

        Raises:
            VenueError: nothing was read.
        """
        if instrument_id is not None:
            return ()
        await self._desk.caller.ensure_clock()
        now_ms = self._desk.server_clock.now_ms()

        async def fetch(start_ms: int, end_ms: int | None) -> Page[Income]:
            rows = await self._desk.account_rest.balance_flow(start_ms, now_ms if end_ms is None else end_ms, PAGE)
            return Page([income_from(row) for row in rows if row.coin == QUOTE], has_more=len(rows) >= PAGE)

        begin_ms = max(since_ms, now_ms - INCOME_MS)
        rows = await by_time(fetch, begin_ms, key=_income_id, time_ms=_event_time, venue=VENUE)
        return tuple(sorted((row for row in rows if row.ts_event_ms >= since_ms), key=_event_time))

    # -- the private stream --------------------------------------------------------

    async def run_private(self, sink: VenueSink) -> None:
        """Follow orders, fills and balances until cancelled, reconnecting by itself."""
        desk = self._desk
        session = PrivateSession(VenueRelay(sink, desk.account))
        link = StreamLink(
            self._opening,
            name="the private stream of HashKey",
            clock=desk.clock,
            chance=desk.chance,
            unreadable=session.unreadable,
            silence_s=SILENCE_S,
            route=desk.route,
        )
        keeping = asyncio.create_task(self._keep_key(link))
        try:
            await link.run(session)
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
            await self._give_key_back()

    async def _opening(self) -> Opening:
        await self._desk.caller.ensure_clock()
        return Opening(f"{self._ws_private_url}/{await self._keys.for_connection()}")

    async def _keep_key(self, link: StreamLink) -> None:
        while True:
            link.give_up(await self._keys.keep())

    async def _give_key_back(self) -> None:
        try:
            async with asyncio.timeout(_GIVE_BACK_S):
                await self._keys.give_back()
        except TimeoutError:
            return  # it runs out by itself

    # -- pieces ------------------------------------------------------------------

    def _symbols(self) -> tuple[str, ...]:
        return tuple(symbol_of(each.instrument_id) for each in self._desk.listings.all_instruments())

    async def _is_other_header_right(self) -> bool:
        """Try the document's other spelling of the key's header; it stays when the venue knows the key by it."""
        manners = self._desk.manners
        known = manners.key_header
        manners.key_header = next(header for header in KEY_HEADERS if header != known)
        try:
            await self._desk.account_rest.check_api_key()
        except AuthFailed:
            manners.key_header = known
            return False
        return True


def _order_id(row: OrderRow) -> str:
    return row.order_id


def _created(row: OrderRow) -> int:
    return row.time


def _income_id(row: Income) -> str:
    return row.income_id


def _event_time(row: Income) -> int:
    return row.ts_event_ms
