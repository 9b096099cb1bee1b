"""While a model trains, the window's process has nothing to compute for long: the fit is another process's work."""

import asyncio
import time

from PySide6.QtCore import Qt, QTimer

from helpers import market_paths
from terminal.domain.messages import ModelPhase, ModelStatus
from terminal.runtime.clock import SystemClock
from terminal.runtime.desk_loop import DeskLoop
from terminal.runtime.strategy_thread import StrategyThread
from terminal.strategy.training import fit_model

MOST_MS = 50.0
TRAINING = market_paths.training_set(market_paths.market(4, bars=700, strength=0.3, bases=("BTC", "ETH", "SOL")))


class Beats:
    """Computing time this whole process used between two beats of the window's timer, in ms.

    Unlike lateness it is the same on a machine that is busy with something else; the bench measures lateness.
    """

    def __init__(self) -> None:
        self.used_ms: list[float] = []
        self._last_s = time.process_time()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(5)

    def stop(self) -> None:
        self._timer.stop()
        self._beat()

    def _beat(self) -> None:
        now_s = time.process_time()
        self.used_ms.append((now_s - self._last_s) * 1e3)
        self._last_s = now_s


def on_qt(qapp, coroutine):
    loop = DeskLoop(qapp)
    with loop:
        return loop.run_until_complete(coroutine)


def test_risk_9_no_beat_of_the_window_waits_50_ms_for_a_fit(qapp):
    async def story():
        ready = asyncio.Event()

        def hear(event):
            if isinstance(event, ModelStatus) and event.phase is not ModelPhase.TRAINING:
                ready.set()

        worker = StrategyThread(SystemClock(), seed=1)
        worker.start(hear)
        beats = Beats()
        worker.fit(TRAINING)
        async with asyncio.timeout(120):
            await ready.wait()
        beats.stop()
        name = worker.model_name
        await worker.aclose()
        return beats.used_ms, name

    used_ms, name = on_qt(qapp, story())
    assert name
    assert len(used_ms) > 50  # the window was alive all the while
    ordered = sorted(used_ms)
    assert ordered[int(0.99 * len(ordered))] < MOST_MS
    assert sum(used_ms) < 500.0  # handing over the bars and hearing of the end; the fit itself is more than a second


def test_risk_9_a_fit_on_the_window_s_own_thread_would_be_seen(qapp):
    async def story():
        beats = Beats()
        await asyncio.sleep(0.05)
        fit_model(TRAINING, seed=1)
        await asyncio.sleep(0.05)
        beats.stop()
        return beats.used_ms

    assert max(on_qt(qapp, story())) > 4 * MOST_MS
