"""Plots as inline SVG: no script, no network, readable on paper."""

from collections.abc import Sequence
from html import escape
from typing import Final

import numpy as np

from terminal.lab.figures import thinned
from terminal.lab.statistics import CalibrationBin
from terminal.strategy.arrays import FloatArray

WIDTH: Final = 860
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 12, 12, 28
_POINTS: Final = 600


class _Frame:
    """Maps data to the paper. Spans are widened where they would be empty."""

    def __init__(self, x: tuple[float, float], y: tuple[float, float], height: int, width: int = WIDTH) -> None:
        self.x0, self.x1 = _widened(*x)
        self.y0, self.y1 = _widened(*y)
        self.height, self.width = height, width

    def at(self, x: float, y: float) -> tuple[float, float]:
        across = (x - self.x0) / (self.x1 - self.x0)
        up = (y - self.y0) / (self.y1 - self.y0)
        return (
            _LEFT + across * (self.width - _LEFT - _RIGHT),
            self.height - _BOTTOM - up * (self.height - _TOP - _BOTTOM),
        )

    def path(self, xs: Sequence[float], ys: Sequence[float]) -> str:
        points = (self.at(x, y) for x, y in zip(xs, ys, strict=True))
        return "M" + " L".join(f"{x:.1f},{y:.1f}" for x, y in points)

    def wrapped(self, body: str, title: str, ticks: Sequence[tuple[float, str]]) -> str:
        lines = "".join(self._tick(value, text) for value, text in ticks)
        return (
            f'<svg viewBox="0 0 {self.width} {self.height}" role="img" aria-label="{escape(title)}">'
            f"<title>{escape(title)}</title>{lines}{body}</svg>"
        )

    def _tick(self, value: float, text: str) -> str:
        x0, y = self.at(self.x0, value)
        x1, _ = self.at(self.x1, value)
        return (
            f'<line class="grid" x1="{x0:.1f}" y1="{y:.1f}" x2="{x1:.1f}" y2="{y:.1f}"/>'
            f'<text x="{x0 - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{escape(text)}</text>'
        )


def equity_plot(times_ms: Sequence[int], equity: FloatArray, start: float) -> str:
    """Equity over time, and below it the fall from the peak."""
    picked, deepest = thinned(equity, start, _POINTS)
    xs, ys = [float(times_ms[i]) for i in picked], [float(equity[i]) for i in picked]
    top = _Frame((xs[0], xs[-1]), (min(*ys, start), max(*ys, start)), 240)
    body = f'<path class="line" d="{top.path(xs, ys)}"/>' + _dates(top, xs)
    above = top.wrapped(body, "Equity in USDT", [(v, f"{v:,.0f}") for v in _steps(top.y0, top.y1)])
    falls = (-100.0 * deepest).tolist()
    low = _Frame((xs[0], xs[-1]), (min(*falls, -0.1), 0.0), 130)
    left, right = low.at(xs[0], 0.0), low.at(xs[-1], 0.0)
    shape = f"{low.path(xs, falls)} L{right[0]:.1f},{right[1]:.1f} L{left[0]:.1f},{left[1]:.1f} Z"
    below = low.wrapped(
        f'<path class="fall" d="{shape}"/>' + _dates(low, xs),
        "Fall from the peak in percent",
        [(v, f"{v:.1f} %") for v in _steps(low.y0, low.y1, 3)],
    )
    return above + below


def calibration_plot(bins: Sequence[CalibrationBin]) -> str:
    """What was forecast against what came true, with Wilson bars; the diagonal is perfect."""
    lows = [min(each.forecast, each.low) for each in bins]
    highs = [max(each.forecast, each.high) for each in bins]
    span = (min(lows), max(highs))
    frame = _Frame(span, span, 320, 420)
    parts = [f'<path class="even" d="{frame.path(span, span)}"/>']
    for each in bins:
        x, y = frame.at(each.forecast, each.observed)
        _, y0 = frame.at(each.forecast, each.low)
        _, y1 = frame.at(each.forecast, each.high)
        parts.append(f'<line class="bar" x1="{x:.1f}" y1="{y0:.1f}" x2="{x:.1f}" y2="{y1:.1f}"/>')
        parts.append(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>')
    for value in _steps(frame.x0, frame.x1):
        x, y = frame.at(value, frame.y0)
        parts.append(f'<text x="{x:.1f}" y="{y + 18:.1f}" text-anchor="middle">{100 * value:.0f} %</text>')
    ticks = [(value, f"{100 * value:.0f} %") for value in _steps(frame.y0, frame.y1)]
    return frame.wrapped(
        "".join(parts), "Forecast probability of a rise (across) against how often it came (up)", ticks
    )


def _dates(frame: _Frame, xs: Sequence[float]) -> str:
    found = []
    for value in np.linspace(xs[0], xs[-1], 5):
        x, _ = frame.at(float(value), frame.y0)
        text = str(np.datetime64(int(value), "ms").astype("datetime64[D]"))
        anchor = "end" if value == xs[-1] else "middle"  # the last one would reach over the edge
        found.append(f'<text x="{x:.1f}" y="{frame.height - 8}" text-anchor="{anchor}">{text}</text>')
    return "".join(found)


def _widened(low: float, high: float) -> tuple[float, float]:
    return (low, high) if high > low else (low - 1.0, low + 1.0)


def _steps(low: float, high: float, count: int = 5) -> list[float]:
    """Round numbers within a span."""
    raw = (high - low) / count
    size = 10.0 ** np.floor(np.log10(raw))
    step = float(next(size * part for part in (1, 2, 2.5, 5, 10) if size * part >= raw))
    return [float(value) for value in np.arange(np.ceil(low / step) * step, high + step / 1e6, step)]
