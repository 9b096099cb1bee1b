import numpy as np
import pytest

from helpers import market_paths
from terminal.domain.instrument import perpetual
from terminal.domain.market import Interval
from terminal.strategy.arrays import DOWN, TIMEOUT, UP
from terminal.strategy.bars import BarPanel
from terminal.strategy.labels import EMBARGO_BARS, HORIZON_BARS, trainable, triple_barrier

BARS = 40


def flat_panel(**bars):
    """One instrument at 100 with a range of 1; `bars` maps bar number to (high, low)."""
    close = np.full((1, BARS), 100.0)
    high, low = close + 0.5, close - 0.5
    for name, (top, bottom) in bars.items():
        high[0, int(name[1:])], low[0, int(name[1:])] = top, bottom
    times = np.arange(BARS, dtype=np.int64) * 900_000
    return BarPanel((perpetual("BTC"),), Interval.M15, times, close, high, low, close, np.ones((1, BARS)))


ATR = np.ones((1, BARS))


@pytest.mark.parametrize(
    ("bars", "expected"),
    [
        ({"b5": (102.0, 99.5)}, UP),
        ({"b5": (100.5, 98.0)}, DOWN),
        ({"b5": (101.9, 98.1)}, TIMEOUT),
        ({"b5": (102.0, 99.5), "b4": (100.5, 98.0)}, DOWN),
        ({"b5": (100.5, 98.0), "b4": (102.0, 99.5)}, UP),
        ({"b16": (102.0, 99.5)}, UP),  # last bar of the window of bar 0
        ({"b17": (102.0, 99.5)}, TIMEOUT),  # one bar too late
        ({"b0": (109.0, 91.0)}, TIMEOUT),  # the deciding bar itself does not count
    ],
)
def test_the_first_barrier_touched_decides(bars, expected):
    labels = triple_barrier(flat_panel(**bars), ATR)
    assert labels.classes[0, 0] == expected
    assert not labels.ambiguous[0, 0]


def test_a_bar_that_touches_both_barriers_is_a_loss_for_either_side():
    labels = triple_barrier(flat_panel(b3=(102.5, 97.0)), ATR)
    assert labels.classes[0, 0] == TIMEOUT
    assert labels.ambiguous[0, 0]
    assert labels.long_bp[0, 0] == pytest.approx(-200.0)


def test_results_are_the_barrier_or_the_close_at_the_horizon():
    panel = flat_panel(b5=(102.0, 99.5))
    panel.close[0, 3 + HORIZON_BARS] = 100.4  # the open of the next bar is the same array's
    labels = triple_barrier(panel, ATR)
    assert labels.barrier_bp[0, 0] == pytest.approx(200.0)
    assert labels.long_bp[0, 0] == pytest.approx(200.0)
    assert labels.long_bp[0, 6] == pytest.approx(0.0)


def test_entry_is_the_next_bars_open():
    panel = flat_panel(b5=(102.0, 99.5))
    panel.open[0, 1] = 101.0  # open and close share one array here: only bar 0's entry moves
    assert triple_barrier(panel, ATR).classes[0, 0] == TIMEOUT


def test_incomplete_windows_and_unknown_ranges_have_no_label():
    atr = ATR.copy()
    atr[0, :3] = np.nan
    classes = triple_barrier(flat_panel(), atr).classes[0]
    assert (classes[:3] == -1).all()
    assert (classes[3 : BARS - HORIZON_BARS] == TIMEOUT).all()
    assert (classes[BARS - HORIZON_BARS :] == -1).all()


def test_too_short_a_panel_has_no_labels():
    panel = market_paths.market(1, bars=HORIZON_BARS)
    assert (triple_barrier(panel, np.ones_like(panel.close)).classes == -1).all()


def test_rows_whose_window_reaches_the_test_span_are_purged():
    bar = np.arange(100)
    kept = bar[trainable(bar, 60)]
    assert kept.max() + HORIZON_BARS + EMBARGO_BARS == 59
