"""Closed bars of several instruments on one common time axis."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from terminal.domain.errors import StrategyError
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Candle, Interval
from terminal.strategy.arrays import FloatArray, IntArray

MIN_BARS: Final = 500
"""Below this many common closed bars the model has no opinion."""


class TooFewBars(StrategyError):
    """Data that is fine but not enough, or has a hole: the model abstains."""


class UnusableBars(StrategyError):
    """Data that breaks the contract: an open bar, a bar of the future, a price that is no price."""


@dataclass(frozen=True, slots=True)
class BarPanel:
    """Bars of `m` instruments at `n` common times, oldest first.

    `open_ms` (n,) int64 Unix ms; prices and volume (m, n) float64; volume in base coin.
    """

    instruments: tuple[InstrumentId, ...]
    interval: Interval
    open_ms: IntArray
    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray
    volume: FloatArray

    @property
    def bars(self) -> int:
        return int(self.open_ms.size)

    @property
    def newest_close_ms(self) -> int:
        return int(self.open_ms[-1]) + self.interval.ms

    def first(self, bars: int) -> "BarPanel":
        """The same panel as it was when only the first `bars` bars existed."""
        columns = (self.open, self.high, self.low, self.close, self.volume)
        return BarPanel(self.instruments, self.interval, self.open_ms[:bars], *(c[:, :bars] for c in columns))


def build_panel(
    series: Sequence[tuple[InstrumentId, Sequence[Candle]]], interval: Interval, min_bars: int = MIN_BARS
) -> BarPanel:
    """Cut the series to their common span.

    Raises:
        TooFewBars: fewer than `min_bars` common bars, or a gap inside them.
        UnusableBars: no instruments, an open bar, or a price that is not a positive number.
    """
    if not series:
        raise UnusableBars("no instruments were given; choose at least one market")
    tables = [(name, _table(name, candles)) for name, candles in series]
    shortest, rows = min(((name, len(table)) for name, table in tables), key=lambda item: item[1])
    if rows < min_bars:
        raise TooFewBars(_too_few(shortest, rows, min_bars, interval))
    first = max(table[0, 0] for _, table in tables)
    last = min(table[-1, 0] for _, table in tables)
    cut = [table[(table[:, 0] >= first) & (table[:, 0] <= last)] for _, table in tables]
    for (name, _), table in zip(tables, cut, strict=True):
        if len(table) < min_bars:
            raise TooFewBars(_too_few(name, len(table), min_bars, interval))
        if np.any(np.diff(table[:, 0]) != interval.ms):
            raise TooFewBars(f"gap_in_history: {name} lacks closed {interval.label} bars; reload its history")
    cube = np.stack(cut)  # (m, n, 6)
    columns = (np.ascontiguousarray(cube[:, :, i]) for i in range(1, 6))
    return BarPanel(tuple(name for name, _ in tables), interval, cube[0, :, 0].astype(np.int64), *columns)


def candle_rows(candles: Sequence[Candle]) -> FloatArray:
    """Candles as an (n, 6) float64 table: open_ms, open, high, low, close, volume."""
    rows = [(c.open_ms, c.open, c.high, c.low, c.close, c.volume) for c in candles]
    return np.array(rows, dtype=np.float64).reshape(-1, 6)


def _table(name: InstrumentId, candles: Sequence[Candle]) -> FloatArray:
    if any(not candle.closed for candle in candles):
        raise UnusableBars(f"{name} has an open bar among its closed ones; pass closed bars only")
    table = candle_rows(candles)
    if not np.isfinite(table).all() or np.any(table[:, 1:5] <= 0.0) or np.any(table[:, 5] < 0.0):
        raise UnusableBars(f"{name} has a bar whose price or volume is not a valid number; reload its history")
    return table


def _too_few(name: InstrumentId, have: int, need: int, interval: Interval) -> str:
    return (
        f"insufficient_history: {name} has {have} usable closed {interval.label} bars of the {need} needed; "
        "load more history or wait"
    )
