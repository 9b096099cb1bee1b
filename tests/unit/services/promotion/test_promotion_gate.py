"""The gate: every condition shown with its distance; nothing unknown passes."""

from dataclasses import replace
from decimal import Decimal

import pytest

from helpers.builders import BTC
from terminal.domain.comparison import Comparison, NotCompared
from terminal.domain.order import PositionSide
from terminal.domain.promotion import IncidentNoted, PromotionSettings, Resolved
from terminal.services.promotion.figures import calibration_error, drawdown
from terminal.services.promotion.gate import Standing, judge, strategy_of
from terminal.services.promotion.statistic import DAY_MS

SETTINGS = PromotionSettings()
START = 20_000 * DAY_MS


BEATS = Comparison(20.0, 8.0, 0.99, 1_000, 3.0, (("Flat", 0.0), ("Buy and hold", 1.2), ("EMA cross", -0.5)))


def resolved(number, *, day=0, net_bp=10.0, net="1", claimed=0.6, came_true=True, side=PositionSide.LONG):
    ended_ms = START + day * DAY_MS + number
    return Resolved(
        decision_id=f"d{number}",
        instrument_id=BTC,
        side=side,
        opened_ms=ended_ms - 3_600_000,
        ended_ms=ended_ms,
        entry=Decimal(60_000),
        notional=Decimal(500),
        gross_bp=net_bp + 16.0,
        net_bp=net_bp,
        net=Decimal(net),
        claimed=claimed,
        came_true=came_true,
        is_paper=True,
    )


def good_record(days=15, a_day=12):
    """Fifteen whole days, long and short, that earn some 20 bp a decision; six of ten claims of 60 % come true."""
    return tuple(
        resolved(
            day * a_day + each,
            day=day,
            net_bp=20.0 + (each * 7 + day * 3) % 11 - 5,
            came_true=(day * a_day + each) % 5 < 3,
            side=PositionSide.LONG if (day * a_day + each) % 10 < 5 else PositionSide.SHORT,
        )
        for day in range(days)
        for each in range(a_day)
    )


def standing(results=None, **changes):
    values = {
        "strategy": "s",
        "results": good_record() if results is None else results,
        "versions": 1,
        "equity": Decimal(1000),
        "unlogged": 0,
        "cycles": 90,
        "failed": 1,
        "incidents": (),
        "now_ms": START + 15 * DAY_MS,
        "comparison": BEATS,
    }
    return Standing(**(values | changes))


def lacking(**changes):
    return [row.name for row in judge(standing(**changes), SETTINGS).rows if not row.ok]


def test_a_good_record_earns_it():
    report = judge(standing(), SETTINGS)
    assert report.is_earned
    assert report.lacking == ""
    assert [row.name for row in report.rows] == [
        "Decisions", "Days", "Net result", "Random policies", "Flat", "Buy and hold", "EMA cross", "Direction skill",
        "Drawdown", "Calibration", "AI logs", "Failed cycles", "Incidents",
    ]  # fmt: skip


def test_distances_are_shown():
    results = tuple(resolved(each, day=each // 7) for each in range(41))
    report = judge(standing(results, now_ms=START + 6 * DAY_MS), SETTINGS)
    assert [row.stands for row in report.rows[:2]] == ["41 of 150 decisions", "6 of 14 days"]
    assert report.lacking.startswith("41 of 150 decisions, 6 of 14 days, its net result is not proven")
    assert report.rows[0].share == pytest.approx(41 / 150)


def test_nothing_is_earned_by_nothing():
    assert lacking(results=()) == ["Decisions", "Days", "Net result", "Direction skill", "Calibration"]
    assert "Drawdown" in lacking(equity=Decimal(0))


def test_today_does_not_count_before_it_is_over():
    assert "Days" in lacking(now_ms=START + 13 * DAY_MS + 1)


def test_each_condition_alone_keeps_it_from_being_earned():
    assert lacking(unlogged=1) == ["AI logs"]
    assert lacking(failed=3) == ["Failed cycles"]
    too_modest = tuple(replace(each, claimed=0.54) for each in good_record())
    assert lacking(results=too_modest) == ["Calibration"]
    overclaimed = tuple(replace(each, claimed=0.8) for each in good_record())
    assert lacking(results=overclaimed) == ["Direction skill", "Calibration"]
    assert lacking(comparison=replace(BEATS, bar_bp=20.0)) == ["Random policies"]
    assert lacking(comparison=replace(BEATS, own_ratio=1.1)) == ["Buy and hold"]
    one_sided = tuple(replace(each, side=PositionSide.LONG) for each in good_record())
    assert lacking(results=one_sided) == ["Direction skill"]  # a trend is no skill
    fallen = tuple(replace(each, net=Decimal(-1)) for each in good_record())
    assert "Drawdown" in lacking(results=fallen)
    losing = tuple(replace(each, net_bp=each.net_bp - 20) for each in good_record())
    assert lacking(results=losing) == ["Net result"]


def test_what_is_not_known_is_not_met():
    unknown = NotCompared("96 recorded bars of ETH are missing")
    assert lacking(comparison=unknown) == ["Random policies", "Flat", "Buy and hold", "EMA cross"]
    report = judge(standing(comparison=unknown), SETTINGS)
    words = "not known whether it beats chance and simple rules (96 recorded bars of ETH are missing)"
    assert report.lacking == words  # said once for all four
    assert [row.share for row in report.rows if not row.ok] == [0.0] * 4


def test_chance_and_rules_are_shown_with_value_bound_and_distance():
    rows = {row.name: row for row in judge(standing(comparison=replace(BEATS, own_bp=4.0, beaten=0.76)), SETTINGS).rows}
    random, held = rows["Random policies"], rows["Buy and hold"]
    assert random.stands == "+4.0 bp a decision, above 76.0 % of 1,000 policies"
    assert random.needed == "above 95 % of them: +8.0 bp (same pairs, sides, times, costs)"
    assert (random.ok, random.share) == (False, pytest.approx(0.8))
    assert (held.stands, held.needed) == ("+3.00 net return over deepest fall", "above +1.20")
    assert rows["Direction skill"].stands.startswith("+4.6 %, at least +1.8 %")


def test_an_incident_counts_for_its_strategy_and_for_two_weeks():
    now_ms = START + 15 * DAY_MS
    noted = IncidentNoted("trading was halted", "lost 6 % today", "s", now_ms - DAY_MS)
    assert lacking(incidents=(noted,)) == ["Incidents"]
    assert lacking(incidents=(replace(noted, strategy="another"),)) == []
    assert lacking(incidents=(replace(noted, at_ms=now_ms - 14 * DAY_MS),)) == []
    row = judge(standing(incidents=(noted,)), SETTINGS).rows[-1]
    assert row.lacks == "1 of 14 days without an incident"


def test_risk_10_a_strategy_is_more_than_one_fit_of_it():
    one = strategy_of("blend featab12 seed7 train20261101T0000Z shaaaaa")
    assert one == strategy_of("blend featab12 seed7 train20261102T0000Z shabbbb")
    assert one != strategy_of("blend featff00 seed7 train20261101T0000Z shaaaaa")


@pytest.mark.parametrize(
    "easier", [{"decisions": 59}, {"days": 9}, {"alpha": 0.2}, {"drawdown": Decimal("0.2")}, {"calibration": 0.2}]
)
def test_the_gate_cannot_be_made_easy(easier):
    with pytest.raises(ValueError, match="must be"):
        PromotionSettings(**easier)


def test_figures():
    falls = [resolved(each, net=net) for each, net in enumerate(["5", "-8", "2", "-3", "20"])]
    assert drawdown(falls, Decimal(100)) == Decimal("0.09")
    assert calibration_error([]) is None
    sure = [resolved(each, claimed=0.9, came_true=each % 2 == 0) for each in range(100)]
    assert calibration_error(sure) == pytest.approx(0.4)
