"""One charting library, driven through the same steps as the others; prints its times as JSON.

    python driver.py SIDE BARS STEPS

It is a program of its own, so that each library runs in its own process and environment and
none has to be imported by another. A frame is measured from the action until the chart's
viewport has been painted, through the event loop, as in a running program. Offscreen, software raster.
"""

import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

WIDTH, HEIGHT = 1200, 700
IN_VIEW = 500
MINUTE_MS = 60_000
_FIRST_OPEN_MS = 1_700_000_000_000 // MINUTE_MS * MINUTE_MS
_WARM_UP = 5
_GIVE_UP_S = 60.0
_LONG_ENOUGH_S = 12.0  # a slow side shows what it can in fewer frames
_FEWEST = 5


class Side(Protocol):
    """What a library's own file beside this one offers as `make_side`.

    `window` is the widget that is resized and shown, `viewport` the one that is painted.
    """

    window: Any
    viewport: Any

    def load(self, open_ms: Any, rows: Any) -> None:
        """Take (n,) int64 Unix ms and (5, n) float64 O H L C V, and show the newest."""

    def show(self, first: float, last: float) -> None:
        """Bring the bars from `first` to `last` into view, prices fitted."""

    def update_last(self, bar: tuple[float, float, float, float, float]) -> None:
        """Change the newest bar's O H L C V."""


def made_bars(count: int) -> tuple[Any, Any]:
    """Give seeded bars without gaps: (n,) int64 opening times and (5, n) float64 O H L C V."""
    chance = np.random.default_rng(11)
    close = 60_000 * np.exp(np.cumsum(chance.normal(0, 0.0004, count)))
    opened = np.concatenate(([60_000.0], close[:-1]))
    reach = np.abs(chance.normal(0, 12, (2, count)))
    rows = np.array(
        [
            opened,
            np.maximum(opened, close) + reach[0],
            np.minimum(opened, close) - reach[1],
            close,
            chance.gamma(2, 4, count),
        ]
    )
    return _FIRST_OPEN_MS + np.arange(count, dtype=np.int64) * MINUTE_MS, rows.round(1)


class Frame(NamedTuple):
    """What one frame took, ms: on the clock, and of the drawing thread's own work.

    On a machine with other work to do the second is the drawing, the first also what else ran.
    """

    passed: float
    worked: float


class Stage:
    """Shows one side in a window and measures its frames."""

    def __init__(self, side: Side, app: Any, paint_counter: Any) -> None:
        self._app = app
        self._paints = paint_counter
        side.window.resize(WIDTH, HEIGHT)
        side.window.show()
        side.viewport.installEventFilter(paint_counter)
        self.settle()

    def settle(self) -> None:
        for _ in range(20):
            self._app.processEvents()

    def frame_ms(self, action: Callable[[], None]) -> Frame:
        """Do something and wait until it is painted."""
        seen = self._paints.count
        began, worked = time.perf_counter(), time.thread_time()
        action()
        while self._paints.count == seen:
            self._app.processEvents()
            if time.perf_counter() - began > _GIVE_UP_S:
                raise TimeoutError("nothing was painted after an action; the side's `show` does not redraw")
        return Frame((time.perf_counter() - began) * 1_000, (time.thread_time() - worked) * 1_000)

    def frames_ms(self, actions: list[Callable[[], None]]) -> list[Frame]:
        """Measure one frame an action, one after the other as in a drag; the first few only warm up."""
        for action in actions[:_WARM_UP]:
            if self.frame_ms(action).passed > 500:
                break  # warm enough
        times = []
        began = time.perf_counter()
        for action in actions[_WARM_UP:]:
            if len(times) >= _FEWEST and time.perf_counter() - began > _LONG_ENOUGH_S:
                break
            times.append(self.frame_ms(action))
        return times


def run(side: Side, stage: Stage, bars: int, steps: int) -> dict[str, list[Frame]]:
    """Load, pan, change the last bar, and zoom with every bar in view."""
    open_ms, rows = made_bars(bars)
    first_frame = stage.frame_ms(lambda: side.load(open_ms, rows))
    stage.settle()
    begin = bars // 2
    pans = [
        lambda at=begin + step * 7: side.show(at, at + IN_VIEW)  # type: ignore[misc]  # the default binds the loop's value
        for step in range(steps + _WARM_UP)
    ]
    pan = stage.frames_ms(pans)
    side.show(bars - IN_VIEW, bars)
    stage.settle()
    last_bars = [_moved(rows[:, -1], step) for step in range(steps + _WARM_UP)]
    last = stage.frames_ms([lambda bar=bar: side.update_last(bar) for bar in last_bars])  # type: ignore[misc]  # as above
    few = min(steps, 60) + _WARM_UP
    every = stage.frames_ms([lambda at=at: side.show(at, bars) for at in _starts(bars, few)])  # type: ignore[misc]  # as above
    return {"first_frame": [first_frame], "pan": pan, "last": last, "all": every}


def _moved(bar: Any, step: int) -> tuple[float, float, float, float, float]:
    opened, high, low, close, volume = (float(value) for value in bar)
    close += (step % 15 - 7) * 0.5
    return opened, max(high, close), min(low, close), close, volume + step * 0.01


def _starts(bars: int, count: int) -> list[int]:
    """Give first bars in view that never repeat and leave out two per cent at the most."""
    return [step * bars // 50 // count for step in range(count)]


def main() -> int:
    name, bars, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"
    sys.path[:0] = [str(Path(__file__).parent)]
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtWidgets import QApplication

    class PaintCounter(QObject):
        count = 0

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's name
            del watched
            self.count += event.type() is QEvent.Type.Paint
            return False

    app = QApplication([])
    side: Side = importlib.import_module(f"{name}_side").make_side()
    times = run(side, Stage(side, app, PaintCounter()), bars, steps)
    print(json.dumps({key: [[round(part, 3) for part in frame] for frame in frames] for key, frames in times.items()}))
    sys.stdout.flush()
    os._exit(0)  # some of these libraries do not survive an orderly end offscreen
    return 0


if __name__ == "__main__":
    sys.exit(main())
