"""A person may only make an order tighter; the figures follow."""

from dataclasses import replace
from decimal import Decimal

from helpers.desk_events import NOW_MS, instrument, proposal
from terminal.domain.account import Balance
from terminal.domain.approval import Amendment
from terminal.domain.decision import Action
from terminal.ui.widgets.review.amend_terms import (
    amend_figures,
    amended,
    amendment_words,
    leverage_bounds,
    loss_at_stop,
    size_bounds,
    stop_bounds,
)

D = Decimal
RULES = instrument("ETH")  # tick 0.01, step 0.001
BALANCE = Balance(D(1000), D(900), D(0), D(0), NOW_MS)


def terms(action=Action.OPEN_LONG, **changes):
    made = proposal("ETH", 1, action=action).terms
    long = action is Action.OPEN_LONG
    base = {
        "price": D(3000),
        "stop_price": D(2970 if long else 3030),
        "target_price": D(3060 if long else 2940),
        "size": D("0.1"),
    }
    return replace(made, **{**base, **changes})


def test_a_long_may_only_lift_its_stop_and_a_short_lower_it():
    long, short = stop_bounds(terms(), RULES), stop_bounds(terms(Action.OPEN_SHORT), RULES)
    assert (long.least, long.most, long.proposed) == (D(2970), D("2999.99"), D(2970))
    assert (short.least, short.most, short.proposed) == (D("3000.01"), D(3030), D(3030))


def test_a_stop_stays_a_tick_off_an_entry_between_ticks():
    assert stop_bounds(terms(price=D("3000.004")), RULES).most == D("3000.00")
    assert stop_bounds(terms(Action.OPEN_SHORT, price=D("3000.004")), RULES).least == D("3000.01")


def test_size_and_leverage_end_at_what_was_proposed():
    size, leverage = size_bounds(terms(), RULES), leverage_bounds(terms(leverage=5), RULES)
    assert (size.least, size.most) == (RULES.min_size, D("0.1"))
    assert (leverage.least, leverage.most, leverage.step) == (1, 5, 1)


def test_what_cannot_be_tighter_has_no_bounds():
    assert stop_bounds(terms(stop_price=None), RULES) is None
    assert stop_bounds(terms(stop_price=D(3000)), RULES) is None
    assert size_bounds(terms(size=RULES.min_size / 2), RULES) is None


def test_the_figures_are_those_of_the_amended_order():
    before = {term.name: term.value for term in amend_figures(terms(), RULES, BALANCE)}
    change = Amendment(D("0.05"), D(2985), 2)
    after = {term.name: term.value for term in amend_figures(amended(terms(), change), RULES, BALANCE)}
    assert before["Risk"] == "0.30\u2009% of equity"
    assert after["Risk"] == "0.08\u2009% of equity"  # 0.05 x 15 = 0.75 of 1000, half to even
    assert after["Margin"] == "75.00 USDT"
    fee = RULES.taker_fee
    assert loss_at_stop(amended(terms(), change), fee) == D("0.05") * (15 + fee * (3000 + 2985))
    assert D(after["R after costs"]) > D(before["R after costs"])


def test_nothing_given_changes_nothing():
    assert amended(terms(), Amendment()) == terms()
    assert amendment_words(Amendment()) == ""
    assert amendment_words(Amendment(D("0.05"), D(2985), 2)) == "to size 0.05, stop 2,985, 2x"
