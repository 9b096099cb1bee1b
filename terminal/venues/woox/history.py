"""What the venue tells of orders and executions: resting, past, and those whose outcome was not known.

Some replies show 0 in place of our own number, so an order whose outcome is not known is also asked
for by that number; once it is found, its id at the venue is remembered as ours.
"""

from collections.abc import Iterable
from typing import Final

from terminal.domain.errors import RequestRejected, VenueError
from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import PositionSide
from terminal.net.calls.paging import Page, by_time
from terminal.ports.venue import FiredTrigger, OrderReport, TriggerReport
from terminal.venues.woox.codes import VENUE
from terminal.venues.woox.desk import Desk
from terminal.venues.woox.mapper.ids import number_of
from terminal.venues.woox.mapper.orders import fill_from_row, fired_from, likely_leg, report_from_row, trigger_from
from terminal.venues.woox.mapper.words import ALGO_WAITING
from terminal.venues.woox.pages import to_the_end
from terminal.venues.woox.wire.orders import AlgoRow, FillRow, OrderRow

HISTORY_MS: Final = 90 * 24 * 3_600_000
_DAY_MS: Final = 24 * 3_600_000
_SOUGHT_S: Final = 900.0  # after that the order is not expected to appear any more
_ONE_BY_ONE: Final = 10  # orders of executions that are read singly; more have been listed before


class History:
    """Everything raises `VenueError`. `unclear` are ids whose outcome is not known, and since when."""

    def __init__(self, desk: Desk, unclear: dict[str, float]) -> None:
        self._desk = desk
        self._unclear = unclear

    # -- orders ------------------------------------------------------------------

    async def order(self, order_id: str) -> OrderReport:
        """Read one order. Raises `RequestRejected` when the venue does not know it."""
        return self._report(await self._desk.orders.order(order_id))

    async def open_orders(self) -> tuple[OrderReport, ...]:
        """Read all resting orders, and those sought that are found."""
        rows = await to_the_end(self._desk.orders.open_orders)
        return await self._with_sought(self._reports(rows))

    async def orders(self, instrument_id: InstrumentId, since_ms: int) -> tuple[OrderReport, ...]:
        """Read orders made since a time, at most 90 days back, oldest first."""
        reports = await self._past(self._desk.symbols.spell(instrument_id), since_ms)
        return tuple(each for each in reports if each.instrument_id == instrument_id)

    async def all_orders(self, since_ms: int) -> tuple[OrderReport, ...]:
        """As `orders`, of every pair of our product in one listing."""
        return await self._past(None, since_ms)

    async def _past(self, symbol: str | None, since_ms: int) -> tuple[OrderReport, ...]:
        start_ms = self._bounded(since_ms)
        rows = await to_the_end(lambda page: self._desk.orders.orders(symbol, start_ms, page))
        reports = await self._with_sought(self._reports(rows))
        fresh = (each for each in reports if each.created_ms >= since_ms)
        return tuple(sorted(fresh, key=lambda report: report.created_ms))

    def sought(self) -> tuple[str, ...]:
        """Give the ids that are looked for by number."""
        now_s = self._desk.clock.monotonic_s()
        for client_order_id, since_s in tuple(self._unclear.items()):
            if now_s - since_s > _SOUGHT_S:
                del self._unclear[client_order_id]
        return tuple(self._unclear)

    async def _with_sought(self, reports: dict[str, OrderReport]) -> tuple[OrderReport, ...]:
        """Add orders that are found by our number, or listed under it."""
        listed = {report.client_order_id for report in reports.values()}
        for client_order_id in self.sought():
            if client_order_id in listed:
                del self._unclear[client_order_id]
                continue
            try:
                row = await self._desk.orders.order_by_number(number_of(client_order_id))
            except RequestRejected:
                continue  # not there, or not yet: the lists and the time that passes decide
            self._desk.ids.link(row.order_id, client_order_id)
            self._unclear.pop(client_order_id, None)
            reports |= self._reports([row])
        return tuple(reports.values())

    def _reports(self, rows: Iterable[OrderRow]) -> dict[str, OrderReport]:
        """Give reports of our product; an order may slip to the next page while we read, so each once."""
        ours = (row for row in rows if self._desk.symbols.is_ours(row.symbol))
        return {row.order_id: self._report(row) for row in ours}

    def _report(self, row: OrderRow) -> OrderReport:
        return self._desk.known.note_order(report_from_row(row, self._desk.symbols, self._desk.ids))

    # -- executions ----------------------------------------------------------------

    async def fills(self, instrument_id: InstrumentId | None, since_ms: int) -> tuple[Fill, ...]:
        """Read executions since a time, oldest first."""
        symbols = self._desk.symbols
        symbol = None if instrument_id is None else symbols.spell(instrument_id)

        async def fetch(start_ms: int, end_ms: int | None) -> Page[FillRow]:
            return await self._desk.orders.transactions(symbol, start_ms, end_ms)

        rows = await by_time(fetch, self._bounded(since_ms), key=_trade_id, time_ms=_time, venue=VENUE)
        ours = [row for row in rows if symbols.is_ours(row.symbol) and row.time >= since_ms]
        await self._learn_legs(ours)
        fills = [fill_from_row(row, self._leg(row), symbols, self._desk.ids) for row in ours]
        return tuple(sorted(fills, key=lambda fill: (fill.ts_event_ms, int(fill.trade_id))))

    async def _learn_legs(self, rows: list[FillRow]) -> None:
        """Read the orders of executions whose position is not known: their rows do not name it."""
        if self._desk.symbols.is_spot:
            return
        for symbol in sorted({row.symbol for row in self._strange(rows)}):
            start_ms = min(row.time for row in rows if row.symbol == symbol) - _DAY_MS
            await self._list_from(symbol, start_ms)
        for order_id in sorted({row.order_id for row in self._strange(rows)})[:_ONE_BY_ONE]:
            try:
                await self.order(order_id)
            except VenueError:
                continue  # it may be too old to be told of; the profit of the execution then tells enough

    async def _list_from(self, symbol: str, start_ms: int) -> None:
        self._reports(await to_the_end(lambda page: self._desk.orders.orders(symbol, start_ms, page)))

    def _strange(self, rows: list[FillRow]) -> list[FillRow]:
        return [row for row in rows if row.order_id not in self._desk.known.legs]

    def _leg(self, row: FillRow) -> PositionSide:
        known = self._desk.known.legs.get(row.order_id)
        return likely_leg(row, self._desk.symbols) if known is None or self._desk.symbols.is_spot else known

    # -- stops and targets -----------------------------------------------------------

    async def triggers(self, instrument_id: InstrumentId | None) -> tuple[TriggerReport, ...]:
        """Read the stops and targets that wait."""
        rows = await self._algos(instrument_id, None, is_triggered=False)
        waiting = [
            row for row in rows if not row.triggered and row.status.upper() in ALGO_WAITING and row.trigger_price
        ]
        return tuple(trigger_from(row, self._desk.symbols, self._desk.ids) for row in waiting)

    async def fired(self, instrument_id: InstrumentId, since_ms: int) -> tuple[FiredTrigger, ...]:
        """Read stops and targets made since a time that have become orders, oldest first."""
        rows = await self._algos(instrument_id, self._bounded(since_ms), is_triggered=True)
        fired = [fired_from(row, self._desk.symbols) for row in rows if row.triggered and row.created >= since_ms]
        return tuple(sorted(fired, key=lambda each: each.fired_ms))

    async def _algos(
        self, instrument_id: InstrumentId | None, start_ms: int | None, *, is_triggered: bool
    ) -> list[AlgoRow]:
        symbols = self._desk.symbols
        symbol = None if instrument_id is None else symbols.spell(instrument_id)
        algos = self._desk.algos
        rows = await to_the_end(lambda page: algos.algos(symbol, start_ms, page, is_triggered=is_triggered))
        return list({row.algo_id: row for row in rows if symbols.is_ours(row.symbol)}.values())

    def _bounded(self, since_ms: int) -> int:
        return max(since_ms, self._desk.server_clock.now_ms() - HISTORY_MS)


def _trade_id(row: FillRow) -> str:
    return row.trade_id


def _time(row: FillRow) -> int:
    return row.time
