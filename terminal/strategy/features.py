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
from terminal.strategy import indicators as ind
from terminal.strategy.arrays import DAY_MS, BoolArray, FloatArray, IntArray
from terminal.strategy.bars import BarPanel

ATR_PERIOD: Final = 14
_REFERENCE: Final = "BTC"  # the market's bellwether, context of every instrument
_ATR_FLOOR: Final = 1e-6  # of price; keeps a frozen market's features finite
_RETURNS: Final = (1, 3, 6, 12, 24, 48, 96)
_DISTANCES: Final = (9, 21, 55, 200)
_SLOPES: Final = (9, 21, 55)
_SLOPE_BARS: Final = 3
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
    return np.maximum(ind.atr(panel.high, panel.low, panel.close, ATR_PERIOD), panel.close * _ATR_FLOOR)


def compute(panel: BarPanel) -> FloatArray:
    """Catalogue features, shape (m, n, len(CATALOGUE)) in catalogue order; NaN while warming up.

    BTC features are NaN throughout when the panel has no BTC.
    """
    atr = average_true_range(panel)
    columns = [*_trend(panel, atr), *_position(panel), *_flow(panel), *_movement(panel, atr), *_context(panel, atr)]
    return np.stack(columns, axis=-1)


def design_rows(values: FloatArray, row_instruments: Sequence[int] | IntArray, count: int) -> FloatArray:
    """Append the instrument flags: (rows, catalogue) and row numbers in 0..count-1 give (rows, all)."""
    flags = np.eye(count)[np.asarray(row_instruments)]
    return np.concatenate([values, flags], axis=1)


def complete(values: FloatArray, *, need_context: bool) -> BoolArray:
    """True where every needed feature is a number; the last axis is the catalogue."""
    needed = np.array([need_context or not feature.context for feature in CATALOGUE])
    return np.asarray(np.isfinite(values[..., needed]).all(axis=-1))


def _atr_returns(panel: BarPanel, atr: FloatArray, bars: int) -> FloatArray:
    logs = np.log(panel.close)
    return (logs - ind.lagged(logs, bars)) / (atr / panel.close)


def _trend(panel: BarPanel, atr: FloatArray) -> list[FloatArray]:
    averages = {k: ind.ema(panel.close, k) for k in _DISTANCES}
    returns = [_atr_returns(panel, atr, k) for k in _RETURNS]
    distances = [(panel.close - averages[k]) / atr for k in _DISTANCES]
    slopes = [(averages[k] - ind.lagged(averages[k], _SLOPE_BARS)) / (_SLOPE_BARS * atr) for k in _SLOPES]
    return returns + distances + slopes


def _position(panel: BarPanel) -> list[FloatArray]:
    deviation = ind.rolling_std(panel.close, 20)
    band = _ratio(panel.close - ind.sma(panel.close, 20), deviation)
    return [ind.rsi(panel.close, 14), band, _close_in_range(panel)]


def _close_in_range(panel: BarPanel) -> FloatArray:
    """Where the bar closed: -1 at its low, +1 at its high, 0 when it had no range."""
    return _ratio(2.0 * panel.close - panel.high - panel.low, panel.high - panel.low)


def _flow(panel: BarPanel) -> list[FloatArray]:
    pushed = _close_in_range(panel) * panel.volume
    return [_ratio(ind.rolling_sum(pushed, k), ind.rolling_sum(panel.volume, k)) for k in _FLOWS]


def _movement(panel: BarPanel, atr: FloatArray) -> list[FloatArray]:
    usual = ind.sma(panel.volume, 96)
    relative = _log_ratio(panel.volume, usual)
    squares = np.diff(np.log(panel.close), axis=1, prepend=np.nan) ** 2
    volatility = 0.5 * _log_ratio(ind.sma(squares, 16), ind.sma(squares, 96))
    angle = 2.0 * np.pi * ((panel.open_ms + panel.interval.ms) % DAY_MS) / DAY_MS
    shape = panel.close.shape
    hours = [np.broadcast_to(wave, shape) for wave in (np.sin(angle), np.cos(angle))]
    return [relative, (panel.high - panel.low) / atr, volatility, *hours]


def _context(panel: BarPanel, atr: FloatArray) -> list[FloatArray]:
    shape = panel.close.shape
    bases = [base_of(i) for i in panel.instruments]
    row = bases.index(_REFERENCE) if _REFERENCE in bases else None
    found = []
    for k in _BTC_RETURNS:
        lead = np.full(shape[1], np.nan) if row is None else _atr_returns(panel, atr, k)[row]
        found.append(np.broadcast_to(lead, shape))
    found += [np.broadcast_to(_atr_returns(panel, atr, k).mean(axis=0), shape) for k in _MARKET_RETURNS]
    slow = ind.ema(panel.close, 55)
    above = np.where(np.isnan(slow), np.nan, (panel.close > slow) + 0.5 * (panel.close == slow))
    found.append(np.broadcast_to(above.mean(axis=0), shape))
    return found


def _ratio(top: FloatArray, bottom: FloatArray) -> FloatArray:
    """Quotient; 0 where nothing is there to divide by, NaN where an input is NaN."""
    empty = np.where(np.isnan(top) | np.isnan(bottom), np.nan, 0.0)
    return np.divide(top, bottom, out=empty, where=bottom > 0.0)


def _log_ratio(top: FloatArray, bottom: FloatArray) -> FloatArray:
    """ln(top / bottom), at least ln(1/1000); 0 where the bottom is empty."""
    share = _ratio(top, bottom)
    return np.where(bottom == 0.0, 0.0, np.log(np.maximum(share, 1e-3)))
