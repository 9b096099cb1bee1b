"""The program is killed right after each durable step (W1-W6), started again, and must lose and repeat nothing.

The exchange outlives the program, so its own books say what was really sent.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import crash_child
from helpers.evidence import (
    chain_is_good,
    count_records,
    log_faults,
    only_profile,
    order_faults,
    our_orders,
    read_journal,
    uploads_of,
)
from helpers.loopback import Loopback, loopback
from terminal.domain.order import OrderState
from terminal.domain.records import CycleOpened
from terminal.domain.review import ReviewState

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")

CRASH_WITHIN_S = 120
QUIET_WITHIN_S = 120

POINTS = [point for point in crash_child.POINTS if point not in {"never", "W3"}]  # W3 has a test of its own


def start_child(exchange: Loopback, folder: Path, point: str, *mistakes: str) -> subprocess.Popen:
    command = [sys.executable, crash_child.__file__, point, str(exchange.link), str(CRASH_WITHIN_S)]
    return subprocess.Popen([*command, str(folder / "first"), *mistakes], stdout=subprocess.DEVNULL)


def crash(exchange: Loopback, folder: Path, point: str) -> None:
    assert start_child(exchange, folder, point).wait(CRASH_WITHIN_S + 10) == -signal.SIGKILL


def run_again(exchange: Loopback, folder: Path) -> dict:
    """Start the program the ordinary way, end it once everything is settled, and give its last words."""
    journal = only_profile().journal
    cycles_before = count_records(journal, CycleOpened)
    before = {order["order_id"] for order in our_orders(exchange.state())}

    def settled(books: dict) -> bool:
        """The desk is ready, so it has compared; and what the exchange had is explained to it."""
        explained = all(uploads_of(books, order_id) for order_id in before)
        return explained and count_records(journal, CycleOpened) > cycles_before

    command = [sys.executable, "-m", "terminal", "demo", "--headless", "--connect", str(exchange.link)]
    command += ["--seconds", str(2 * QUIET_WITHIN_S), "--out", str(folder / "second")]
    program = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        exchange.until(settled, within_s=QUIET_WITHIN_S)
    finally:
        program.terminate()
        words, trouble = program.communicate(timeout=60)
    assert program.returncode == 0, trouble
    return json.loads(words)


def kill_while_sending(exchange: Loopback, folder: Path, *mistakes: str) -> None:
    """Kill the program when an order has reached the exchange whose answer has not left it."""
    exchange.fault(kind="delay", path="/order/placeOrder", after=True, delay_ms=60_000, count=-1)
    child = start_child(exchange, folder, "never", *mistakes)
    try:
        exchange.until(lambda books: books["client_oid_counts"], within_s=CRASH_WITHIN_S)
    finally:
        child.kill()
        child.wait()
    exchange.clear_faults()


def judge_restart(exchange: Loopback, folder: Path, *, most_logs: int = 1) -> None:
    """Check what the crash left, start again, and compare journal and exchange."""
    paths = only_profile()
    assert chain_is_good(paths)
    left = read_journal(paths.journal)
    pending = {record.decision_id for record in left.unanswered}
    sent_before = {order["client_oid"]: order["order_id"] for order in our_orders(exchange.state())}

    summary = run_again(exchange, folder)

    books, kept = exchange.state(), read_journal(paths.journal)
    assert chain_is_good(paths)
    assert order_faults(books, kept) == []
    assert log_faults(books, kept, owed=set(sent_before.values()), most=most_logs) == []
    assert summary["illegal_transitions"] == 0
    answers = {proposal.decision_id: proposal.state for proposal in kept.history}
    assert {answers[decision_id] for decision_id in pending} <= {ReviewState.EXPIRED}
    assert pending.isdisjoint(approval.decision_id for approval in kept.approvals)
    states = {order.client_order_id: order.state for order in kept.orders}
    assert {states[name] for name in sent_before} <= {OrderState.FILLED}, "what the exchange had is known in full"


@pytest.mark.parametrize("point", POINTS)
def test_killed_after(point, tmp_path):
    with loopback(tmp_path) as exchange:
        crash(exchange, tmp_path, point)
        judge_restart(exchange, tmp_path)


def test_an_order_whose_intent_is_durable_but_never_left_is_not_sent_after_the_restart(tmp_path):
    with loopback(tmp_path) as exchange:
        crash(exchange, tmp_path, "W3")
        ((intended, _),) = read_journal(only_profile().journal).signed_at_ms
        assert intended not in exchange.state()["client_oid_counts"], "nothing left before the kill"
        judge_restart(exchange, tmp_path)
        assert intended not in exchange.state()["client_oid_counts"]
    (order,) = [each for each in read_journal(only_profile().journal).orders if each.client_order_id == intended]
    assert order.state is OrderState.UNKNOWN  # believed absent only long after its signature has expired


def test_killed_while_the_answer_is_on_its_way(tmp_path):
    with loopback(tmp_path) as exchange:
        kill_while_sending(exchange, tmp_path)
        judge_restart(exchange, tmp_path)


def test_killed_while_an_ai_log_is_on_its_way_may_upload_it_twice_but_unchanged(tmp_path):
    with loopback(tmp_path) as exchange:
        exchange.fault(kind="delay", path="/order/uploadAiLog", after=True, delay_ms=60_000, count=1)
        child = start_child(exchange, tmp_path, "never")
        try:
            exchange.until(lambda books: books["ai_logs"], within_s=CRASH_WITHIN_S)
        finally:
            child.kill()
            child.wait()
        judge_restart(exchange, tmp_path, most_logs=2)


def test_these_checks_see_a_program_that_sends_before_it_writes(tmp_path):
    with loopback(tmp_path) as exchange:
        kill_while_sending(exchange, tmp_path, "--send-first")
        found = order_faults(exchange.state(), read_journal(only_profile().journal))
    assert any("its intent is not in the journal" in words for words in found), found
