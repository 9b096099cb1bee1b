"""Scale-free inputs of the model, from closed bars only.

Feature values at bar t use bars up to t and nothing later. Distances and returns are
in multiples of ATR(14) of that bar, so one model can serve all instruments.

A feature with a `centre` says which way: seen in a mirror (prices upside down) it
becomes `2 * centre - value`. Features without one say how much things move.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import numpy as np

from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.market import Interval
from terminal.indicators import whole as ind
from terminal.indicators.core import Lag, Sma, ema_state, ratio
from terminal.indicators.states import Atr, Bollinger, LogReturn, Rsi, SignedFlow, close_in_range
from terminal.strategy.arrays import DAY_MS, BoolArray, FloatArray, IntArray
from terminal.strategy.bars import BarPanel, TooFewBars, UnusableBars

ATR_PERIOD: Final = 14
_REFERENCE: Final = "BTC"  # the market's bellwether, context of every instrument
_ATR_FLOOR: Final = 1e-6  # of price; keeps a frozen market's features finite
_RETURNS: Final = (1, 3, 6, 12, 24, 48, 96)
_DISTANCES: Final = (9, 21, 55, 200)
_SLOPES: Final = (9, 21, 55)
_SLOPE_BARS: Final = 3
_REACH: Final = 100  # bars; the longest window is 96 with the return before it
_BREADTH: Final = 55  # the average whose upper side counts as breadth
_FLOWS: Final = (4, 16, 48)
_BTC_RETURNS: Final = (4, 16)
_MARKET_RETURNS: Final = (16, 48)


@dataclass(frozen=True, slots=True)
class Feature:
    """One input: its id, its name for people, its unit and how its value is written.

    `context` features need the whole set of instruments the model was fitted on.
    """

    key: str
    label: str
    unit: str = ""
    decimals: int = 2
    signed: bool = True
    centre: float | None = None
    context: bool = False

    def text(self, value: float) -> str:
        """The value as evidence shows it, e.g. `+2.31 ATR`."""
        rounded = round(value, self.decimals) + 0.0  # no minus zero
        number = f"{rounded:+.{self.decimals}f}" if self.signed else f"{rounded:.{self.decimals}f}"
        return f"{number} {self.unit}".rstrip()


def _catalogue() -> tuple[Feature, ...]:
    found = [Feature(f"ret_{k}_atr", f"return over {k} bar{'s' if k > 1 else ''}", "ATR", centre=0.0) for k in _RETURNS]
    found += [Feature(f"dist_ema{k}", f"distance from EMA {k}", "ATR", centre=0.0) for k in _DISTANCES]
    found += [Feature(f"slope_ema{k}", f"slope of EMA {k}", "ATR/bar", 3, centre=0.0) for k in _SLOPES]
    found += [
        Feature("rsi14", "RSI 14", decimals=1, signed=False, centre=50.0),
        Feature("bb_z20", "Bollinger position 20", "sd", centre=0.0),
        Feature("close_in_range", "close within the bar", centre=0.0),
    ]
    found += [Feature(f"flow_{k}", f"signed volume flow over {k} bars", decimals=3, centre=0.0) for k in _FLOWS]
    found += [
        Feature("vol_rel", "volume against its 96-bar mean", "ln"),
        Feature("range_atr", "range of the bar", "ATR", signed=False),
        Feature("rv_ratio", "volatility, 16 against 96 bars", "ln"),
        Feature("hour_sin", "hour of day, sine", decimals=3),
        Feature("hour_cos", "hour of day, cosine", decimals=3),
    ]
    found += [Feature(f"btc_ret_{k}_atr", f"BTC over {k} bars", "ATR", centre=0.0, context=True) for k in _BTC_RETURNS]
    found += [
        Feature(f"market_ret_{k}_atr", f"mean of all markets over {k} bars", "ATR", centre=0.0, context=True)
        for k in _MARKET_RETURNS
    ]
    breadth = Feature("breadth", "share of markets above EMA 55", decimals=3, signed=False, centre=0.5, context=True)
    return (*found, breadth)


CATALOGUE: Final = _catalogue()


def catalogue_for(instruments: Sequence[InstrumentId]) -> tuple[Feature, ...]:
    """All model inputs in their order: the catalogue, then one flag an instrument."""
    flags = (Feature(f"is_{base_of(i)}", f"the market is {base_of(i)}", decimals=0, signed=False) for i in instruments)
    return (*CATALOGUE, *flags)


def schema_sha256(features: Sequence[Feature], interval: Interval) -> str:
    """Hash of names, order, mirror centres and bar length: what a stored model must match."""
    lines = [interval.label, *(f"{f.key}|{f.unit}|{f.centre}|{f.context}" for f in features)]
    return sha256("\n".join(lines).encode()).hexdigest()


def average_true_range(panel: BarPanel) -> FloatArray:
    """ATR(14) in quote currency, (m, n), never below a millionth of the price."""
    return floored(ind.atr(panel.high, panel.low, panel.close, ATR_PERIOD), panel)


def compute(panel: BarPanel) -> FloatArray:
    """Catalogue features of a whole history, (m, n, len(CATALOGUE)); see `FeatureRun`."""
    return FeatureRun(panel.instruments, panel.interval).extend(panel)


def newest(panel: BarPanel) -> tuple[FloatArray, FloatArray]:
    """Features (m, len(CATALOGUE)) and ATR(14) (m,) of a history's newest bar, without those of all others."""
    return FeatureRun(panel.instruments, panel.interval).last(panel)


def design_rows(values: FloatArray, row_instruments: Sequence[int] | IntArray, count: int) -> FloatArray:
    """Append the instrument flags: (rows, catalogue) and row numbers in 0..count-1 give (rows, all)."""
    flags = np.eye(count)[np.asarray(row_instruments)]
    return np.concatenate([values, flags], axis=1)


def complete(values: FloatArray, *, need_context: bool) -> BoolArray:
    """True where every needed feature is a number; the last axis is the catalogue."""
    needed = np.array([need_context or not feature.context for feature in CATALOGUE])
    return np.asarray(np.isfinite(values[..., needed]).all(axis=-1))


class FeatureRun:
    """The features of one set of instruments, as bars come: a history at once, then a bar at a time.

    Training gives it everything as one block, a live run goes on from there; both run this code.
    """

    def __init__(self, instruments: Sequence[InstrumentId], interval: Interval) -> None:
        self._instruments = tuple(instruments)
        self._interval = interval
        self._next_ms: int | None = None
        bases = [base_of(each) for each in self._instruments]
        self._reference = bases.index(_REFERENCE) if _REFERENCE in bases else None
        self._atr = Atr(ATR_PERIOD)
        self._past = {bars: Lag(bars) for bars in sorted({*_RETURNS, *_BTC_RETURNS, *_MARKET_RETURNS})}
        self._averages = {period: ema_state(period) for period in _DISTANCES}
        self._slopes = {period: Lag(_SLOPE_BARS) for period in _SLOPES}
        self._rsi = Rsi(14)
        self._bands = Bollinger(20)
        self._flows = tuple(SignedFlow(bars) for bars in _FLOWS)
        self._usual = Sma(96)
        self._change = LogReturn(1)
        self._squares = (Sma(16), Sma(96))

    def extend(self, block: BarPanel) -> FloatArray:
        """Take the bars that follow those taken before, any number of them.

        Returns:
            (m, k, len(CATALOGUE)) in catalogue order; NaN while warming up. BTC features
            are NaN throughout when there is no BTC.

        Raises:
            TooFewBars: the bars do not follow, or have a gap among them; nothing was taken.
            UnusableBars: they are of other instruments or of another length.
        """
        self._check(block)
        return self._from(block, self._means(block))

    def last(self, block: BarPanel) -> tuple[FloatArray, FloatArray]:
        """As `extend`, for the newest bar alone and for good: the windows see only the bars they reach.

        Returns:
            Features (m, len(CATALOGUE)) and ATR(14) in quote currency (m,).
        """
        self._check(block)
        means, first = self._means(block), max(0, block.bars - _REACH)
        averages = {period: values[:, first:] for period, values in means.averages.items()}
        ending = _Means(means.atr[:, first:], averages, means.rsi[:, first:])
        return self._from(block.since(first), ending)[:, -1], means.atr[:, -1]

    def _means(self, block: BarPanel) -> "_Means":
        """What remembers the whole history."""
        return _Means(
            floored(self._atr.extend(block.high, block.low, block.close), block),
            {period: state.extend(block.close) for period, state in self._averages.items()},
            self._rsi.extend(block.close),
        )

    def _from(self, block: BarPanel, means: "_Means") -> FloatArray:
        """All features of a block, the windowed ones from its bars and those kept of the blocks before."""
        atr, averages = means.atr, means.averages
        logs = np.log(block.close)
        returns = {bars: (logs - lag.extend(logs)) / (atr / block.close) for bars, lag in self._past.items()}
        columns = [returns[bars] for bars in _RETURNS]
        columns += [(block.close - averages[period]) / atr for period in _DISTANCES]
        columns += [
            (averages[period] - lag.extend(averages[period])) / (_SLOPE_BARS * atr)
            for period, lag in self._slopes.items()
        ]
        columns += [means.rsi, *self._position(block)]
        columns += [flow.extend(block.high, block.low, block.close, block.volume) for flow in self._flows]
        columns += self._movement(block, atr)
        columns += self._context(block, returns, averages[_BREADTH])
        return np.stack(columns, axis=-1)

    def _check(self, block: BarPanel) -> None:
        if block.instruments != self._instruments or block.interval is not self._interval:
            raise UnusableBars("these bars are of other instruments or of another length; begin a new run for them")
        times = block.open_ms
        follows = self._next_ms is None or block.bars == 0 or int(times[0]) == self._next_ms
        if not follows or np.any(np.diff(times) != self._interval.ms):
            raise TooFewBars("gap_in_history: bars are missing or come twice; begin anew with the whole history")
        if block.bars:
            self._next_ms = block.newest_close_ms

    def _position(self, block: BarPanel) -> list[FloatArray]:
        middle, deviation = self._bands.extend(block.close)
        band = ratio(block.close - middle, deviation)
        return [band, close_in_range(block.high, block.low, block.close)]

    def _movement(self, block: BarPanel, atr: FloatArray) -> list[FloatArray]:
        relative = _log_ratio(block.volume, self._usual.extend(block.volume))
        squares = self._change.extend(block.close) ** 2
        short, long = (mean.extend(squares) for mean in self._squares)
        angle = 2.0 * np.pi * ((block.open_ms + block.interval.ms) % DAY_MS) / DAY_MS
        hours = [np.broadcast_to(wave, atr.shape) for wave in (np.sin(angle), np.cos(angle))]
        return [relative, (block.high - block.low) / atr, 0.5 * _log_ratio(short, long), *hours]

    def _context(self, block: BarPanel, returns: dict[int, FloatArray], slow: FloatArray) -> list[FloatArray]:
        shape, row = block.close.shape, self._reference
        missing = np.full(shape[1], np.nan)
        found = [missing if row is None else returns[bars][row] for bars in _BTC_RETURNS]
        found += [returns[bars].mean(axis=0) for bars in _MARKET_RETURNS]
        above = np.where(np.isnan(slow), np.nan, (block.close > slow) + 0.5 * (block.close == slow))
        return [np.broadcast_to(row_of_all, shape) for row_of_all in (*found, above.mean(axis=0))]


@dataclass(frozen=True, slots=True)
class _Means:
    """Recursive means of a block, (m, k) each; the averages by period."""

    atr: FloatArray
    averages: dict[int, FloatArray]
    rsi: FloatArray


def floored(atr: FloatArray, panel: BarPanel) -> FloatArray:
    """An ATR (m, n) that is never below a millionth of the price."""
    return np.maximum(atr, panel.close * _ATR_FLOOR)


def _log_ratio(top: FloatArray, bottom: FloatArray) -> FloatArray:
    """ln(top / bottom), at least ln(1/1000); 0 where the bottom is empty."""
    share = ratio(top, bottom)
    return np.where(bottom == 0.0, 0.0, np.log(np.maximum(share, 1e-3)))
