"""What comes back after a restart."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from journal_records import (
    TERMS,
    VERDICT,
    closed,
    decided,
    decision,
    filled,
    frozen,
    intended,
    log,
    note,
    opened,
    order,
    proposed,
    sent,
)

from terminal.domain.ai_log import AiLogState, LogResolution
from terminal.domain.errors import StorageError
from terminal.domain.frozen import ModelFitted
from terminal.domain.order import Order, OrderState, Origin
from terminal.domain.promotion import RecordEnded
from terminal.domain.records import (
    AiLogAnswered,
    AiLogAttempted,
    AiLogLinked,
    AiLogResolved,
    EquityMarked,
    IntentCommitted,
    OrderMoved,
    SessionOpened,
)
from terminal.domain.recovered import Recovered
from terminal.domain.review import Proposal, ReviewState

pytestmark = pytest.mark.asyncio


async def after_restart(path, *calls):
    journal = await opened(path)
    for records in calls:
        await journal.commit(*records)
    await journal.aclose()
    again = await opened(path, boot_id="boot-2")
    recovered = await again.load()
    await again.aclose()
    return recovered


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.sqlite"


async def test_a_new_journal_holds_nothing(path):
    assert await after_restart(path) == Recovered((), (), (), (), (), (), (), (), (), ())


async def test_a_whole_story_comes_back(path):
    recovered = await after_restart(
        path,
        (decided("d1"), frozen("d1"), proposed("d1")),
        (decided("d2"), proposed("d2")),
        (decided("d3"), proposed("d3")),
        sent("d2"),
        (closed("d3"),),
        (OrderMoved("FILL_ALL", order("d2", OrderState.FILLED), 8), filled("t1")),
        (note("done"),),
    )
    assert recovered.decisions == (decision("d1"), decision("d2"), decision("d3"))
    assert recovered.unanswered == (proposed("d1"),)
    assert recovered.orders == (order("d2", OrderState.FILLED),)
    assert recovered.fills == (filled("t1").fill,)
    assert recovered.approvals == (sent("d2")[0].approval,)
    assert recovered.signed_at_ms == (("order-d2", 4),)
    assert recovered.notes == (note("done"),)
    assert recovered.history == (
        Proposal(decision("d2"), TERMS, "order-d2", ReviewState.APPROVED, VERDICT, 0.0, 0.0, "Ada", 3, ""),
        Proposal(
            decision("d3"), TERMS, "order-d3", ReviewState.REJECTED, VERDICT, 0.0, 0.0, "Ada", 3, "too late in the day"
        ),
    )


async def test_blocked_after_the_click_shows_as_blocked(path):
    approval = sent("d1")[0]
    recovered = await after_restart(
        path, (decided("d1"), proposed("d1")), (approval, closed("d1", ReviewState.BLOCKED))
    )
    assert [proposal.state for proposal in recovered.history] == [ReviewState.BLOCKED]
    assert not recovered.unanswered


async def test_the_first_answer_stays(path):
    recovered = await after_restart(
        path, (decided("d1"), proposed("d1")), (closed("d1"),), (closed("d1", ReviewState.EXPIRED),)
    )
    assert [proposal.state for proposal in recovered.history] == [ReviewState.REJECTED]


async def test_blocked_at_draft_without_a_proposal(path):
    recovered = await after_restart(path, (decided("d1"), closed("d1", ReviewState.BLOCKED)))
    assert recovered.history == ()
    assert recovered.unanswered == ()


async def test_orders_without_a_decision(path):
    exits = [Order(f"exit-{n}", TERMS, Origin.HUMAN_EXIT, None, OrderState.SUBMITTING, 3) for n in (1, 2)]
    recovered = await after_restart(path, *[(IntentCommitted(item, "POST", b"{}", 9),) for item in exits])
    assert recovered.orders == tuple(exits)


async def test_orders_are_in_the_order_of_their_first_record(path):
    recovered = await after_restart(
        path,
        (decided("d1"), decided("d2")),
        sent("d2"),
        sent("d1"),
        (OrderMoved("ACK", order("d2", OrderState.ACKED), 8),),
    )
    assert [found.client_order_id for found in recovered.orders] == ["order-d2", "order-d1"]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((), log("d1")),
        ((closed("d1"),), log("d1", state=AiLogState.KEPT)),
        (
            (AiLogLinked("log-d1", "77", b"{}", "00", 5),),
            log("d1", state=AiLogState.QUEUED, venue_order_id="77"),
        ),
        (
            (AiLogLinked("log-d1", "77", b"{}", "00", 5), AiLogAttempted("log-d1", 1, 6)),
            log("d1", state=AiLogState.SENDING, venue_order_id="77", attempts=1),
        ),
        (
            (
                AiLogLinked("log-d1", "77", b"{}", "00", 5),
                AiLogAttempted("log-d1", 1, 6),
                AiLogAnswered("log-d1", 1, "RETRYING", "429", "slow down", 7),
            ),
            log(
                "d1",
                state=AiLogState.RETRYING,
                venue_order_id="77",
                attempts=1,
                last_code="429",
                last_message="slow down",
            ),
        ),
        (
            (
                AiLogLinked("log-d1", "77", b"{}", "00", 5),
                AiLogAttempted("log-d1", 1, 6),
                AiLogAttempted("log-d1", 2, 8),
                AiLogAnswered("log-d1", 2, "ACCEPTED", "00000", "success", 9),
            ),
            log(
                "d1",
                state=AiLogState.ACCEPTED,
                venue_order_id="77",
                attempts=2,
                last_code="00000",
                last_message="success",
                accepted_ms=9,
            ),
        ),
    ],
)
async def test_ai_logs_come_back_with_their_newest_state(path, steps, expected):
    recovered = await after_restart(path, (decided("d1"), frozen("d1")), *[(step,) for step in steps])
    assert [replace(each, tries=()) for each in recovered.ai_logs] == [expected]
    assert recovered.ai_logs[0].is_intact


@pytest.mark.parametrize(
    ("resolution", "state"),
    [(LogResolution.RETRY, AiLogState.RETRYING), (LogResolution.UNMENDABLE, AiLogState.GAP)],
)
async def test_a_persons_decision_about_a_refused_log_comes_back(path, resolution, state):
    refused = (
        AiLogLinked("log-d1", "77", b"{}", "00", 5),
        AiLogAttempted("log-d1", 1, 6),
        AiLogAnswered("log-d1", 1, "NEEDS_HAND", "40753", "no permission", 7),
        AiLogResolved("log-d1", LogResolution.RETRY, "", "00", "40753", "bob", 8),
        AiLogAnswered("log-d1", 2, "NEEDS_HAND", "40753", "no permission", 9),
        AiLogResolved("log-d1", resolution, "a good reason", "00", "40753", "ann", 10),
    )
    recovered = await after_restart(path, (decided("d1"), frozen("d1")), *[(step,) for step in refused])
    (found,) = recovered.ai_logs
    assert found.state is state
    assert (found.last_code, found.last_message) == ("40753", "no permission")
    assert (found.resolved_by, found.resolved_reason, found.resolved_ms) == ("ann", "a good reason", 10)
    assert found.holds_entries is (resolution is LogResolution.RETRY)
    assert found.content == log("d1").content


async def test_a_decision_about_a_log_nobody_knows_is_refused(path):
    journal = await opened(path)
    with pytest.raises(StorageError, match="log-d9"):
        await journal.commit(AiLogResolved("log-d9", LogResolution.RETRY, "", "00", "", "ann", 1))
    await journal.aclose()


async def test_an_unknown_ai_log_state_is_refused(path):
    journal = await opened(path)
    await journal.commit(decided("d1"), frozen("d1"))
    with pytest.raises(Exception, match="MAYBE"):
        await journal.commit(AiLogAnswered("log-d1", 1, "MAYBE", "", "", 5))
    assert (await journal.load()).ai_logs == (log("d1"),)
    await journal.aclose()


async def test_long_lists_are_cut(path):
    marks = [EquityMarked(Decimal(number), Decimal(1), number) for number in range(12_000)]
    notes = [note(str(number)) for number in range(600)]
    names = [f"d{number}" for number in range(510)]
    recovered = await after_restart(
        path,
        marks,
        notes,
        *[(decided(name), proposed(name), closed(name)) for name in names],
    )
    assert len(recovered.equity) == 5_000
    assert (recovered.equity[0], recovered.equity[-1]) == (marks[0], marks[-1])
    steps = {later.at_ms - earlier.at_ms for earlier, later in pairwise(recovered.equity)}
    assert steps == {2, 3}
    assert [found.text for found in recovered.notes] == [str(number) for number in range(100, 600)]
    assert [proposal.decision_id for proposal in recovered.history] == names[10:]
    assert len(recovered.decisions) == 510


async def test_an_order_keeps_everything_it_knew(path):
    full = replace(
        order("d1", OrderState.PARTIAL),
        venue_order_id="77",
        filled_size=Decimal("0.004"),
        average_price=Decimal("64000.25"),
        fee_paid=Decimal("0.2"),
        realized_pnl=Decimal("-1.5"),
        updated_ms=9,
        reason="so it is",
        frozen=True,
        needs_human=True,
    )
    recovered = await after_restart(
        path, (decided("d1"), sent("d1")[0], intended("d1")), (OrderMoved("FILL", full, 9),)
    )
    assert recovered.orders == (full,)


async def test_the_newest_model_in_use_and_the_records_that_ended_come_back(path):
    first, second, refused = (
        ModelFitted(
            f"m{number}", f"{number:064x}", "{}", "{}", 7, number, accepted, forecasts="said", quick=number == 2
        )
        for number, accepted in ((1, True), (2, True), (3, False))
    )
    ended = RecordEnded("s", "its drawdown is 9.0 % of equity", "", 5)
    recovered = await after_restart(path, (first, second), (refused, ended), (replace(ended, who="ann", at_ms=6),))
    assert recovered.model == second
    assert [(each.who, each.at_ms) for each in recovered.ended] == [("", 5), ("ann", 6)]


async def test_equity_goes_back_to_where_the_account_began(path):
    """A built-in exchange that was founded anew has an account of its own; one that went on keeps its curve."""

    def began(*, anew):
        return SessionOpened("1", "weex", simulated=True, at_ms=1, anew=anew)

    def marks(*amounts):
        return [EquityMarked(Decimal(amount), Decimal(1), amount) for amount in amounts]

    journal = await opened(path)
    await journal.commit(began(anew=True), *marks(1, 2), began(anew=True), *marks(3), began(anew=False), *marks(4))
    recovered = await journal.load()
    await journal.aclose()
    assert [int(mark.equity) for mark in recovered.equity] == [3, 4]
