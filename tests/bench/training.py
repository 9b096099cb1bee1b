"""GUI heartbeat lateness while the model trains, in the whole running window; and a full training's length."""

import json
import time
from collections.abc import Awaitable, Callable

from bench.desk_run import measure_in_window, until
from bench.rows import Row, median_row, percentile_row
from helpers import market_paths
from terminal.app.window_app import WindowRun
from terminal.domain.messages import ModelPhase
from terminal.ports.strategy import TrainingSet
from terminal.runtime.heartbeat import Heartbeat
from terminal.runtime.strategy_thread import StrategyThread
from terminal.runtime.training_process import TrainingProcess
from terminal.strategy.learning.job import FitJob
from terminal.strategy.walkforward import FOLDS

FITS = 10
FULL_RUNS = 3
FULL_BARS = 5_000


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
    return [
        percentile_row("GUI heartbeat lateness while the model trains, p99", lateness_ms, 0.99, "ms", 50),
        median_row("full training with five walk-forward folds, 8 x 5,000 bars", full_fits_s(), "s", 60),
    ]


def full_fits_s() -> list[float]:
    """Fit both halves on bars of the size of a whole history, each time in a process of its own, as the desk does."""
    panel = market_paths.market(5, bars=FULL_BARS, strength=0.15)
    runs = []
    for _ in range(FULL_RUNS):
        began_s = time.perf_counter()
        result = TrainingProcess()(FitJob(panel, 0.0008, simulated=False, seed=1))
        runs.append(time.perf_counter() - began_s)
        record = json.loads(result.text)
        if record["validation"]["folds"] != FOLDS or "trees" not in record:
            raise RuntimeError(f"this was no full training: {record['kind']}, {record['validation']['folds']} folds")
    return runs


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
