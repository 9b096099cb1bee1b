"""One embedded decision cycle for eight pairs, and how far features live are from those of training.

The snapshot is built by the real services between fakes, from as many bars as the program keeps.
"""

import asyncio
import time
from dataclasses import replace
from decimal import Decimal

import numpy as np

from bench.rows import Row, median_row, percentile_row
from helpers import market_paths
from helpers.builders import make_decision
from helpers.fake_world import World
from helpers.step_clock import RealClock
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.decision import Decided
from terminal.domain.instrument import base_of
from terminal.domain.market import Interval
from terminal.services.market.candle_series import KEPT_BARS, CandleSeries
from terminal.strategy import features as feat
from terminal.strategy.bars import BarPanel
from terminal.strategy.embedded import EmbeddedStrategist

FITTED_BARS = 1_500
CYCLES = 60
WALKS = 5
STEPS = 300


def measure() -> list[Row]:
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        took_ms = runner.run(_cycles())
    apart = [_largest_difference(seed) for seed in range(WALKS)]
    return [
        median_row("embedded decision for eight pairs, snapshot included, median", took_ms, "ms", 60),
        percentile_row("embedded decision for eight pairs, snapshot included, p99", took_ms, 0.99, "ms", 120),
        Row("batch against incremental features, largest difference", max(apart), "", 1e-9, tuple(apart)),
    ]


async def _cycles() -> list[float]:
    """Build and decide, as a closed bar asks for it; journal and gate are not part of it."""
    bases = tuple(base_of(each) for each in ALLOWED_INSTRUMENTS)
    panel = market_paths.market(3, bars=KEPT_BARS, strength=0.45, bases=bases)
    strategist = EmbeddedStrategist(RealClock())
    strategist.fit(market_paths.training_set(panel.first(FITTED_BARS), simulated=True), 5)
    world = World(make_decision(), simulated=True)
    world.feed.prices = {name: str(round(panel.close[row, -1], 2)) for row, name in enumerate(panel.instruments)}
    world.feed.rules = {name: replace(rules, price_step=Decimal("0.01")) for name, rules in world.feed.rules.items()}
    await world.start()
    core = world.engine.core
    for row, name in enumerate(panel.instruments):
        core.hub._series[name] = CandleSeries(Interval.M15)  # another market's bars, whole
        core.hub.series(name).load(market_paths.candles(panel, row))
    await world.clock.advance(1.5)
    took_ms = []
    for number in range(CYCLES):
        began_s = time.perf_counter()
        built = core.cycle._snapshots.build(f"c{number}", ALLOWED_INSTRUMENTS, world.journal.head, None)
        assert built.snapshot is not None
        outcome = strategist.decide(built.snapshot)
        took_ms.append((time.perf_counter() - began_s) * 1_000)
        assert isinstance(outcome, Decided)
        assert len(outcome.decisions) == len(ALLOWED_INSTRUMENTS)
    await world.crash()
    return took_ms


def _largest_difference(seed: int) -> float:
    """A history at once and then bar by bar, against everything at once."""
    panel = market_paths.market(seed, bars=1_000 + STEPS, strength=0.2)
    run = feat.FeatureRun(panel.instruments, panel.interval)
    live = [run.extend(panel.first(1_000))]
    live += [run.extend(_bar(panel, number)) for number in range(1_000, panel.bars)]
    difference = np.concatenate(live, axis=1) - feat.compute(panel)
    return float(np.nanmax(np.abs(difference)))


def _bar(panel: BarPanel, number: int) -> BarPanel:
    names = ("open", "high", "low", "close", "volume")
    columns = {name: getattr(panel, name)[:, number : number + 1] for name in names}
    return replace(panel, open_ms=panel.open_ms[number : number + 1], **columns)
