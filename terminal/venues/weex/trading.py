"""The trading half of the adapter."""

from decimal import Decimal
from typing import Final, TypeVar

from terminal.domain.account import Balance, Income, LeverageSetting, MarginMode
from terminal.domain.capabilities import FULL_CAPABILITIES, VenueCapabilities
from terminal.domain.competition import MAX_LEVERAGE
from terminal.domain.errors import RequestRejected, VenueError
from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import OrderTerms
from terminal.domain.position import Position
from terminal.net.calls.paging import Page, by_number, by_time
from terminal.net.stream.link import Opening, Refusal, StreamLink
from terminal.ports.venue import (
    CloseOutcome,
    FiredTrigger,
    LogReceipt,
    OrderReport,
    PreparedOrder,
    Protection,
    SubmitOutcome,
    TriggerReport,
    TriggerTerms,
    VenueSink,
)
from terminal.venues.weex.codes import PAGE_SIZE, VENUE
from terminal.venues.weex.desk import Desk
from terminal.venues.weex.mapper.terms import check_protection
from terminal.venues.weex.mapper.words import require_allowed
from terminal.venues.weex.relay import VenueRelay
from terminal.venues.weex.signing import stream_headers
from terminal.venues.weex.stream.opening import refusal_words
from terminal.venues.weex.stream.private import PrivateSession

VALIDITY_MS: Final = 30_000
HISTORY_MS: Final = 90 * 24 * 3_600_000
_Listed = TypeVar("_Listed", OrderReport, TriggerReport)


class WeexTrading:
    """Implements `TradingVenue` on a desk."""

    def __init__(self, desk: Desk, ws_private_url: str, *, simulated: bool, keeps_account: bool) -> None:
        self._desk = desk
        self._ws_private_url = ws_private_url
        self._simulated = simulated
        self._keeps_account = keeps_account

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
        return FULL_CAPABILITIES

    def prepare_order(self, client_order_id: str, terms: OrderTerms) -> PreparedOrder:
        """Serialise a place-order request. Raises `RequestRejected`."""
        return self._desk.dialect.orders.prepare_order(client_order_id, terms)

    def prepare_trigger(self, client_order_id: str, terms: TriggerTerms) -> PreparedOrder:
        """Serialise a conditional order. Raises `RequestRejected`."""
        return self._desk.dialect.orders.prepare_trigger(client_order_id, terms)

    async def submit_order(self, prepared: PreparedOrder) -> SubmitOutcome:
        """Send once; never raises. A cancelled task gives `Unclear`."""
        return await self._desk.dialect.orders.submit(prepared)

    async def protect(
        self, position: Position, stop: Decimal | None, target: Decimal | None, *, stop_id: str, target_id: str
    ) -> Protection:
        """Place a stop, then a target; both bodies are checked before the first is sent. Raises `RequestRejected`."""
        check_protection(position, stop, target)
        orders = self._desk.dialect.orders
        stop_body = None if stop is None else orders.protection_body(stop_id, position, stop, is_stop=True)
        target_body = None if target is None else orders.protection_body(target_id, position, target, is_stop=False)
        return Protection(
            stop=None if stop_body is None else await orders.protect(stop_id, stop_body),
            target=None if target_body is None else await orders.protect(target_id, target_body),
        )

    async def modify_trigger(self, venue_order_id: str, trigger_price: Decimal) -> None:
        """Move a stop or target. Raises `RequestRejected` when the venue said no, else `VenueError`."""
        await self._desk.dialect.orders.modify_trigger(venue_order_id, trigger_price)

    async def cancel_trigger(self, venue_order_id: str) -> bool:
        """Ask to cancel a trigger; False when the venue said no.

        Raises:
            VenueError: it is not known whether the request arrived, or it was not sent.
        """
        return await self._desk.dialect.orders.cancel_trigger(venue_order_id)

    async def close_position(self, instrument_id: InstrumentId) -> CloseOutcome:
        """Close both sides of one instrument at market; its triggers go only once it is closed.

        Raises:
            VenueError: it is not known whether the request arrived, or it was not sent.
        """
        require_allowed(instrument_id)
        return await self._close(instrument_id)

    async def close_everything(self) -> CloseOutcome:
        """Close every position of the account at market; triggers go only once all are closed. Raises `VenueError`."""
        return await self._close(None)

    async def _close(self, instrument_id: InstrumentId | None) -> CloseOutcome:
        """Keep the stops of what could not be closed: they are all that protects it."""
        orders = self._desk.dialect.orders
        closed = await orders.close(instrument_id)
        cleaned = False
        if not closed.refusals:
            try:
                await orders.cancel_triggers(instrument_id)
                cleaned = True
            except VenueError:
                cleaned = False  # the close stands; the outcome says that triggers may be left
        return CloseOutcome(closed.venue_order_ids, closed.refusals, cleaned)

    async def cancel_order(self, instrument_id: InstrumentId, venue_order_id: str) -> bool:
        """Ask to cancel; True only on the venue's yes, False when it said no.

        Raises:
            VenueError: it is not known whether the request arrived, or it was not sent.
        """
        require_allowed(instrument_id)
        return await self._desk.dialect.orders.cancel(venue_order_id)

    async def cancel_all(self, instrument_id: InstrumentId | None) -> int:
        """Cancel resting orders, then trigger orders; gives how many the venue took.

        The trigger orders are tried even when the first call fails.

        Raises:
            VenueError: one of the two calls failed.
        """
        orders = self._desk.dialect.orders
        if instrument_id is not None:
            require_allowed(instrument_id)
        try:
            resting = await orders.cancel_resting(instrument_id)
        finally:
            triggers = await orders.cancel_triggers(instrument_id)
        return resting + triggers

    async def set_leverage(self, instrument_id: InstrumentId, leverage: int) -> None:
        """Set the leverage in the symbol's present margin mode.

        Raises:
            RequestRejected: above the competition's limit, or orders are open.
            VenueError: not known whether it arrived; read it back.
        """
        require_allowed(instrument_id)
        if not 1 <= leverage <= MAX_LEVERAGE:
            raise RequestRejected(f"Leverage must be 1 to {MAX_LEVERAGE}, not {leverage}.", venue=VENUE)
        await self._desk.dialect.account.set_leverage(instrument_id, leverage)

    async def leverage(self, instrument_id: InstrumentId) -> LeverageSetting:
        """Read leverage and margin mode back. Raises `VenueError`."""
        return await self._desk.dialect.account.leverage(instrument_id)

    async def margin_mode(self, instrument_id: InstrumentId) -> MarginMode:
        """Read whether margin is shared or isolated. Raises `VenueError`."""
        return await self._desk.dialect.account.margin_mode(instrument_id)

    async def set_margin_mode(self, instrument_id: InstrumentId, mode: MarginMode) -> None:
        """Switch it; the venue refuses while a position or an order exists, so nothing is sent then.

        Raises:
            RequestRejected: the instrument has a position or an order.
            VenueError: not known whether it arrived; read it back.
        """
        require_allowed(instrument_id)
        if await self._is_in_use(instrument_id):
            text = f"{instrument_id} has a position or an order; close and cancel first, then switch the margin mode."
            raise RequestRejected(text, venue=VENUE)
        await self._desk.dialect.account.set_margin_mode(instrument_id, mode)

    async def balance(self) -> Balance:
        """Read the margin coin. Raises `VenueError`."""
        return await self._desk.dialect.account.balance(self._desk.clock.now_ms())

    async def income(self, instrument_id: InstrumentId | None, since_ms: int) -> tuple[Income, ...]:
        """Read the bill since a time, at most 90 days back, oldest first. Raises `VenueError`."""

        async def fetch(start_ms: int, end_ms: int | None) -> Page[Income]:
            # v3 takes the two times only as a pair.
            until_ms = self._desk.server_clock.now_ms() if end_ms is None else end_ms
            return await self._desk.dialect.account.income(instrument_id, start_ms, until_ms)

        rows = await by_time(fetch, self._bounded(since_ms), key=_income_id, time_ms=_event_time, venue=VENUE)
        return tuple(sorted((row for row in rows if row.ts_event_ms >= since_ms), key=_event_time))

    async def positions(self) -> tuple[Position, ...]:
        """Read what is held, pairs outside the competition included. Raises `VenueError`."""
        return await self._desk.dialect.account.positions()

    async def order(self, venue_order_id: str) -> OrderReport:
        """Read one order.

        Raises:
            RequestRejected: the venue does not know it.
            VenueError: no information.
        """
        return await self._desk.dialect.orders.order(venue_order_id)

    async def open_orders(self) -> tuple[OrderReport, ...]:
        """Read all resting orders, to the last page. Raises `VenueError`."""
        return _unique(await by_number(self._desk.dialect.orders.open_orders, PAGE_SIZE, venue=VENUE))

    async def order_history(self, instrument_id: InstrumentId, since_ms: int) -> tuple[OrderReport, ...]:
        """Read past orders since a time, at most 90 days back, oldest first. Raises `VenueError`."""

        async def fetch(start_ms: int, end_ms: int | None) -> Page[OrderReport]:
            return await self._desk.dialect.orders.history(instrument_id, start_ms, end_ms)

        rows = await by_time(fetch, self._bounded(since_ms), key=_order_id, time_ms=_created, venue=VENUE)
        return tuple(sorted((row for row in rows if row.created_ms >= since_ms), key=_created))

    async def fills(self, instrument_id: InstrumentId | None, since_ms: int) -> tuple[Fill, ...]:
        """Read executions since a time, oldest first, paged to the end. Raises `VenueError`."""

        async def fetch(start_ms: int, end_ms: int | None) -> Page[Fill]:
            return await self._desk.dialect.orders.fills(instrument_id, start_ms, end_ms)

        rows = await by_time(fetch, self._bounded(since_ms), key=_trade_id, time_ms=_event_time, venue=VENUE)
        fresh = (row for row in rows if row.ts_event_ms >= since_ms)
        return tuple(sorted(fresh, key=lambda fill: (fill.ts_event_ms, int(fill.trade_id))))

    async def trigger_orders(self, instrument_id: InstrumentId | None) -> tuple[TriggerReport, ...]:
        """Read waiting trigger orders, to the last page. Raises `VenueError`."""

        async def fetch(page: int) -> list[TriggerReport]:
            return await self._desk.dialect.orders.triggers(instrument_id, page)

        return _unique(await by_number(fetch, PAGE_SIZE, venue=VENUE))

    async def fired_triggers(self, instrument_id: InstrumentId, since_ms: int) -> tuple[FiredTrigger, ...]:
        """Read triggers made since a time, at most 90 days back, that became orders. Raises `VenueError`."""

        async def fetch(start_ms: int, end_ms: int | None) -> Page[FiredTrigger]:
            until_ms = self._desk.server_clock.now_ms() if end_ms is None else end_ms
            return await self._desk.dialect.orders.past_triggers(instrument_id, start_ms, until_ms)

        rows = await by_time(fetch, self._bounded(since_ms), key=_trigger_id, time_ms=_made, venue=VENUE)
        fired = (row for row in rows if row.fired_ms > 0 and row.created_ms >= since_ms)
        return tuple(sorted(fired, key=lambda row: row.fired_ms))

    async def upload_ai_log(self, body: bytes) -> LogReceipt:
        """Upload exactly these bytes. Raises `VenueError` when it is not known whether they arrived."""
        return await self._desk.ai_log.upload_ai_log(body)

    async def run_private(self, sink: VenueSink) -> None:
        """Follow account, positions, orders and fills until cancelled, reconnecting by itself."""
        desk = self._desk
        link = StreamLink(
            self._opening,
            clock=desk.clock,
            chance=desk.chance,
            name="the private stream of WEEX",
            refused=self._refused,
            route=desk.route,
        )
        await link.run(PrivateSession(VenueRelay(sink), desk.dialect.stream.private_grammar()))

    async def _opening(self) -> Opening:
        """Sign an upgrade; signatures expire."""
        desk = self._desk
        await desk.caller.ensure_clock()
        headers = stream_headers(desk.credentials, desk.server_clock.now_ms(), desk.dialect.login_path)
        return Opening(self._ws_private_url, headers)

    def _refused(self, refusal: Refusal) -> str:
        self._desk.caller.distrust_clock()  # the refusal may be about our time
        return refusal_words(refusal)

    async def _is_in_use(self, instrument_id: InstrumentId) -> bool:
        held = {position.instrument_id for position in await self.positions()}
        resting = {report.instrument_id for report in await self.open_orders()}
        return instrument_id in held | resting

    def _bounded(self, since_ms: int) -> int:
        return max(since_ms, self._desk.server_clock.now_ms() - HISTORY_MS)


def _unique(rows: list[_Listed]) -> tuple[_Listed, ...]:
    """Drop rows seen twice: an order may slip to the next page while we read."""
    return tuple({row.venue_order_id: row for row in rows}.values())


def _order_id(row: OrderReport) -> str:
    return row.venue_order_id


def _created(row: OrderReport) -> int:
    return row.created_ms


def _trigger_id(row: FiredTrigger) -> str:
    return row.trigger_id


def _made(row: FiredTrigger) -> int:
    return row.created_ms


def _trade_id(row: Fill) -> str:
    return row.trade_id


def _income_id(row: Income) -> str:
    return row.income_id


def _event_time(row: Fill | Income) -> int:
    return row.ts_event_ms
