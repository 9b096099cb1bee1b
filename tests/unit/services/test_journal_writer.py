"""Strict commits, and records that get there in the end, in order."""

import asyncio

import pytest

from helpers.fake_clock import ManualClock, settle
from helpers.fake_journal import MemoryJournal
from terminal.domain.errors import DuplicateRecord, StorageError
from terminal.domain.records import ApprovalGiven, Noted
from terminal.domain.review import Approval
from terminal.services.journal_writer import CommitTooSlow, JournalWriter


def note(text: str) -> Noted:
    return Noted("info", "test", text, 1)


class Bench:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.journal = MemoryJournal()
        self.troubles: list[str] = []
        self.writer = JournalWriter(self.journal, self.clock, self.troubles.append)
        self.task = asyncio.ensure_future(self.writer.run())

    @property
    def texts(self) -> list[str]:
        return [record.text for record in self.journal.disk.of(Noted)]

    async def end(self) -> None:
        self.task.cancel()
        await asyncio.wait({self.task})


@pytest.mark.asyncio
async def test_a_commit_comes_after_what_was_posted_before_it():
    bench = Bench()
    bench.writer.post(note("1"))
    bench.writer.post(note("2"))
    await bench.writer.commit(note("3"))
    assert bench.texts == ["1", "2", "3"]
    await bench.end()


@pytest.mark.asyncio
async def test_then_runs_only_once_it_is_durable():
    bench = Bench()
    seen: list[list[str]] = []
    bench.writer.post(note("1"), then=lambda: seen.append(bench.texts))
    assert seen == []
    await settle()
    assert seen == [["1"]]
    await bench.end()


@pytest.mark.asyncio
async def test_posted_records_survive_a_broken_journal_in_order_and_are_announced_once():
    bench = Bench()
    bench.journal.broken = True
    said: list[str] = []
    bench.writer.post(note("1"), then=lambda: said.append("1"))
    bench.writer.post(note("2"), then=lambda: said.append("2"))
    await bench.clock.advance(3)
    assert said == ["1"]
    assert not bench.writer.is_ok
    assert "disk full" in bench.troubles[0]
    with pytest.raises(StorageError):
        await bench.writer.commit(note("strict"))
    bench.journal.broken = False
    await bench.clock.advance(3)
    assert bench.texts == ["1", "2"]
    assert said == ["1", "2"]
    assert bench.writer.is_ok
    await bench.end()


@pytest.mark.asyncio
async def test_a_slow_commit_is_refused_and_can_be_followed():
    bench = Bench()
    bench.journal.delay = lambda: bench.clock.sleep(1.5)
    commit = asyncio.ensure_future(bench.writer.commit(note("late")))
    await bench.clock.advance(1.1)
    with pytest.raises(CommitTooSlow) as caught:
        await commit
    assert bench.troubles
    await bench.clock.advance(1)
    assert (await caught.value.late).seq == 1
    assert bench.texts == ["late"]
    await bench.end()


@pytest.mark.asyncio
async def test_being_late_ends_when_everything_late_has_arrived():
    bench, pace = Bench(), []
    bench.writer = JournalWriter(bench.journal, bench.clock, bench.troubles.append, pace.append)
    bench.journal.delay = lambda: bench.clock.sleep(1.5)
    both = [asyncio.ensure_future(bench.writer.commit(note(text))) for text in ("1", "2")]
    await bench.clock.advance(1.1)
    assert len(pace) == 2
    assert all("within 1 s" in words for words in pace)
    assert not bench.writer.is_ok
    await bench.clock.advance(1)
    assert bench.texts == ["1"]
    assert len(pace) == 2
    await bench.clock.advance(1)
    assert (bench.texts, pace[2:], bench.troubles, bench.writer.is_ok) == (["1", "2"], [""], [], True)
    for late in both:
        with pytest.raises(CommitTooSlow):
            await late
    await bench.end()


@pytest.mark.asyncio
async def test_what_was_late_and_then_failed_is_a_trouble_that_stays():
    bench, pace = Bench(), []
    bench.writer = JournalWriter(bench.journal, bench.clock, bench.troubles.append, pace.append)
    bench.journal.delay = lambda: bench.clock.sleep(1.5)
    commit = asyncio.ensure_future(bench.writer.commit(note("late")))
    await bench.clock.advance(1.1)
    bench.journal.broken = True
    await bench.clock.advance(1)
    assert ("" in pace, "disk full" in bench.troubles[0], bench.writer.is_ok) == (False, True, False)
    with pytest.raises(CommitTooSlow):
        await commit
    await bench.end()


@pytest.mark.asyncio
async def test_a_duplicate_is_no_trouble_and_takes_nothing_along():
    bench = Bench()
    approval = ApprovalGiven(Approval("d1", "ann", "key A", 1, "1", 1.0))
    await bench.writer.commit(approval)
    with pytest.raises(DuplicateRecord):
        await bench.writer.commit(approval, note("with it"))
    assert bench.texts == []
    bench.writer.post(approval, note("posted with it"))
    await settle()
    assert bench.texts == ["posted with it"]
    assert bench.troubles == []
    await bench.end()


@pytest.mark.asyncio
async def test_a_disk_that_fails_while_the_rest_of_a_transaction_is_written_ends_nothing():
    bench = Bench()
    approval = ApprovalGiven(Approval("d1", "ann", "key A", 1, "1", 1.0))
    await bench.writer.commit(approval)
    commit, full = bench.journal.commit, [True]

    async def fails_once(*records):
        if full and records == (note("posted with it"),):
            full.clear()
            raise StorageError("no space left on the disk")
        return await commit(*records)

    bench.journal.commit = fails_once
    bench.writer.post(approval, note("posted with it"))
    bench.writer.post(note("after it"))
    await settle()
    assert bench.troubles == ["no space left on the disk"]
    await bench.clock.advance(10)
    assert bench.texts == ["posted with it", "after it"]
    await bench.end()


@pytest.mark.asyncio
async def test_flush_waits_but_not_for_ever():
    bench = Bench()
    bench.journal.delay = lambda: bench.clock.sleep(10)
    bench.writer.post(note("1"))
    flush = asyncio.ensure_future(bench.writer.flush(2.0))
    await bench.clock.advance(1.9)
    assert not flush.done()
    await bench.clock.advance(0.2)
    assert flush.done()
    await bench.end()
