"""One order's whole life in the real window against an exchange in its own process."""

import asyncio
import json

from PySide6.QtCore import Qt

from helpers.loopback import loopback
from helpers.seat import at_the_seat, write_profile
from terminal.app.session import SessionOptions
from terminal.domain.recovered import Recovered
from terminal.domain.review import ReviewState
from terminal.storage.journal import open_journal, verify
from terminal.storage.secrets import chain_key

EXPIRE_AFTER_S = 30  # long enough that a busy machine answers two proposals before


async def approve_reject_expire(seat, told):
    proposed = await seat.proposals(3)
    first = await seat.press(Qt.Key.Key_A)
    await seat.answered(first, ReviewState.APPROVED)
    second = await seat.press(Qt.Key.Key_R)
    await seat.write("the trend looks tired")
    await seat.answered(second, ReviewState.REJECTED)
    third = next(each for each in proposed if each not in {first, second})
    await seat.log_accepted(first)
    await seat.answered(third, ReviewState.EXPIRED)
    told.update(approved=first, rejected=second, expired=third)
    told["summary"] = seat.run.session.engine.tally.summary()
    told["order"] = next(order for order in seat.desk.orders.values() if order.decision_id == first)


def read_journal(session) -> Recovered:
    async def read() -> Recovered:
        journal = await open_journal(
            session.paths.journal, chain_key(session.profile, session.paths), now_ms=lambda: 0, boot_id="test"
        )
        try:
            return await journal.load()
        finally:
            await journal.aclose()

    with asyncio.Runner() as runner:
        return runner.run(read())


def test_approve_reject_and_expire_by_keyboard(qapp, tmp_path):
    told = {}
    with loopback(tmp_path) as exchange:
        write_profile("e2e", exchange.link, decision_age_s=EXPIRE_AFTER_S)
        session = at_the_seat(SessionOptions(profile="e2e"), lambda seat: approve_reject_expire(seat, told))
        state = exchange.state()

    ours = [order for order in state["orders"] if order["origin"] == "API"]
    assert [order["client_oid"] for order in ours] == [told["order"].client_order_id]
    assert ours[0]["order_id"] == told["order"].venue_order_id
    assert state["client_oid_counts"] == {told["order"].client_order_id: 1}
    assert state["fills"], "the exchange's own books show the fill"

    uploads = [log for log in state["ai_logs"] if log["order_id"] == ours[0]["order_id"]]
    assert len(uploads) == 1
    summary = told["summary"]
    assert summary["gaps"] == 0
    assert summary["illegal_transitions"] == 0
    assert summary["whole_passports"] == 1

    assert verify(session.paths.journal, chain_key(session.profile, session.paths)).is_good
    kept = read_journal(session)
    assert [approval.decision_id for approval in kept.approvals] == [told["approved"]]
    assert {approval.how for approval in kept.approvals} == {"key A"}
    assert {approval.who for approval in kept.approvals} == {"Tess"}, "the reviewer the profile names"
    states = {proposal.decision_id: proposal for proposal in kept.history}
    assert states[told["rejected"]].state is ReviewState.REJECTED
    assert "the trend looks tired" in states[told["rejected"]].reason
    assert states[told["expired"]].state is ReviewState.EXPIRED
    log = next(log for log in kept.ai_logs if log.venue_order_id == ours[0]["order_id"])
    assert log.is_intact
    content = json.loads(log.content)
    assert content["model"] == log.model
    assert content["explanation"]
    assert content["input"]["audit"]
