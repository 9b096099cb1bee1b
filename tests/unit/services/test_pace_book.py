"""How fast we went: the figures count what they say, and nothing is kept that no figure counts."""

from helpers.builders import BTC, ETH, make_terms
from helpers.step_clock import StepClock
from terminal.domain.order import Side
from terminal.services.pace import PaceBook


def test_each_figure_counts_its_own_window() -> None:
    clock = StepClock()
    pace = PaceBook(clock)
    for number in range(25):
        pace.sent(make_terms())
        pace.filled(BTC, Side.BUY, f"c{number}")
        clock.advance(5.0)
    found = pace.figures(BTC, Side.BUY)
    assert (found.orders_last_s, found.orders_last_min, found.orders_last_day) == (0, 12, 25)
    assert found.filled_orders_last_min == 12
    assert found.entry_age_s == 5.0
    assert [age_s for _, age_s in found.recent] == [5.0 * number for number in range(20, 0, -1)]
    other = pace.figures(ETH, Side.BUY)
    assert (other.entry_age_s, other.recent, other.filled_orders_last_min) == (None, (), 0)


def test_a_days_orders_and_a_minutes_fills_are_kept() -> None:
    clock = StepClock()
    pace = PaceBook(clock)
    pace.sent(make_terms())
    for _ in range(1_000):
        pace.filled(BTC, Side.BUY, "c")
    clock.advance(61.0)
    assert pace.figures(BTC, Side.BUY).filled_orders_last_min == 0
    assert len(pace._fills) == 0
    clock.advance(86_400.0)
    assert pace.figures(BTC, Side.BUY).orders_last_day == 0
