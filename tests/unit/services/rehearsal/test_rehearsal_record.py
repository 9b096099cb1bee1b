"""What the journal and the time machine make of a test that is over."""

from terminal.domain.day_words import words_of
from terminal.domain.past import Stamped
from terminal.domain.rehearsal import HttpExchange, RehearsalEnded, RehearsalKind, RehearsalRow, RowState
from terminal.domain.time_messages import MarkKind
from terminal.services.rehearsal.api_test import test_verdict as verdict_of
from terminal.services.rehearsal.readiness import readiness_verdict
from terminal.services.time_machine.marks import Marker
from terminal.storage.journal.codec import decode, encode

SENT = HttpExchange("GET /x", "ACCESS-KEY: [hidden]", 200, "{}", 5)
ENDED = RehearsalEnded(
    RehearsalKind.API_TEST,
    "Passed: 1 of 1",
    (RehearsalRow("balance", "Account balance", RowState.OK, "equity 1,000.00 USDT", exchanges=(SENT,)),),
    "WEEX",
    simulated=True,
    who="ann",
    at_ms=1_763_978_467_000,
)


def row(state, title="Ticker"):
    return RehearsalRow(title, title, state)


def test_the_record_reads_back_with_its_requests():
    assert decode(*encode(ENDED)) == ENDED


def test_the_time_machine_stops_at_it_and_says_who_ran_what():
    mark = Marker().mark(Stamped(7, ENDED.at_ms, ENDED))
    assert mark.kind is MarkKind.STATE
    assert words_of(ENDED) == "Ann ran the API test: Passed: 1 of 1."


def test_a_test_is_passed_only_when_something_worked_and_nothing_failed():
    assert verdict_of((row(RowState.OK), row(RowState.SKIPPED))) == "Passed: 1 of 2, 1 not tried"
    assert verdict_of((row(RowState.OK), row(RowState.FAILED, "Leverage"))) == "Failed: Leverage"
    assert verdict_of((row(RowState.SKIPPED),)) == "Nothing was tried"


def test_one_failure_is_no_go_and_one_doubt_is_care():
    good, doubt, bad = row(RowState.OK), row(RowState.LOOK, "Sound"), row(RowState.FAILED, "Disk")
    assert readiness_verdict((good,)) == "Go"
    assert readiness_verdict((good, doubt)) == "Go with care: look at Sound"
    assert readiness_verdict((good, doubt, bad)) == "No-go: Disk"
