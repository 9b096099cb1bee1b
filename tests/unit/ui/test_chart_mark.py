"""Evidence finds its bars on a chart, or says that it has none."""

from dataclasses import replace

import pytest

from helpers.desk_events import decision
from terminal.domain.decision import Evidence
from terminal.domain.market import Interval
from terminal.ui.viewmodels.chart_mark import place_of

M15 = Interval.M15.ms
MADE = replace(decision("ETH", 1), created_ms=1_000 * M15 + 7_000)  # seven seconds into a bar


def place(key):
    return place_of(Evidence(key, "the input", "+0.41", 0.2), MADE)


@pytest.mark.parametrize(
    ("key", "bars", "average"),
    [
        ("ETH.dist_ema21_15m", 1, 21),
        ("ETH.slope_ema55_15m", 3, 55),
        ("ETH.ret_12_atr_15m", 12, None),
        ("ETH.flow_16_15m", 16, None),
        ("ETH.rsi14_15m", 14, None),
        ("ETH.hour_sin_15m", 1, None),
    ],
)
def test_an_input_of_bars_marks_the_bars_that_had_ended(key, bars, average):
    mark = place(key)
    assert (mark.instrument_id, mark.interval) == ("ETH-PERP", Interval.M15)
    assert (mark.from_ms, mark.to_ms) == ((1_000 - bars) * M15, 1_000 * M15)
    assert mark.average == average
    assert mark.text == "the input +0.41"


def test_an_input_of_another_pair_is_shown_on_that_pairs_chart():
    assert place("ETH.btc_ret_16_atr_15m").instrument_id == "BTC-PERP"


@pytest.mark.parametrize(
    "key",
    [
        "ETH.breadth_15m",
        "ETH.market_ret_16_atr_15m",
        "ETH.is_ETH_15m",
        "ETH.funding_pctl_30d",
        "ETH.dist_ema21_7m",
        "PEPE.rsi14_15m",
        "ETH.ret_0_atr_15m",
        "no key at all",
        "",
        "ETH.rsi14_15m\u202e",
    ],
)
def test_what_has_no_place_says_so(key):
    words = place(key)
    assert isinstance(words, str)
    assert words.startswith("the input has no place on a chart")


def test_every_input_of_the_model_is_either_placed_or_explained():
    from terminal.strategy.features import CATALOGUE  # the words the model really uses

    placed = [each.key for each in CATALOGUE if not isinstance(place(f"ETH.{each.key}_15m"), str)]
    assert len(placed) == len(CATALOGUE) - 3  # breadth and two means of all markets belong to no one chart
