"""A forming bar is given to a fork: the state itself goes on as if that bar had never been shown."""

import numpy as np
import pytest

from helpers import market_paths
from terminal.indicators import states
from terminal.indicators.core import Lag, RollingStd, RollingSum, Sma, ema_state, wilder_state

RANGE = ("high", "low", "close")
STATES = {
    "sma": lambda: (Sma(20), ("close",)),
    "sum": lambda: (RollingSum(16), ("volume",)),
    "deviation": lambda: (RollingStd(20), ("close",)),
    "lag": lambda: (Lag(12), ("close",)),
    "ema": lambda: (ema_state(21), ("close",)),
    "wilder": lambda: (wilder_state(14), ("volume",)),
    "true range": lambda: (states.TrueRange(), RANGE),
    "atr": lambda: (states.Atr(14), RANGE),
    "rsi": lambda: (states.Rsi(14), ("close",)),
    "adx": lambda: (states.Adx(14), RANGE),
    "macd": lambda: (states.Macd(), ("close",)),
    "bollinger": lambda: (states.Bollinger(20), ("close",)),
    "flow": lambda: (states.SignedFlow(16), (*RANGE, "volume")),
    "return": lambda: (states.LogReturn(6), ("close",)),
    "volatility": lambda: (states.RealisedVolatility(96), ("close",)),
    "vwap": lambda: (states.SessionVwap(), ("open_ms", *RANGE, "volume")),
}
PANEL = market_paths.market(4, bars=300, bases=("BTC",))


def taken(columns, first, last, wild=1.0):
    parts = [getattr(PANEL, name)[..., first:last] for name in columns]
    return [part if part.dtype == np.int64 else part * wild for part in parts]


@pytest.mark.parametrize("start", [0, 5, 40, 250])
@pytest.mark.parametrize("name", STATES)
def test_what_a_fork_takes_the_state_never_sees(name, start):
    state, columns = STATES[name]()
    undisturbed, _ = STATES[name]()
    for one in (state, undisturbed):
        if start:
            one.extend(*taken(columns, 0, start))
    for wild in (3.0, 0.2):  # a forming bar that moves about
        state.fork().extend(*taken(columns, start, start + 9, wild))
    np.testing.assert_array_equal(
        state.extend(*taken(columns, start, 300)), undisturbed.extend(*taken(columns, start, 300))
    )


@pytest.mark.parametrize("name", STATES)
def test_a_fork_goes_on_as_the_state_would(name):
    state, columns = STATES[name]()
    state.extend(*taken(columns, 0, 200))
    fork = state.fork()
    expected = fork.extend(*taken(columns, 200, 300))
    np.testing.assert_array_equal(state.extend(*taken(columns, 200, 300)), expected)
    assert np.isfinite(expected).all()
