"""AI logs after a restart: attempts with their times, logs about no order, gaps on record."""

from dataclasses import replace

import pytest
import pytest_asyncio
from journal_records import KEY, decided, frozen, log, opened

from terminal.domain.ai_log import AiLog, AiLogState, LogResolution, LogTry
from terminal.domain.canonical import digest
from terminal.domain.records import (
    AiLogAnswered,
    AiLogAttempted,
    AiLogFrozen,
    AiLogGapRecorded,
    AiLogLinked,
    AiLogResolved,
)
from terminal.storage.journal import verify

pytestmark = pytest.mark.asyncio
NAME = "evt-0mgj6so00-abcdef"


def event_log(name: str = NAME, decision_id: str = "") -> AiLog:
    text = '{"explanation":"a new model","log_id":"evt-inside the text"}'
    content = text.encode()
    return AiLog(
        name,
        decision_id,
        name,
        "Strategy Generation",
        "m 1",
        content,
        digest(text),
        AiLogState.WAITING,
        3,
        simulated=True,
    )


def linked(name: str = NAME) -> AiLogLinked:
    return AiLogLinked(name, None, b'{"orderId":null}', "00" * 32, 4)


@pytest_asyncio.fixture
async def journal(tmp_path):
    made = await opened(tmp_path / "journal.sqlite")
    yield made
    await made.aclose()


async def test_the_attempts_of_an_order_log_come_back_with_times_and_words(journal):
    await journal.commit(decided("d1"), frozen("d1"))
    await journal.commit(AiLogLinked("log-d1", "77", b"{}", "00", 5))
    await journal.commit(AiLogAttempted("log-d1", 1, 6))
    await journal.commit(AiLogAnswered("log-d1", 1, "RETRYING", "429", "slow down", 7))
    await journal.commit(AiLogAttempted("log-d1", 2, 9))
    (back,) = (await journal.load()).ai_logs
    assert back.tries == (LogTry(1, 6, 7, "429", "slow down"), LogTry(2, 9))
    assert replace(back, tries=()) == log(
        "d1", state=AiLogState.SENDING, venue_order_id="77", attempts=2, last_code="429", last_message="slow down"
    )


@pytest.mark.parametrize(
    ("steps", "changes"),
    [
        ((), {}),
        ((linked(),), {"state": AiLogState.QUEUED}),
        (
            (linked(), AiLogAttempted(NAME, 1, 6)),
            {"state": AiLogState.SENDING, "attempts": 1, "tries": (LogTry(1, 6),)},
        ),
        (
            (linked(), AiLogAttempted(NAME, 1, 6), AiLogAnswered(NAME, 1, "ACCEPTED", "00000", "success", 8)),
            {
                "state": AiLogState.ACCEPTED,
                "attempts": 1,
                "last_code": "00000",
                "last_message": "success",
                "accepted_ms": 8,
                "tries": (LogTry(1, 6, 8, "00000", "success"),),
            },
        ),
        (
            (
                linked(),
                AiLogAttempted(NAME, 1, 6),
                AiLogAnswered(NAME, 1, "NEEDS_HAND", "40753", "no", 8),
                AiLogResolved(NAME, LogResolution.UNMENDABLE, "a reason", "00", "40753", "ann", 9),
            ),
            {
                "state": AiLogState.GAP,
                "attempts": 1,
                "last_code": "40753",
                "last_message": "no",
                "resolved_by": "ann",
                "resolved_reason": "a reason",
                "resolved_ms": 9,
                "tries": (LogTry(1, 6, 8, "40753", "no"),),
            },
        ),
    ],
)
async def test_a_log_about_no_order_comes_back_from_its_records(journal, steps, changes):
    await journal.commit(AiLogFrozen(event_log()), *steps[:1])
    for step in steps[1:]:
        await journal.commit(step)
    (back,) = (await journal.load()).ai_logs
    assert back == replace(event_log(), **changes)
    assert back.is_intact
    assert not back.is_about_order


async def test_both_kinds_live_side_by_side_and_the_chain_verifies(tmp_path):
    path = tmp_path / "both.sqlite"
    journal = await opened(path)
    await journal.commit(decided("d1"), frozen("d1"))
    await journal.commit(AiLogFrozen(event_log()), linked())
    await journal.commit(AiLogFrozen(event_log("evt-2", "d1")), linked("evt-2"))
    kept = (await journal.load()).ai_logs
    await journal.aclose()
    assert [each.log_id for each in kept] == ["log-d1", NAME, "evt-2"]
    assert verify(path, KEY).is_good


async def test_gaps_on_record_come_back_in_order(journal):
    first = AiLogGapRecorded("order-c1", "order without its log", "77", "what", "why", "ann", 5)
    second = replace(first, gap_id="external-78", who="", at_ms=6)
    await journal.commit(first)
    await journal.commit(second)
    assert (await journal.load()).log_gaps == (first, second)
