"""What the chart's head says beside the price."""

import pytest

from helpers import desk_events
from terminal.ui.charts.chart_header import STALE_S, market_facts
from terminal.ui.formatting import age


@pytest.mark.parametrize("is_spot", [False, True])
def test_spot_has_no_mark_no_index_and_no_funding(is_spot):
    facts = market_facts(desk_events.ticker("BTC"), None, None, None, 0, 0.1, is_spot=is_spot)
    words = [text.split()[0] for text, _ in facts]
    assert words == (["spread"] if is_spot else ["mark", "index", "funding", "spread"])


def test_an_old_quote_is_told_first_and_in_amber():
    facts = market_facts(desk_events.ticker("BTC"), None, None, None, 0, STALE_S + 1, is_spot=True)
    assert facts[0] == (f"quote {age(STALE_S + 1)} old", "amber")
