"""Indicators of a snapshot under ids a person or a language model can quote, e.g. `BTC.adx14_1h`.

Made of the same running states as the model's features, from the snapshot's closed bars only:
on its own bars what those features do not say already, and more on longer bars made of them.
What has not warmed up is None.
"""

from collections.abc import Mapping
from math import isfinite, sqrt
from typing import Final

from terminal.domain.instrument import base_of
from terminal.domain.market import Interval
from terminal.domain.snapshot import MarketSnapshot
from terminal.indicators.core import Lag, ema_state
from terminal.indicators.states import Adx, Atr, Bollinger, Macd, RealisedVolatility, Rsi, SessionVwap
from terminal.strategy.arrays import DAY_MS, FloatArray
from terminal.strategy.bars import BarPanel, resampled, snapshot_panel
from terminal.strategy.features import ATR_PERIOD, floored

LONGER: Final = (Interval.H1, Interval.H4)
_YEAR_DAYS: Final = 365
_DIGITS: Final = 6
_SLOPE_BARS: Final = 3

Measures = Mapping[str, float | None]


def measures_of(snapshot: MarketSnapshot) -> Measures:
    """Give every measure of a snapshot by id, in the order of its views.

    Raises:
        TooFewBars: too short a history, or a gap in it.
        UnusableBars: an open bar, or one from after the snapshot's bar close.
    """
    panel = snapshot_panel(snapshot)
    found = _named(panel, {**strength(panel), **within_a_day(panel)})
    for longer in LONGER:
        if _fits(panel, longer):
            merged = resampled(panel, longer)
            found |= _named(merged, {**trend(merged), **strength(merged)})
    return found


def strength(panel: BarPanel) -> dict[str, FloatArray]:
    """ATR, ADX, MACD and band width, (m, n) each.

    `*_atr` in multiples of ATR(14), `*_bp` in basis points of the close, `*_pct` in percent of it.
    """
    atr = _atr(panel)
    adx, _, _ = Adx(14).extend(panel.high, panel.low, panel.close)
    _, _, histogram = Macd().extend(panel.close)
    middle, deviation = Bollinger(20).extend(panel.close)
    return {
        "atr14_bp": 1e4 * atr / panel.close,
        "adx14": adx,
        "macd_hist_atr": histogram / atr,
        "bb_width_pct": 400.0 * deviation / middle,
    }


def trend(panel: BarPanel) -> dict[str, FloatArray]:
    """RSI, distance from two averages and the slope of one, (m, n) each; units as in `strength`."""
    atr, close = _atr(panel), panel.close
    fast, slow = (ema_state(period).extend(close) for period in (21, 200))
    rise = fast - Lag(_SLOPE_BARS).extend(fast)
    return {
        "rsi14": Rsi(14).extend(close),
        "dist_ema21_atr": (close - fast) / atr,
        "dist_ema200_atr": (close - slow) / atr,
        "ema21_slope_bp_per_bar": 1e4 * rise / (_SLOPE_BARS * close),
    }


def within_a_day(panel: BarPanel) -> dict[str, FloatArray]:
    """Distance from the day's VWAP, and volatility of the last 24 hours as an annualised fraction, (m, n) each."""
    bars = int(DAY_MS // panel.interval.ms)
    if bars <= 1:
        return {}
    vwap = SessionVwap().extend(panel.open_ms, panel.high, panel.low, panel.close, panel.volume)
    volatility = RealisedVolatility(bars).extend(panel.close)
    return {"vwap_dev_atr": (panel.close - vwap) / _atr(panel), "rv_24h": sqrt(_YEAR_DAYS * bars) * volatility}


def _atr(panel: BarPanel) -> FloatArray:
    return floored(Atr(ATR_PERIOD).extend(panel.high, panel.low, panel.close), panel)


def _named(panel: BarPanel, measures: Mapping[str, FloatArray]) -> dict[str, float | None]:
    """The newest value of each, by id; nothing when there are no bars."""
    return {
        f"{base_of(instrument)}.{key}_{panel.interval.label}": _rounded(float(values[row, -1]))
        for key, values in measures.items()
        for row, instrument in enumerate(panel.instruments)
        if panel.bars
    }


def _fits(panel: BarPanel, longer: Interval) -> bool:
    return longer.ms > panel.interval.ms and longer.ms % panel.interval.ms == 0


def _rounded(value: float) -> float | None:
    return round(value, _DIGITS) if isfinite(value) else None
