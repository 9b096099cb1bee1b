"""Running values of a study, from the very states the strategy decides by.

A feed takes bars in blocks, oldest first, and gives the lines of its study for each of them.
Definitions and seeding of the values: `terminal.indicators.states`.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from terminal.indicators.core import Sma, State, ema_state
from terminal.indicators.states import Adx, Atr, Bollinger, Macd, Rsi, SessionVwap
from terminal.ui.charts.series.bars import Times
from terminal.ui.charts.series.merge import CLOSE, HIGH, LOW, VOLUME, Floats

Values = Sequence[float]  # of a study's parameters, in their order

_RANGE = (HIGH, LOW, CLOSE)


class Feed(State):
    """A state, the rows of the bars it reads, and the lines that are made of what it gives."""

    def __init__(self, state: Any, rows: tuple[int, ...], lines: "Lines | None" = None, *, timed: bool = False) -> None:
        """Join them.

        Args:
            state: anything of `terminal.indicators` with `extend`.
            rows: of O H L C V, in the order `extend` takes them.
            lines: what is drawn of what it gives; all of it as it is when None.
            timed: `extend` takes the opening times first.
        """
        self._state = state
        self._rows = rows
        self._lines = lines
        self._timed = timed

    def extend(self, open_ms: Times, rows: Floats) -> Floats:
        """Take (k,) times and (5, k) O H L C V; gives (lines, k) float64, NaN while warming up."""
        taken = [rows[row : row + 1] for row in self._rows]
        given = self._state.extend(open_ms, *taken) if self._timed else self._state.extend(*taken)
        parts = given if isinstance(given, tuple) else (given,)
        if self._lines is not None:
            parts = self._lines(*parts)
        return np.concatenate(parts)


Lines = Callable[..., tuple[Floats, ...]]


def ema_feed(values: Values) -> Feed:
    return Feed(ema_state(int(values[0])), (CLOSE,))


def sma_feed(values: Values) -> Feed:
    return Feed(Sma(int(values[0])), (CLOSE,))


def bollinger_feed(values: Values) -> Feed:
    """Upper band, middle, lower band; the deviation is the population's."""
    wide = float(values[1])

    def bands(middle: Floats, deviation: Floats) -> tuple[Floats, ...]:
        return middle + wide * deviation, middle, middle - wide * deviation

    return Feed(Bollinger(int(values[0])), (CLOSE,), bands)


def vwap_feed(values: Values) -> Feed:
    """Since 00:00 UTC, of typical prices."""
    del values
    return Feed(SessionVwap(), (*_RANGE, VOLUME), timed=True)


def rsi_feed(values: Values) -> Feed:
    return Feed(Rsi(int(values[0])), (CLOSE,))


def macd_feed(values: Values) -> Feed:
    """Line, signal, histogram."""
    fast, slow, signal = map(int, values)
    return Feed(Macd(fast, slow, signal), (CLOSE,))


def atr_feed(values: Values) -> Feed:
    return Feed(Atr(int(values[0])), _RANGE)


def adx_feed(values: Values) -> Feed:
    """ADX, D+, D−."""
    return Feed(Adx(int(values[0])), _RANGE)
