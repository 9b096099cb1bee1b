"""What an approval is bound to: every term counts, and no setting goes beyond its hard limit."""

from decimal import Decimal

import pytest

from helpers.builders import ETH, D, make_terms
from terminal.domain.approval import ApprovalRule, ApprovalSettings, DeskMode, PriceBand, fingerprint
from terminal.domain.order import Effect, OrderKind, Side
from terminal.domain.review import NO_BAND

BAND = PriceBand.around(D("60000.0"), D("0.0015"))


def test_the_band_holds_at_both_ends_and_not_beyond():
    assert (BAND.low, BAND.high) == (D("59910"), D("60090"))
    assert BAND.holds(BAND.low)
    assert BAND.holds(BAND.high)
    assert not BAND.holds(BAND.low - D("0.1"))
    assert not BAND.holds(BAND.high + D("0.1"))
    assert not any(NO_BAND.holds(price) for price in (D(0), D("0.5"), D(1), D(60_000)))


@pytest.mark.parametrize(
    "change",
    [
        {"instrument_id": ETH},
        {"side": Side.SELL},
        {"effect": Effect.CLOSE},
        {"kind": OrderKind.LIMIT},
        {"price": D("60000.0")},
        {"size": D("0.0051")},
        {"stop_price": D("59000.1")},
        {"stop_price": None},
        {"target_price": D("62000.1")},
        {"leverage": 4},
    ],
)
def test_every_term_changes_the_fingerprint(change):
    own = fingerprint(make_terms(), BAND, "1")
    assert len(own) == 64
    assert fingerprint(make_terms(), BAND, "1") == own
    assert fingerprint(make_terms(**change), BAND, "1") != own


def test_band_and_rules_change_it_too():
    own = fingerprint(make_terms(), BAND, "1")
    assert fingerprint(make_terms(), PriceBand(BAND.low, BAND.high + D("0.1")), "1") != own
    assert fingerprint(make_terms(), BAND, "2") != own


@pytest.mark.parametrize(
    ("life_s", "band"),
    [(9.9, "0.0015"), (300.1, "0.0015"), (float("nan"), "0.0015"), (90, "0"), (90, "0.0051"), (90, "-0.001")],
)
def test_a_rule_beyond_the_hard_limits_is_refused(life_s, band):
    with pytest.raises(ValueError, match="it must be"):
        ApprovalRule(life_s, Decimal(band))


@pytest.mark.parametrize("undo_s", [-0.1, 5.1, float("nan")])
def test_an_undo_time_beyond_the_hard_limits_is_refused(undo_s):
    with pytest.raises(ValueError, match="undo_s is"):
        ApprovalSettings(undo_s=undo_s)


def test_a_strategy_has_its_own_rule_by_name_or_family():
    own, family = ApprovalRule(30.0), ApprovalRule(60.0)
    settings = ApprovalSettings(strategies=(("embedded/1 abc", own), ("embedded", family)))
    assert settings.rule_of("embedded/1 abc") is own
    assert settings.rule_of("embedded/2") is family
    assert settings.rule_of("embedded 3") is family
    assert settings.rule_of("other") == ApprovalRule()


def test_only_two_modes_lead_to_orders():
    assert {mode for mode in DeskMode if mode.may_approve} == {DeskMode.SEMI_AUTO, DeskMode.AUTO}
