"""GUI heartbeat lateness while the model trains, in the whole running window."""

from collections.abc import Awaitable, Callable

from bench.desk_run import measure_in_window, until
from bench.rows import Row, percentile_row
from terminal.app.window_app import WindowRun
from terminal.domain.messages import ModelPhase
from terminal.ports.strategy import TrainingSet
from terminal.runtime.heartbeat import Heartbeat
from terminal.runtime.strategy_thread import StrategyThread

FITS = 10


def measure() -> list[Row]:
    sets: list[tuple[StrategyThread, TrainingSet]] = []
    plain = StrategyThread.fit

    def remember(worker: StrategyThread, training: TrainingSet) -> None:
        sets.append((worker, training))
        plain(worker, training)

    StrategyThread.fit = remember
    try:
        lateness_ms = measure_in_window(_story(sets), speed=20.0)
    finally:
        StrategyThread.fit = plain
    return [percentile_row("GUI heartbeat lateness while the model trains, p99", lateness_ms, 0.99, "ms", 50)]


def _story(sets: list[tuple[StrategyThread, TrainingSet]]) -> Callable[[WindowRun], Awaitable[list[float]]]:
    async def train_again_and_again(run: WindowRun) -> list[float]:
        desk = run.parts.desk
        await until(run, lambda: desk.phase.ready and desk.model.phase is ModelPhase.READY, "the first fit")
        heartbeat = Heartbeat()
        lateness: list[float] = []
        for _ in range(FITS):
            worker, training = sets[-1]
            worker.fit(training)
            await until(run, lambda: desk.model.phase is ModelPhase.TRAINING, "training")
            heartbeat.start()
            await until(run, lambda: desk.model.phase is ModelPhase.READY, "the end of training")
            heartbeat.stop()
            lateness.extend(heartbeat.lateness_ms)
        return lateness

    return train_again_and_again
