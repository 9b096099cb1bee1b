"""Which check enforces which rule, how both are named, and how far a season may be set."""

import pytest

from helpers.builders import BTC, ETH, D
from terminal.domain.competition import ALLOWED_INSTRUMENTS, MIN_TRADES
from terminal.domain.instrument import InstrumentId
from terminal.domain.risk import Check, Verdict
from terminal.domain.rules import (
    RuleState,
    check_title,
    checks_of_rule,
    named_rule,
    rule_label,
    rules_of_check,
    worst,
)
from terminal.domain.season import Season
from terminal.services.risk.gate import OPENING
from terminal.services.risk.names import name_of

AT_THE_GATE = {1, 2, 3, 4, 5, 6, 7, 8, 9}
"""The other rules are no matter of one order: 10 to 14 halt, refuse to connect, or cannot be broken."""


def test_no_bare_number_reaches_a_person():
    assert check_title("R4", "Leverage") == "Competition rule 2 (leverage, risk check R4)"
    assert check_title("R2", "Allowed pair") == "Competition rule 1 (allowed pair, risk check R2)"
    assert check_title("R3", "AI decision") == "Competition rules 5 and 7 (AI decision, risk check R3)"
    assert check_title("R22", "Daily loss") == "Risk check R22 (daily loss)"
    assert rule_label("S1") == "Season 1"
    assert named_rule(10, "one seat") == "Competition rule 10 (one seat)"
    verdict = Verdict((Check("R4", "Leverage", False, "50x"), Check("R9", "Quote age", False, "9 s old")))
    assert verdict.text == "Competition rule 2 (leverage, risk check R4): 50x; Risk check R9 (quote age): 9 s old"


def test_every_check_named_in_the_table_stands_in_the_gate():
    gate = {name_of(check.__name__) for check in OPENING}
    for number in AT_THE_GATE:
        checks = checks_of_rule(number)
        assert checks, f"rule {number} is enforced by nothing"
        assert {tuple(each.split(" ", 1)) for each in checks} <= gate
    assert {number for pair in gate for number in rules_of_check(*pair)} == AT_THE_GATE


def test_the_worst_light_speaks_for_all():
    assert worst(()) is RuleState.UNKNOWN


def test_a_season_is_as_wide_as_the_rules_unless_set():
    season = Season()
    assert (season.pairs, season.min_trades) == (ALLOWED_INSTRUMENTS, MIN_TRADES)
    assert season.left_ms(5) is None
    assert season.has_begun(0)


def test_a_season_knows_what_is_left():
    season = Season(start_ms=1_000, end_ms=5_000)
    assert [season.left_ms(at) for at in (0, 4_000, 9_000)] == [5_000, 1_000, 0]
    assert [season.has_begun(at) for at in (999, 1_000)] == [False, True]


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"start_ms": 5, "end_ms": 5}, "season_end"),
        ({"start_equity": D(0)}, "start_equity"),
        ({"start_equity": D("NaN")}, "start_equity"),
        ({"min_trades": MIN_TRADES - 1}, "may only be more"),
        ({"pairs": (BTC, InstrumentId("PEPE-PERP"))}, "PEPE"),
        ({"pairs": ()}, "at least one"),
        ({"pairs": (BTC, ETH, BTC)}, "only once"),
    ],
)
def test_a_season_never_widens_a_rule(settings, named):
    with pytest.raises(ValueError, match=named):
        Season(**settings)
