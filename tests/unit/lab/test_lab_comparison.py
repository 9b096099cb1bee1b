"""A live record against chance and simple rules on the bars of the same days."""

import numpy as np
import pytest

from helpers.builders import BTC, ETH
from helpers.recorded_prices import BEFORE, DAYS, FEE, START, bars_of, decision, hindsight, markets, request
from terminal.domain.comparison import Comparison, NotCompared
from terminal.lab.comparison import begin_ms, compare
from terminal.lab.rule_strategists import cross_sides
from terminal.lab.statistics import deepest_fall
from terminal.strategy.arrays import DAY_MS


def without_mind(bars, seed, count=60):
    """Openings drawn by lot: they have nothing to show but luck."""
    rng = np.random.default_rng(seed)
    return [
        decision(
            number, bars, int(rng.integers(0, DAYS * 96 - 9)), 8, int(rng.choice([-1, 1])), where=(BTC, ETH)[number % 2]
        )
        for number in range(count)
    ]


def test_hindsight_beats_chance_and_every_rule():
    bars = markets()
    results = hindsight(bars)
    found = compare(request(results, bars), bars)
    assert found.beaten == 1.0
    assert found.own_bp == pytest.approx(np.mean([each.net_bp for each in results]))
    assert found.own_bp > found.bar_bp
    assert [name for name, _ in found.baselines] == ["Flat", "Buy and hold", "EMA cross"]
    assert all(found.own_ratio > ratio for _, ratio in found.baselines)


def test_luck_is_above_the_bound_no_more_often_than_stated():
    bars = markets()
    records = [compare(request(without_mind(bars, seed), bars), bars) for seed in range(60)]
    above = sum(each.own_bp > each.bar_bp for each in records)
    assert above <= 60 * 0.05 + 2 * (60 * 0.05 * 0.95) ** 0.5
    assert 0.3 < np.mean([each.beaten for each in records]) < 0.7


def test_longs_in_a_rising_market_are_not_above_random_longs():
    bars = markets(drift=0.0006)
    results = [decision(number, bars, 6 * number, 8) for number in range(60)]
    found = compare(request(results, bars), bars)
    assert found.own_bp > 0
    assert found.bar_bp > 0  # the random ones have the same sides, and the market carries them as well
    assert found.own_bp < found.bar_bp


def test_the_same_request_gives_the_same_answer():
    bars = markets()
    asked = request(without_mind(bars, 3), bars)
    assert compare(asked, bars) == compare(asked, bars)


def test_the_rules_by_hand():
    bars = markets()
    found = dict(compare(request(hindsight(bars), bars), bars).baselines)
    first = BEFORE
    closes = np.array([[bar.close for bar in each] for each in bars.values()])
    opens = np.array([[bar.open for bar in each] for each in bars.values()])
    held = (closes[:, first:] / opens[:, first : first + 1]).mean(axis=0) * (1 - FEE)
    held[-1] *= 1 - FEE
    curve = np.concatenate([[1.0], held])
    assert found["Buy and hold"] == pytest.approx((curve[-1] - 1) / deepest_fall(curve))
    side = cross_sides(closes)
    value, equity, before = 1.0, [1.0], np.zeros(2)
    for bar in range(first, closes.shape[1]):
        now = side[:, bar - 1]
        left = opens[:, bar + 1] if bar + 1 < closes.shape[1] else closes[:, bar]
        value *= 1.0 + float(np.mean(now * (left / opens[:, bar] - 1) - np.abs(now - before) * FEE))
        equity.append(value)
        before = now
    assert found["EMA cross"] == pytest.approx((value - 1) / deepest_fall(np.array(equity)), rel=1e-3)
    assert found["Flat"] == 0.0


def test_a_fall_in_the_middle_of_a_decision_counts():
    """A record that only ever closes above water is still compared by how deep it stood."""
    closes = np.full(BEFORE + DAYS * 96, 100.0)
    closes[BEFORE + 10 : BEFORE + 20] = 80.0
    closes[BEFORE + 20 :] = 101.0
    bars = {BTC: bars_of(closes), ETH: bars_of(closes)}
    result = decision(1, bars, 5, 30, cost_bp=0.0)
    assert result.net > 0
    found = compare(request([result], bars), bars)
    assert found.own_ratio == pytest.approx(float(result.net) / 1000 / (20.0 / 1000), rel=0.01)


@pytest.mark.parametrize("gone", [0, 100, DAYS * 96 - 1])
def test_one_missing_bar_and_nothing_is_known(gone):
    bars = markets()
    holed = bars | {ETH: bars[ETH][: BEFORE + gone] + bars[ETH][BEFORE + gone + 1 :]}
    assert compare(request(hindsight(bars), bars), holed) == NotCompared("1 recorded bars of ETH are missing")


def test_a_pair_nobody_follows_any_more_has_no_bars():
    bars = markets()
    only = {ETH: bars[ETH]}
    found = compare(request(hindsight(bars), bars), only)
    assert found == NotCompared("BTC is not followed any more, so its bars are missing")


def test_it_begins_on_the_day_of_the_first_opening():
    bars = markets()
    late = decision(1, bars, 100, 8)
    assert begin_ms(request([late], bars)) == START + DAY_MS
    assert isinstance(compare(request([late], bars), bars), Comparison)
