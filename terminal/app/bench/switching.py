"""A click on another pair, timed until the whole window shows it."""

import asyncio
import time
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QModelIndex, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from terminal.app.window_app import WindowRun
from terminal.domain.instrument import InstrumentId
from terminal.runtime.frame_watch import FrameWatch
from terminal.ui.widgets.depth.ladder_panel import LadderPanel

_PAUSE_S: Final = 0.25  # as a person's hand: everything the last click asked for has come
_PATIENCE_S: Final = 5.0


class Switcher:
    """Clicks pairs in the market watch.

    A switch is over with the first frame after which chart and ladder show the pair and no
    further frame is asked for.
    """

    def __init__(self, run: WindowRun) -> None:
        self._parts = run.parts
        ladder = run.parts.window.docks["ladder"].widget()
        self._ladder = ladder if isinstance(ladder, LadderPanel) else None
        self._done: asyncio.Event = asyncio.Event()
        self._wanted: InstrumentId | None = None
        self._done_s = 0.0
        self.frames = FrameWatch(run.parts.window, self._painted)

    async def click_through(self, pairs: tuple[InstrumentId, ...], count: int) -> list[float]:
        """Visit every pair once to warm up, then time `count` clicks; gives ms each. Ends where it began."""
        for pair in pairs:
            await self._switch(pair)
        return [await self._switch(pairs[at % len(pairs)]) for at in range(count)]

    async def _switch(self, pair: InstrumentId) -> float:
        await asyncio.sleep(_PAUSE_S)
        self._done.clear()
        self._wanted = pair
        began_s = time.perf_counter()
        self._click(pair)
        await asyncio.wait_for(self._done.wait(), _PATIENCE_S)
        return (self._done_s - began_s) * 1000

    def _click(self, pair: InstrumentId) -> None:
        table = self._parts.window.market_watch.table
        for at in range(table.sorted.rowCount()):
            index: QModelIndex = table.sorted.index(at, 0)
            if table.key_at(index) == pair:
                place = QPointF(table.visualRect(index).center())
                break
        else:
            raise LookupError(f"{pair} has no row")
        view = table.viewport()
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        for kind, held in ((QEvent.Type.MouseButtonPress, left), (QEvent.Type.MouseButtonRelease, none)):
            where = QPointF(view.mapToGlobal(place))
            event = QMouseEvent(kind, place, where, left, held, Qt.KeyboardModifier.NoModifier)
            QCoreApplication.sendEvent(view, event)

    def _painted(self, now_s: float) -> None:
        """Note each frame that shows all of it; the last before things are calm counts."""
        if self._wanted is None or not self._shows(self._wanted):
            return
        self._wanted = None
        self._done_s = now_s
        self._done.set()

    def _shows(self, pair: InstrumentId) -> bool:
        desk, chart = self._parts.desk, self._parts.chart
        if desk.selection[0] != pair or chart is None:
            return False
        linked = chart.grid.linked
        has_bars = linked.series == desk.selection and len(linked.view.bars) > 0
        frame = None if self._ladder is None else self._ladder.view.frame
        return has_bars and frame is not None and frame.ladder.snapshot.instrument_id == pair
