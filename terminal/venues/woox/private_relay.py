"""Between the private stream and the core: pushes in, domain events out, each once.

Two connections may tell the same while one replaces the other, and the venue repeats itself too:
executions are told by their trade id, changes of an order by what they say. A push does not say
what a close brought, so that execution is read once more before it is told.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from decimal import Decimal
from functools import partial
from typing import Final

from terminal.domain.errors import VenueError
from terminal.domain.fill import Fill
from terminal.domain.market import StreamState
from terminal.domain.order import ZERO, Effect, PositionSide
from terminal.ports.venue import AccountTouched, OrderReport, ResyncNeeded, VenueSink, VenueStatus
from terminal.venues.woox.desk import Desk
from terminal.venues.woox.history import History
from terminal.venues.woox.mapper.orders import fill_from_push, fill_from_row, report_from_push, way_of_push
from terminal.venues.woox.wire.orders import ExecutionPush

REMEMBERED: Final = 20_000
OVERLAP_MS: Final = 60_000
_MANY: Final = 20  # executions that wait to be read: beyond it our own figure must do
_ENDED: Final = frozenset({VenueStatus.CANCELED, VenueStatus.FILLED})
_log = logging.getLogger(__name__)


class Seen:
    """Remembers the newest keys it was asked about."""

    def __init__(self) -> None:
        self._keys: OrderedDict[Hashable, None] = OrderedDict()

    def is_new(self, key: Hashable) -> bool:
        """Tell whether a key comes for the first time, and remember it."""
        if key in self._keys:
            return False
        self._keys[key] = None
        if len(self._keys) > REMEMBERED:
            self._keys.popitem(last=False)
        return True


class PrivateRelay:
    """Implements the sinks of the private stream. `guards` are stops that belong to an order, by its id."""

    def __init__(self, desk: Desk, history: History, guards: dict[str, list[str]], sink: VenueSink) -> None:
        self._desk = desk
        self._history = history
        self._guards = guards
        self._sink = sink
        self._changes = Seen()
        self._trades = Seen()
        self._chores: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue()
        self._since_ms = desk.server_clock.now_ms()

    # -- from the stream -------------------------------------------------------------

    def execution(self, push: ExecutionPush) -> None:
        """Take a change of an order. Raises `MalformedReply`."""
        desk = self._desk
        if not desk.symbols.is_ours(push.symbol):
            return
        if not self._changes.is_new((push.order_id, push.status, push.filled, push.trade_id, push.time)):
            return
        report = desk.known.note_order(report_from_push(push, desk.symbols, desk.ids))
        self._since_ms = max(self._since_ms, push.time)
        self._sink(report)
        self._look_after_guards(report)
        fill = fill_from_push(push, desk.symbols, desk.ids, self._own_profit(push))
        if fill is not None and self._trades.is_new(fill.trade_id):
            self._tell_fill(fill, is_close=report.effect is Effect.CLOSE)

    def touched(self, reason: str) -> None:
        self._sink(AccountTouched(reason))

    def resync(self, reason: str) -> None:
        self._sink(ResyncNeeded(reason))

    def state(self, connected: bool, detail: str) -> None:
        self._sink(StreamState("private", connected, detail))

    async def gather(self) -> None:
        """Tell executions and resting orders that no push told of. Never raises for the network or the venue."""
        try:
            fills = await self._history.fills(None, self._since_ms - OVERLAP_MS)
            orders = await self._history.open_orders()
        except VenueError as error:
            _log.info("what the private stream may have missed could not be read: %s", error)
            return
        for report in orders:
            if self._changes.is_new((report.venue_order_id, report.status, report.filled_size)):
                self._sink(report)
        for fill in fills:
            if self._trades.is_new(fill.trade_id):
                self._since_ms = max(self._since_ms, fill.ts_event_ms)
                self._sink(fill)

    # -- beside the stream -------------------------------------------------------------

    async def work(self) -> None:
        """Do what a push asks for, one after the other, while the stream is followed; cancelled with it."""
        while True:
            chore = await self._chores.get()
            await chore()

    def _tell_fill(self, fill: Fill, *, is_close: bool) -> None:
        if is_close and not self._desk.symbols.is_spot and self._chores.qsize() < _MANY:
            self._chores.put_nowait(partial(self._tell_close, fill))
        else:
            self._sink(fill)

    async def _tell_close(self, fill: Fill) -> None:
        """Tell an execution that closed something, with the venue's own figure of what it brought."""
        desk = self._desk
        try:
            row = await desk.orders.transaction(fill.trade_id)
        except VenueError as error:
            _log.info("the profit of execution %s could not be read: %s", fill.trade_id, error)
        else:
            if row.realized_pnl is not None:
                fill = fill_from_row(row, fill.position_side, desk.symbols, desk.ids)
        self._sink(fill)

    def _own_profit(self, push: ExecutionPush) -> Decimal:
        """Give what a close brought by the entry price last read; 0 where none was."""
        way = way_of_push(push, self._desk.symbols)
        held = self._desk.known.held.get((self._desk.symbols.instrument_of(push.symbol), way.position_side))
        if way.effect is not Effect.CLOSE or held is None or push.fill_price is None or push.fill_size is None:
            return ZERO
        move = push.fill_price - held.entry_price
        return push.fill_size * (move if way.position_side is PositionSide.LONG else -move)

    def _look_after_guards(self, report: OrderReport) -> None:
        """Cancel the stops of an order that ended without a fill: they would protect nothing."""
        if report.status not in _ENDED:
            return
        guards = self._guards.pop(report.venue_order_id, [])
        if not report.filled_size:
            for algo_id in guards:
                self._chores.put_nowait(partial(self._drop, algo_id))

    async def _drop(self, algo_id: str) -> None:
        try:
            await self._desk.algos.cancel(algo_id)
        except VenueError as error:
            _log.info("the stop %s of an order that never filled could not be cancelled: %s", algo_id, error)
