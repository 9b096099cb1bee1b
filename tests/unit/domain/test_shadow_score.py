"""What an answer was worth: a veto of a loser saves, one of a winner costs, a change against the proposal."""

from dataclasses import replace

from helpers.builders import ETH, D
from helpers.shadow_kit import BEGAN_MS, MINUTE, plan, running, waiting
from terminal.domain.order import PositionSide
from terminal.domain.shadow import ShadowCause, ShadowExit, ShadowLeg, ShadowPhase
from terminal.domain.shadow_score import by, judge, score, since
from terminal.services.shadow.fills import closed, missed
from terminal.services.shadow.replay import unknown


def ended(price: str, **changes):
    free = plan(**({"taker_fee": D(0), "maker_fee": D(0)} | changes))
    return closed(running(free), D(price), BEGAN_MS + MINUTE, ShadowExit.HORIZON)


def test_a_veto_of_a_loser_saved_and_of_a_winner_cost():
    total = score(judge([ended("95", decision_id="a"), ended("110", decision_id="b")]))
    assert (total.saved, total.cost, total.net) == (D(10), D(20), D(-10))
    assert (total.saves, total.costs, total.answers) == (1, 1, 2)
    assert total.net_r == D("-0.5")


def test_a_short_counts_the_other_way():
    sold = ended("95", side=PositionSide.SHORT, stop=D(110), target=D(80))
    assert score(judge([sold])).cost == D(10)


def test_what_runs_was_missed_or_is_unknown_has_no_worth():
    trades = [
        waiting(plan(decision_id="a")),
        running(plan(decision_id="b")),
        missed(waiting(plan(decision_id="c")), "never through", BEGAN_MS),
        unknown(running(plan(decision_id="d")), "no prices", BEGAN_MS),
    ]
    total = score(judge(trades))
    assert (total.saved, total.cost) == (0, 0)
    assert (total.running, total.missed, total.unknown, total.answers) == (2, 1, 1, 4)


def amended(proposed: str, changed: str):
    cause = {"cause": ShadowCause.AMENDED}
    return [ended(proposed, **cause), ended(changed, leg=ShadowLeg.AMENDED, size=D(1), **cause)]


def test_a_smaller_size_saves_in_a_loss_and_costs_in_a_gain():
    assert score(judge(amended("90", "90"))).saved == D(10)
    assert score(judge(amended("110", "110"))).cost == D(10)
    [one] = judge(amended("90", "90"))
    assert one.worth_r == D("0.5")


def test_an_amendment_is_judged_once_both_legs_are_over():
    first, second = amended("90", "90")
    open_leg = replace(second, phase=ShadowPhase.OPEN, exit_price=None)
    assert judge([first])[0].worth is None
    assert judge([first, open_leg])[0].worth is None
    assert score(judge([first, open_leg])).running == 1


def test_an_amendment_that_was_never_filled_avoided_or_forwent_the_whole_trade():
    first, second = amended("90", "90")
    gone = missed(replace(second, phase=ShadowPhase.WAITING, entry_price=None, exit_price=None), "never", BEGAN_MS)
    assert judge([first, gone])[0].worth == D(20)
    both = judge([missed(waiting(first.plan), "never", BEGAN_MS), gone])
    assert both[0].worth is None
    assert score(both).missed == 1


def test_scores_by_name_put_the_largest_effect_first():
    judged = judge([
        ended("99", decision_id="a", who="ann"),
        ended("130", decision_id="b", who="bob", instrument_id=ETH),
        ended("98", decision_id="c", who="ann"),
    ])  # fmt: skip
    people = by(judged, lambda each: each.proposed.plan.who)
    assert list(people) == ["bob", "ann"]
    assert (people["ann"].saved, people["ann"].answers) == (D(6), 2)
    whole = score(judged)
    assert sum(each.net for each in people.values()) == whole.net


def test_only_answers_since_a_moment_count():
    old, new = ended("95", decision_id="a"), ended("95", decision_id="b", began_ms=BEGAN_MS + MINUTE)
    assert [each.proposed.plan.decision_id for each in since(judge([old, new]), BEGAN_MS + 1)] == ["b"]


def test_without_a_stop_there_is_no_r():
    [one] = judge([ended("95", stop=None)])
    assert (one.worth, one.worth_r) == (D(10), None)
