"""The gate: every condition shown with its distance; nothing unknown passes."""

from dataclasses import replace
from decimal import Decimal

import pytest

from helpers.builders import BTC
from terminal.domain.promotion import IncidentNoted, PromotionSettings, Resolved
from terminal.services.promotion.figures import calibration_error, drawdown
from terminal.services.promotion.gate import Standing, judge, strategy_of
from terminal.services.promotion.statistic import DAY_MS

SETTINGS = PromotionSettings()
START = 20_000 * DAY_MS


def resolved(number, *, day=0, net_bp=10.0, net="1", claimed=0.6, came_true=True):
    return Resolved(
        f"d{number}", BTC, START + day * DAY_MS + number, net_bp, Decimal(net), claimed, came_true, is_paper=True
    )


def good_record(days=15, a_day=12):
    """Fifteen whole days that earn some 20 bp a decision; six of ten claims of 60 % come true."""
    return tuple(
        resolved(
            day * a_day + each,
            day=day,
            net_bp=20.0 + (each * 7 + day * 3) % 11 - 5,
            came_true=(day * a_day + each) % 5 < 3,
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
    }
    return Standing(**(values | changes))


def lacking(**changes):
    return [row.name for row in judge(standing(**changes), SETTINGS).rows if not row.ok]


def test_a_good_record_earns_it():
    report = judge(standing(), SETTINGS)
    assert report.is_earned
    assert report.lacking == ""
    assert [row.name for row in report.rows] == [
        "Decisions", "Days", "Net result", "Drawdown", "Calibration", "AI logs", "Failed cycles", "Incidents",
    ]  # fmt: skip


def test_distances_are_shown():
    results = tuple(resolved(each, day=each // 7) for each in range(41))
    report = judge(standing(results, now_ms=START + 6 * DAY_MS), SETTINGS)
    assert [row.stands for row in report.rows[:2]] == ["41 of 150 decisions", "6 of 14 days"]
    assert report.lacking.startswith("41 of 150 decisions, 6 of 14 days, its net result is not proven")
    assert report.rows[0].share == pytest.approx(41 / 150)


def test_nothing_is_earned_by_nothing():
    assert lacking(results=()) == ["Decisions", "Days", "Net result", "Calibration"]
    assert "Drawdown" in lacking(equity=Decimal(0))


def test_today_does_not_count_before_it_is_over():
    assert "Days" in lacking(now_ms=START + 13 * DAY_MS + 1)


def test_each_condition_alone_keeps_it_from_being_earned():
    assert lacking(unlogged=1) == ["AI logs"]
    assert lacking(failed=3) == ["Failed cycles"]
    overclaimed = tuple(replace(each, claimed=0.8) for each in good_record())
    assert lacking(results=overclaimed) == ["Calibration"]
    fallen = tuple(replace(each, net=Decimal(-1)) for each in good_record())
    assert "Drawdown" in lacking(results=fallen)
    losing = tuple(replace(each, net_bp=each.net_bp - 20) for each in good_record())
    assert lacking(results=losing) == ["Net result"]


def test_an_incident_counts_for_its_strategy_and_for_two_weeks():
    now_ms = START + 15 * DAY_MS
    noted = IncidentNoted("trading was halted", "lost 6 % today", "s", now_ms - DAY_MS)
    assert lacking(incidents=(noted,)) == ["Incidents"]
    assert lacking(incidents=(replace(noted, strategy="another"),)) == []
    assert lacking(incidents=(replace(noted, at_ms=now_ms - 14 * DAY_MS),)) == []
    row = judge(standing(incidents=(noted,)), SETTINGS).rows[-1]
    assert row.lacks == "1 of 14 days without an incident"


def test_a_strategy_is_more_than_one_fit_of_it():
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
