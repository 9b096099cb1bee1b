"""History of the built-in market for any time: it is a pure function of the seed and the minute.

The price of each pair ends at its start price, as in the demo. `pattern` is the strength of the planted
drift; 0 is a market without anything to find.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from terminal.domain.instrument import Instrument, perpetual
from terminal.domain.market import MINUTE_MS, Interval
from terminal.lab.market import LabMarket, settlements_between
from terminal.sim.exchange.rules import MAX_LEVERAGE, MIN_LEVERAGE, rules_for
from terminal.sim.market.history import CLOSE, HIGH, LOTS, LOW, OPEN, backdated_levels, minute_bars
from terminal.sim.market.noise import FloatArray, IntArray
from terminal.sim.market.pairs import EIGHT_PAIRS
from terminal.sim.market.process import MarketProcess, MinuteDraws
from terminal.sim.market.reference import Reference
from terminal.sim.market.types import PairSpec
from terminal.strategy.bars import BarPanel

_CHUNK_DAYS: Final = 30
_DAY: Final = 1_440
SPREAD_BP: Final = 1.0
"""Assumed where a history has bars and no books; a tick is the least."""


def contract(spec: PairSpec) -> Instrument:
    """Contract rules of a built-in pair, as its venue would list them."""
    rules = rules_for(spec)
    return Instrument(
        instrument_id=perpetual(spec.base),
        price_step=spec.tick,
        size_step=spec.lot,
        min_size=rules.min_size,
        max_size=rules.max_order_size,
        max_position_size=rules.max_position_size,
        max_market_open_size=rules.market_open_limit,
        min_leverage=MIN_LEVERAGE,
        max_leverage=MAX_LEVERAGE,
        maker_fee=rules.maker_fee,
        taker_fee=rules.taker_fee,
        buy_limit_ratio=rules.price_ratio,
        sell_limit_ratio=rules.price_ratio,
    )


def built_in_market(
    *,
    seed: int,
    pattern: float,
    from_ms: int,
    to_ms: int,
    training_bars: int,
    interval: Interval = Interval.M15,
    specs: tuple[PairSpec, ...] = EIGHT_PAIRS,
) -> LabMarket:
    """Make bars from `training_bars` before `from_ms` up to `to_ms`; both are cut down to whole bars."""
    step = interval.value
    first_minute = from_ms // interval.ms * step - training_bars * step
    count = (to_ms // interval.ms * step) - first_minute
    table = _bars(MarketProcess(seed, specs, pattern), specs, first_minute, count, step)
    ticks = np.array([float(spec.tick) for spec in specs])[:, None]
    lots = np.array([float(spec.lot) for spec in specs])[:, None]
    bars = table.shape[2]
    open_ms = (first_minute + step * np.arange(bars, dtype=np.int64)) * MINUTE_MS
    # Ticks times a float step is not the price as the venue writes it; the rounded product is.
    opened, high, low, close = (np.round(table[:, row] * ticks, 10) for row in (OPEN, HIGH, LOW, CLOSE))
    names = tuple(perpetual(spec.base) for spec in specs)
    panel = BarPanel(names, interval, open_ms, opened, high, low, close, np.round(table[:, LOTS] * lots, 10))
    times = settlements_between(int(open_ms[0]), int(open_ms[-1]) + interval.ms)
    reference = Reference(seed, specs)
    strength = f"planted pattern of strength {pattern:g}" if pattern else "no pattern planted"
    return LabMarket(
        panel=panel,
        rules=tuple(contract(spec) for spec in specs),
        first=training_bars,
        spread_bp=np.maximum(SPREAD_BP, ticks[:, 0] / panel.close[:, -1] * 1e4),
        funding_ms=times,
        funding=_funding(reference, len(specs), times),
        source=f"built-in market, seed {seed}, {strength}",
        simulated=True,
        planted=pattern > 0,
    )


def _funding(reference: Reference, pairs: int, times: IntArray) -> FloatArray:
    rates = [[float(rate) for rate in reference.settled_rates(int(at))] for at in times]
    return np.ascontiguousarray(np.array(rates, dtype=np.float64).reshape(len(times), pairs).T)


def _bars(process: MarketProcess, specs: tuple[PairSpec, ...], first_minute: int, count: int, step: int) -> IntArray:
    """Bars of `step` minutes, shape (pairs, 9, count // step), made a month at a time."""
    size = _CHUNK_DAYS * _DAY // step * step
    chunks = [process.minutes(first_minute + low, min(size, count - low)) for low in range(0, count, size)]
    totals = np.sum([chunk.returns.sum(axis=1) for chunk in chunks], axis=0)
    levels = backdated_levels(_with_returns(chunks[0], totals), specs)
    made = []
    for chunk in chunks:
        minutes, levels = minute_bars(chunk, levels, specs)
        made.append(_joined(minutes, step))
    return np.concatenate(made, axis=2)


def _with_returns(draws: MinuteDraws, totals: FloatArray) -> MinuteDraws:
    """Draws whose returns add up to `totals` (pairs,): all that decides where prices began."""
    return replace(draws, returns=totals[:, None])


def _joined(minutes: IntArray, step: int) -> IntArray:
    pairs, rows, count = minutes.shape
    parts = minutes.reshape(pairs, rows, count // step, step)
    bars: IntArray = parts.sum(axis=3)
    bars[:, OPEN], bars[:, CLOSE] = parts[:, OPEN, :, 0], parts[:, CLOSE, :, -1]
    bars[:, HIGH], bars[:, LOW] = parts[:, HIGH].max(axis=2), parts[:, LOW].min(axis=2)
    return bars
