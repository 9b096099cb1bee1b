"""The trading half of the adapter."""

from typing import Final

from terminal.domain.account import Balance, LeverageSetting
from terminal.domain.competition import MAX_LEVERAGE
from terminal.domain.errors import RequestRejected
from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import Effect, OrderTerms
from terminal.domain.position import Position
from terminal.ports.venue import (
    LogReceipt,
    OrderReport,
    PreparedOrder,
    SubmitOutcome,
    TriggerReport,
    VenueSink,
)
from terminal.venues.weex.codes import VENUE
from terminal.venues.weex.desk import Desk
from terminal.venues.weex.mapper.account import (
    MARGIN_COIN,
    balance_from,
    leverage_from,
    margin_mode_of,
    positions_from,
)
from terminal.venues.weex.mapper.orders import fill_from_row, oldest_first, place_body, report_from_row, trigger_from
from terminal.venues.weex.mapper.words import venue_symbol
from terminal.venues.weex.paging import Page, by_number, by_time
from terminal.venues.weex.relay import VenueRelay
from terminal.venues.weex.rest.orders import PAGE_SIZE, PLACE_PATH
from terminal.venues.weex.signing import stream_headers
from terminal.venues.weex.stream.link import StreamLink
from terminal.venues.weex.stream.private import PrivateSession
from terminal.venues.weex.wire.orders import FillRow, OrderRow, PlanRow

VALIDITY_MS: Final = 30_000
HISTORY_MS: Final = 90 * 24 * 3_600_000


class WeexTrading:
    """Implements `TradingVenue` on a desk."""

    def __init__(self, desk: Desk, ws_private_url: str, *, simulated: bool) -> None:
        self._desk = desk
        self._ws_private_url = ws_private_url
        self._simulated = simulated

    @property
    def name(self) -> str:
        return VENUE

    @property
    def is_simulated(self) -> bool:
        return self._simulated

    @property
    def order_validity_ms(self) -> int:
        return VALIDITY_MS

    def prepare_order(self, client_order_id: str, terms: OrderTerms) -> PreparedOrder:
        """Serialise a place-order request. Raises `RequestRejected`."""
        body = place_body(client_order_id, terms)
        return PreparedOrder(client_order_id, PLACE_PATH, body, is_exit=terms.effect is Effect.CLOSE)

    async def submit_order(self, prepared: PreparedOrder) -> SubmitOutcome:
        """Send once; never raises. A cancelled task gives `Unclear`."""
        return await self._desk.orders.place_order(prepared)

    async def cancel_order(self, instrument_id: InstrumentId, venue_order_id: str) -> bool:
        """Ask to cancel; True only on the venue's `result: true`, False when it said no.

        Raises:
            VenueError: it is not known whether the request arrived, or it was not sent.
        """
        venue_symbol(instrument_id)
        try:
            return (await self._desk.orders.cancel_order(venue_order_id)).result
        except RequestRejected:
            return False

    async def cancel_all(self, instrument_id: InstrumentId | None) -> int:
        """Cancel resting orders, then trigger orders; gives how many the venue took.

        The trigger orders are tried even when the first call fails.

        Raises:
            VenueError: one of the two calls failed.
        """
        symbol = None if instrument_id is None else venue_symbol(instrument_id)
        try:
            resting = await self._desk.orders.cancel_all_orders("normal", symbol)
        finally:
            triggers = await self._desk.orders.cancel_all_orders("plan", symbol)
        return sum(row.success for row in (*resting, *triggers))

    async def set_leverage(self, instrument_id: InstrumentId, leverage: int) -> None:
        """Set the leverage in the symbol's present margin mode.

        Raises:
            RequestRejected: above the competition's limit, or orders are open.
            VenueError: not known whether it arrived; read it back.
        """
        symbol = venue_symbol(instrument_id)
        if not 1 <= leverage <= MAX_LEVERAGE:
            raise RequestRejected(f"Leverage must be 1 to {MAX_LEVERAGE}, not {leverage}.", venue=VENUE)
        mode = margin_mode_of(await self._desk.account.get_account(MARGIN_COIN), symbol)
        await self._desk.account.leverage(symbol, mode, leverage, leverage)

    async def leverage(self, instrument_id: InstrumentId) -> LeverageSetting:
        """Read leverage and margin mode back (the settings do not name the mode). Raises `VenueError`."""
        symbol = venue_symbol(instrument_id)
        mode = margin_mode_of(await self._desk.account.get_account(MARGIN_COIN), symbol)
        return leverage_from(instrument_id, await self._desk.account.settings(symbol), mode)

    async def balance(self) -> Balance:
        """Read the margin coin. Raises `VenueError`."""
        return balance_from(await self._desk.account.assets(), self._desk.clock.now_ms())

    async def positions(self) -> tuple[Position, ...]:
        """Read what is held, pairs outside the competition included. Raises `VenueError`."""
        return positions_from(await self._desk.account.all_position())

    async def order(self, venue_order_id: str) -> OrderReport:
        """Read one order.

        Raises:
            RequestRejected: the venue does not know it.
            VenueError: no information.
        """
        return report_from_row(await self._desk.orders.detail(venue_order_id))

    async def open_orders(self) -> tuple[OrderReport, ...]:
        """Read all resting orders, to the last page. Raises `VenueError`."""
        rows = await by_number(self._desk.orders.current, PAGE_SIZE)
        return tuple(report_from_row(row) for row in _unique(rows))

    async def order_history(self, instrument_id: InstrumentId, since_ms: int) -> tuple[OrderReport, ...]:
        """Read past orders since a time, at most 90 days back, oldest first. Raises `VenueError`."""
        symbol = venue_symbol(instrument_id)

        async def fetch(start_ms: int, end_ms: int | None) -> Page[OrderRow]:
            rows = await self._desk.orders.history(symbol, start_ms, end_ms)
            return Page(rows, has_more=len(rows) >= PAGE_SIZE)

        rows = await by_time(fetch, self._bounded(since_ms), key=_order_id, time_ms=_order_time)
        reports = (report_from_row(row) for row in rows if row.create_time >= since_ms)
        return tuple(sorted(reports, key=lambda report: report.created_ms))

    async def fills(self, instrument_id: InstrumentId | None, since_ms: int) -> tuple[Fill, ...]:
        """Read executions since a time, oldest first, paged to the end. Raises `VenueError`."""
        symbol = None if instrument_id is None else venue_symbol(instrument_id)

        async def fetch(start_ms: int, end_ms: int | None) -> Page[FillRow]:
            page = await self._desk.orders.fills(symbol, start_ms, end_ms)
            return Page(list(page.list), has_more=page.next_flag)

        rows = await by_time(fetch, self._bounded(since_ms), key=_trade_id, time_ms=_fill_time)
        return oldest_first(fill_from_row(row) for row in rows if row.created_time >= since_ms)

    async def trigger_orders(self, instrument_id: InstrumentId | None) -> tuple[TriggerReport, ...]:
        """Read waiting trigger orders, to the last page. Raises `VenueError`."""
        symbol = None if instrument_id is None else venue_symbol(instrument_id)

        async def fetch(page: int) -> list[PlanRow]:
            return await self._desk.triggers.current_plan(symbol, page)

        rows = await by_number(fetch, PAGE_SIZE)
        return tuple(trigger_from(row) for row in rows)

    async def upload_ai_log(self, body: bytes) -> LogReceipt:
        """Upload exactly these bytes. Raises `VenueError` when it is not known whether they arrived."""
        return await self._desk.ai_log.upload_ai_log(body)

    async def run_private(self, sink: VenueSink) -> None:
        """Follow account, positions, orders and fills until cancelled, reconnecting by itself."""
        desk = self._desk
        link = StreamLink(
            self._ws_private_url,
            self._stream_headers,
            clock=desk.clock,
            chance=desk.chance,
            refused=desk.caller.distrust_clock,
        )
        await link.run(PrivateSession(VenueRelay(sink)))

    async def _stream_headers(self) -> dict[str, str]:
        await self._desk.caller.ensure_clock()
        return stream_headers(self._desk.credentials, self._desk.server_clock.now_ms())

    def _bounded(self, since_ms: int) -> int:
        return max(since_ms, self._desk.server_clock.now_ms() - HISTORY_MS)


def _unique(rows: list[OrderRow]) -> list[OrderRow]:
    """Drop rows seen twice: an order may slip to the next page while we read."""
    return list({row.order_id: row for row in rows}.values())


def _order_id(row: OrderRow) -> str:
    return row.order_id


def _order_time(row: OrderRow) -> int:
    return row.create_time


def _trade_id(row: FillRow) -> str:
    return row.trade_id


def _fill_time(row: FillRow) -> int:
    return row.created_time
