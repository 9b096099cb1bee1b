"""A strategy's record: one entry a decision, and a new beginning once a person has answered for a bad end."""

from dataclasses import replace
from decimal import Decimal

from helpers.builders import BTC, make_decision
from terminal.domain.order import PositionSide
from terminal.domain.promotion import EVERYBODY, RecordEnded
from terminal.domain.shadow import ShadowCause
from terminal.services.guardrails.trades import Trade
from terminal.services.promotion.record import RecordBook

DECISIONS = {
    name: make_decision(name, model=model) for name, model in (("d1", "one 1"), ("d2", "one 1"), ("d3", "two 1"))
}


def book():
    return RecordBook(DECISIONS.get)


def trade(decision_id="d1", *, net="5", ended_ms=2_000, is_paper=False, cause=None, side=PositionSide.LONG):
    return Trade(
        key=f"{decision_id}/{is_paper}",
        decision_id=decision_id,
        instrument_id=BTC,
        side=side,
        opened_ms=1_000,
        entry=Decimal(50_000),
        size=Decimal("0.01"),
        net=Decimal(net),
        ended_ms=ended_ms,
        gross=Decimal(net) + 1,
        is_paper=is_paper,
        cause=cause,
    )


def test_a_result_keeps_what_the_comparison_needs():
    record = book()
    record.take(trade(side=PositionSide.SHORT))
    (result,) = record.of("one 1")
    assert (result.notional, result.net_bp, result.gross_bp) == (Decimal(500), 100.0, 120.0)
    assert (result.side, result.came_true, result.rose) == (PositionSide.SHORT, True, False)
    assert result.chance_up == 1 - DECISIONS["d1"].confidence


def test_what_runs_and_what_nobody_decided_has_no_result():
    record = book()
    record.take(trade(ended_ms=0))
    record.take(trade("stranger"))
    assert record.of("one 1") == ()


def test_followed_as_proposed_counts_before_what_was_sent_but_not_beside_it():
    record = book()
    record.take(trade(net="5"))
    record.take(trade(net="9", is_paper=True, cause=ShadowCause.SENT))
    assert record.of("one 1")[0].net == Decimal(5)
    record.take(trade(net="7", is_paper=True, cause=ShadowCause.AMENDED))
    record.take(trade(net="4"))  # the order again
    assert [each.net for each in record.of("one 1")] == [Decimal(7)]


def test_results_are_in_the_order_they_ended_and_by_strategy():
    record = book()
    for name, ended_ms in (("d2", 3_000), ("d1", 9_000), ("d3", 1_500)):
        record.take(trade(name, ended_ms=ended_ms))
    assert [each.decision_id for each in record.of("one 1")] == ["d2", "d1"]
    assert (record.versions, len(record.of("two 1"))) == (2, 1)


def test_an_end_nobody_answered_for_changes_nothing_yet():
    record = book()
    record.take(trade())
    ended = RecordEnded("one 1", "its drawdown is 9.0 % of equity", "", 5_000)
    record.end(ended)
    assert len(record.of("one 1")) == 1
    assert record.unacknowledged() == (ended,)
    assert record.begun("one 1") is None


def test_acknowledged_it_begins_anew_and_counts_as_another_version():
    record = book()
    record.take(trade())
    ended = RecordEnded("one 1", "its drawdown is 9.0 % of equity", "", 5_000)
    record.restore((ended, replace(ended, who="ann", at_ms=6_000)))
    assert record.of("one 1") == ()
    assert (record.unacknowledged(), record.begun("one 1").who, record.versions) == ((), "ann", 2)
    later = replace(trade("d2", ended_ms=8_000), opened_ms=7_000)
    record.take(later)
    record.take(replace(trade(), opened_ms=5_999, ended_ms=9_000))  # decided before: another record's
    assert [each.decision_id for each in record.of("one 1")] == ["d2"]


def test_other_settings_begin_every_record_anew_and_count_as_another_version():
    record = book()
    record.take(trade("d1"))
    record.take(trade("d3"))
    assert record.versions == 2
    record.end(RecordEnded(EVERYBODY, "limits were changed", "the profile's settings", 5_000))
    assert record.of("one 1") == record.of("two 1") == ()
    assert record.begun("one 1").reason == "limits were changed"
    assert record.versions == 3
    assert record.unacknowledged() == ()

    record.end(RecordEnded("one 1", "a bad week", "Tess", 9_000))  # the newer beginning counts
    assert (record.begun("one 1").at_ms, record.begun("two 1").at_ms) == (9_000, 5_000)
