"""The figures in the guides are those the program works with."""

import re

import pytest

from helpers.doc_pages import MANUAL, ROOT, prose_of, text_of
from terminal.domain.approval import DEFAULT_LIFE_S, UNPROVEN_DAY_LOSS, UNPROVEN_LEVERAGE, UNPROVEN_RISK
from terminal.domain.guardrails import GuardrailLimits
from terminal.domain.promotion import PromotionSettings
from terminal.domain.rehearsal import API_TEST_SIZE, READINESS_POINTS
from terminal.domain.risk import RiskLimits
from terminal.storage.replay_journals import KEPT
from terminal.strategy.features import CATALOGUE
from terminal.strategy.labels import BARRIER_ATR, HORIZON_BARS
from terminal.strategy.policy import MARGIN_BP
from terminal.strategy.walkforward import FOLDS
from terminal.ui.actions.table import built_in_key
from terminal.ui.widgets.hold_button import HOLD_S
from terminal.ui.widgets.review.card_state import REST_S

RISK, GUARD, GATE = RiskLimits(), GuardrailLimits(), PromotionSettings()
WORDS = {2: "two", 5: "Five", 14: "two weeks"}


def plain(page):
    return re.sub(r"\s+", " ", prose_of(page))


def percent(share):
    return f"{float(share) * 100:g} %"


STRATEGIST = {
    "features": f"{len(CATALOGUE)} features of closed bars",
    "barriers": f"{WORDS[int(BARRIER_ATR)]} ATR above and below the next open",
    "horizon": f"touched first within {HORIZON_BARS} bars",
    "folds": f"{WORDS[FOLDS]} walk-forward steps",
    "margin": f"funding above {MARGIN_BP:g} bp",
    "record": f"{GATE.decisions} decisions on {GATE.days} days",
    "drawdown": f"drawdown of at most {percent(GATE.drawdown)}",
    "calibration": f"calibration within {GATE.calibration * 100:g} points",
    "cycles": f"failed cycles below {percent(GATE.failed_cycles)}",
    "quiet": f"{WORDS[GATE.quiet_days]} without an incident",
}


@pytest.mark.parametrize("words", STRATEGIST.values(), ids=STRATEGIST)
def test_the_strategists_guide_tells_the_programs_own_figures(words):
    assert words in plain(ROOT / "docs" / "strategist.md")


def test_the_limits_in_the_manual_are_the_usual_ones():
    rows = text_of(MANUAL / "rules.md")
    loss, fall = (RISK.daily_loss_reduce, RISK.daily_loss_halt), (RISK.drawdown_reduce, RISK.drawdown_halt)
    assert f"| leverage | {RISK.max_leverage}x |" in rows
    assert f"| risk of an order to its stop | {percent(RISK.risk_per_trade)} of equity |" in rows
    assert f"| loss of the day | {percent(loss[0])}: reduce only; {percent(loss[1])}: halted |" in rows
    assert f"| fall from the peak | {percent(fall[0])}: reduce only; {percent(fall[1])}: halted |" in rows
    rests = f"{GUARD.loss_cooldown_min} minutes of rest for that pair, {GUARD.stop_cooldown_min} after a stop"
    assert f"| after a losing exit | {rests} |" in rows
    assert f"| openings | {GUARD.opens_per_day} a day, {GUARD.opens_per_cycle} a cycle |" in rows


def test_times_and_sizes_are_those_of_the_program():
    assert f"denied after {DEFAULT_LIFE_S:g} seconds" in plain(MANUAL / "first-run.md")
    assert f"lives {DEFAULT_LIFE_S:g} seconds" in plain(ROOT / "README.md")
    assert f"hears no key for {REST_S:g} seconds" in plain(MANUAL / "review.md")
    assert f"{HOLD_S:g} seconds" in plain(MANUAL / "stop.md")
    assert f"({RISK.log_overdue_s:g} seconds in a usual profile)" in plain(MANUAL / "ai-logs.md")
    assert f"The newest {KEPT} are kept" in plain(MANUAL / "recording.md")
    assert f"| Order | {API_TEST_SIZE} BTC long at a limit" in text_of(MANUAL / "rehearsal.md")


def test_what_an_unproven_desk_may_is_told():
    told = plain(MANUAL / "modes.md")
    assert f"at most {percent(UNPROVEN_RISK)} of equity at risk an order, {UNPROVEN_LEVERAGE}x" in told
    assert f"back to a person after {percent(UNPROVEN_DAY_LOSS)} lost in a day" in told


def test_the_look_before_the_day_names_every_point():
    told = plain(MANUAL / "rehearsal.md").lower()
    short = (title.lower().split(" of ")[0] for title in READINESS_POINTS.values())
    assert [point for point in short if point not in told] == []


@pytest.mark.parametrize(
    ("page", "action"),
    [("stop.md", "safety.flatten"), ("time-machine.md", "window.time"), ("settings.md", "window.settings")],
)
def test_the_key_beside_an_action_is_its_own(page, action):
    assert f"**{built_in_key(action)}**" in text_of(MANUAL / page)
