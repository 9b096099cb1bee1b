"""Commits: one transaction each, in order, none able to harm another."""

import asyncio
import sqlite3
import threading

import pytest
from journal_records import (
    KEY,
    approved,
    closed,
    decided,
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

from terminal.domain.errors import DuplicateRecord, StorageError
from terminal.domain.order import OrderState
from terminal.domain.records import AiLogAnswered, AiLogAttempted, AiLogFrozen, AiLogLinked, ChainHead, OrderMoved
from terminal.storage.journal import verify

pytestmark = pytest.mark.asyncio


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.sqlite"


def journal_threads():
    return [thread for thread in threading.enumerate() if thread.name == "journal"]


class Gate:
    """Holds the writer thread, so that calls gather in the queue."""

    def __init__(self, journal):
        self._open = threading.Event()
        self._held = asyncio.create_task(journal._writer.run(lambda _: self._open.wait(60)))

    async def release(self):
        self._open.set()
        assert await self._held


async def test_head_follows_commits_and_survives_reopening(path):
    journal = await opened(path)
    assert journal.head == ChainHead(0, "")
    first = await journal.commit(decided("d1"), frozen("d1"), proposed("d1"))
    assert first.seq == 3
    assert len(first.mac) == 64
    assert journal.head == first
    assert await journal.commit() == first
    await journal.aclose()

    again = await opened(path, boot_id="boot-2")
    assert again.head == first
    assert (await again.commit(note("hello"))).seq == 4
    await again.aclose()
    assert verify(path, KEY).records == 4


@pytest.mark.parametrize(
    "again",
    [
        (decided("d1"),),
        (proposed("d1"),),
        (approved("d1"),),
        (intended("d1"),),
        (filled("t1"),),
        (frozen("d1"),),
        (AiLogFrozen(log("d1", log_id="other")),),
        (AiLogLinked("log-d1", "78", b"{}", "00", 5),),
        (AiLogAttempted("log-d1", 1, 5),),
    ],
    ids=lambda records: type(records[0]).__name__,
)
async def test_what_may_exist_once_is_refused_twice(path, again):
    journal = await opened(path)
    await journal.commit(decided("d1"), frozen("d1"), proposed("d1"))
    await journal.commit(*sent("d1"))
    await journal.commit(filled("t1"), AiLogLinked("log-d1", "77", b"{}", "00", 5), AiLogAttempted("log-d1", 1, 5))
    before = journal.head
    with pytest.raises(DuplicateRecord):
        await journal.commit(note("goes with it"), *again)
    assert journal.head == before
    assert not (await journal.load()).notes
    await journal.aclose()
    assert verify(path, KEY).records == before.seq


async def test_one_intent_a_decision_under_any_order_id(path):
    journal = await opened(path)
    await journal.commit(decided("d1"), *sent("d1"))
    second = intended("d1")
    other = type(second)(type(second.order)("another-id", *_rest(second.order)), "POST /order", b"{}", 9)
    with pytest.raises(DuplicateRecord):
        await journal.commit(other)
    await journal.aclose()


def _rest(order_):
    return order_.terms, order_.origin, order_.decision_id, order_.state, order_.created_ms


async def test_two_logs_cannot_claim_one_venue_order(path):
    journal = await opened(path)
    await journal.commit(decided("d1"), frozen("d1"), decided("d2"), frozen("d2"))
    await journal.commit(AiLogLinked("log-d1", "77", b"{}", "00", 5))
    with pytest.raises(DuplicateRecord, match="holds an AI log of this order already") as caught:
        await journal.commit(AiLogLinked("log-d2", "77", b"{}", "00", 5))
    assert "UNIQUE" not in str(caught.value)
    await journal.aclose()


async def test_an_answered_decision_cannot_be_approved(path):
    journal = await opened(path)
    await journal.commit(decided("d1"), proposed("d1"), closed("d1"))
    with pytest.raises(DuplicateRecord, match="answered or ran out before this"):
        await journal.commit(*sent("d1"))
    assert not (await journal.load()).orders
    await journal.aclose()


@pytest.mark.parametrize(
    "records",
    [
        (approved("nobody"),),
        (intended("nobody"),),
        (frozen("nobody"),),
        (AiLogLinked("nothing", "1", b"{}", "00", 5),),
        (AiLogAttempted("nothing", 1, 5),),
        (AiLogAnswered("nothing", 1, "ACCEPTED", "", "", 5),),
    ],
    ids=lambda records: type(records[0]).__name__,
)
async def test_records_about_what_is_not_there_are_refused(path, records):
    journal = await opened(path)
    with pytest.raises(StorageError) as caught:
        await journal.commit(*records)
    assert not isinstance(caught.value, DuplicateRecord)
    assert journal.head.seq == 0
    await journal.aclose()


@pytest.mark.parametrize("text", ["half a pair \ud800"])
async def test_a_record_that_cannot_be_written_down_is_refused(path, text):
    journal = await opened(path)
    with pytest.raises(StorageError, match="written down"):
        await journal.commit(note(text))
    with pytest.raises(StorageError, match="written down"):
        await journal.commit("no record")
    assert (await journal.commit(note("fine"))).seq == 1
    await journal.aclose()


async def test_a_refused_call_does_not_touch_its_neighbours(path):
    journal = await opened(path)
    await journal.commit(decided("d1"))
    gate = Gate(journal)
    calls = [
        asyncio.create_task(journal.commit(*records))
        for records in [
            (note("one"), filled("t1")),
            (note("lost"), decided("d1")),
            (note("lost"), filled("t1")),
            (note("two"), filled("t2")),
            (note("lost \ud800"),),
        ]
    ]
    await asyncio.sleep(0)  # let every call into the queue
    await gate.release()
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert [getattr(answer, "seq", type(answer)) for answer in answers] == [
        3,
        DuplicateRecord,
        DuplicateRecord,
        5,
        StorageError,
    ]
    recovered = await journal.load()
    assert [found.text for found in recovered.notes] == ["one", "two"]
    assert [fill.trade_id for fill in recovered.fills] == ["t1", "t2"]
    assert journal.head == answers[3]
    await journal.aclose()
    assert verify(path, KEY).is_good


async def test_waiting_calls_share_one_flush(path):
    journal = await opened(path)
    gate = Gate(journal)
    calls = [asyncio.create_task(journal.commit(note(str(number)))) for number in range(40)]
    await asyncio.sleep(0)
    await gate.release()
    await asyncio.gather(*calls)
    assert journal._store._commits == 1
    await journal.aclose()


async def test_concurrent_commits_keep_their_order(path):
    journal = await opened(path)
    heads = await asyncio.gather(*(journal.commit(note(str(number)), note("-")) for number in range(150)))
    assert [head.seq for head in heads] == [2 * number + 2 for number in range(150)]
    texts = [found.text for found in (await journal.load()).notes]
    assert texts[::2] == [str(number) for number in range(150)]
    await journal.aclose()


async def test_a_cancelled_caller_changes_nothing_for_the_others(path):
    journal = await opened(path)
    gate = Gate(journal)
    cancelled = asyncio.create_task(journal.commit(note("one")))
    kept = asyncio.create_task(journal.commit(note("two")))
    await asyncio.sleep(0)
    cancelled.cancel()
    await gate.release()
    assert (await kept).seq == 2
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    await journal.aclose()


async def test_closing_finishes_what_waits_and_ends_the_thread(path):
    before = journal_threads()
    journal = await opened(path)
    gate = Gate(journal)
    waiting = asyncio.create_task(journal.commit(note("last words")))
    await asyncio.sleep(0)
    closing = asyncio.create_task(journal.aclose())
    await asyncio.sleep(0)
    with pytest.raises(StorageError, match="closed"):
        await journal.commit(note("too late"))
    await gate.release()
    assert (await waiting).seq == 1
    await closing
    await journal.aclose()
    assert journal_threads() == before
    with pytest.raises(StorageError, match="closed"):
        await journal.load()
    assert not path.with_name("journal.sqlite-wal").exists()


async def test_two_closers_both_return(path):
    before = journal_threads()
    journal = await opened(path)
    await asyncio.gather(journal.aclose(), journal.aclose())
    assert journal_threads() == before


async def test_a_full_disk_refuses_and_recovers(path):
    journal = await opened(path)
    await journal.commit(note("before"))

    def limit_pages(more):
        def job(store):
            (pages,) = store._db.execute("PRAGMA page_count").fetchone()
            store._db.execute(f"PRAGMA max_page_count={pages + more}")

        return job

    await journal._writer.run(limit_pages(1))
    with pytest.raises(StorageError, match="full") as caught:
        await journal.commit(*(note("x" * 4000) for _ in range(5)))
    assert str(path) in str(caught.value)
    assert journal.head.seq == 1

    gate = Gate(journal)
    big = asyncio.create_task(journal.commit(note("y" * 20_000)))
    small = asyncio.create_task(journal.commit(note("small")))
    await asyncio.sleep(0)
    await gate.release()
    with pytest.raises(StorageError, match="full"):
        await big
    assert (await small).seq == 2  # the big call did not take the small one with it

    await journal._writer.run(limit_pages(1000))
    assert (await journal.commit(note("z" * 20_000))).seq == 3
    await journal.aclose()
    assert verify(path, KEY).records == 3


async def test_a_journal_that_turns_read_only(path):
    journal = await opened(path)
    await journal._writer.run(lambda store: store._db.execute("PRAGMA query_only=ON"))
    with pytest.raises(StorageError, match="write access") as caught:
        await journal.commit(note("one"))
    assert str(path.parent) in str(caught.value)
    await journal.aclose()


class FailingFlush:
    """A connection whose next COMMIT fails as a disk does."""

    def __init__(self, db):
        self._db = db
        self._failed = False

    def __getattr__(self, name):
        return getattr(self._db, name)

    def execute(self, sql, *values):
        if sql == "COMMIT" and not self._failed:
            self._failed = True
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
            raise error
        return self._db.execute(sql, *values)


async def test_after_a_failed_flush_nothing_more_is_written(path):
    journal = await opened(path)
    await journal.commit(note("before"))

    def break_it(store):
        store._db = FailingFlush(store._db)

    await journal._writer.run(break_it)
    for _ in range(2):  # a second flush might falsely succeed
        with pytest.raises(StorageError, match="disk failed"):
            await journal.commit(note("lost"))
    assert journal.head.seq == 1
    await journal.aclose()
    assert verify(path, KEY).records == 1


async def test_a_bug_in_a_record_reaches_its_caller_and_leaves_no_half_transaction(path, monkeypatch):
    journal = await opened(path)

    def broken(*_):
        raise KeyError("bug")

    with monkeypatch.context() as patch:
        patch.setattr("terminal.storage.journal.store.project", broken)
        with pytest.raises(KeyError):
            await journal.commit(note("one"))
    assert (await journal.commit(note("two"))).seq == 1
    await journal.aclose()
    assert verify(path, KEY).records == 1


async def test_a_second_writer_is_noticed(path):
    one = await opened(path)
    two = await opened(path)
    await one.commit(note("one"))
    with pytest.raises(StorageError, match="Another program") as caught:
        await two.commit(note("two"))
    assert not isinstance(caught.value, DuplicateRecord)
    await two.aclose()
    await one.aclose()


async def test_the_log_is_moved_into_the_file_while_nobody_waits(path):
    journal = await opened(path)
    size = path.stat().st_size
    for number in range(210):
        await journal.commit(note(str(number)))
    async with asyncio.timeout(60):
        while path.stat().st_size <= size:  # noqa: ASYNC110 - asking the journal would keep it from its rest
            await asyncio.sleep(0.01)
    await journal._writer.run(lambda _: None)
    assert journal._store._commits < 200
    await journal.aclose()


async def test_orders_keep_their_latest_state(path):
    journal = await opened(path)
    await journal.commit(decided("d1"), *sent("d1"))
    for state in (OrderState.ACKED, OrderState.WORKING):
        await journal.commit(OrderMoved(state.value, order("d1", state), 5))
    assert (await journal.load()).orders == (order("d1", OrderState.WORKING),)
    await journal.aclose()


async def test_every_order_of_a_decision_has_its_own_log(path):
    journal = await opened(path)
    await journal.commit(decided("d1"), frozen("d1"))
    for number in (1, 2):  # two exits, one after the other
        await journal.commit(AiLogFrozen(log("d1", log_id=f"exit{number}", client_order_id=f"exit{number}")))
    with pytest.raises(DuplicateRecord):
        await journal.commit(AiLogFrozen(log("d1", log_id="again", client_order_id="exit2")))
    assert len((await journal.load()).ai_logs) == 3
    await journal.aclose()
