"""The journal serves any asyncio loop, and outlives careless ones."""

import asyncio
import threading

from journal_records import KEY, note, opened

from terminal.storage.journal import open_journal, verify


def test_a_plain_loop(tmp_path):
    async def session():
        journal = await opened(tmp_path / "journal.sqlite")
        head = await journal.commit(note("one"))
        await journal.aclose()
        return head

    with asyncio.Runner() as runner:
        assert runner.run(session()).seq == 1


def test_two_loops_share_one_journal(tmp_path):
    path = tmp_path / "journal.sqlite"
    seqs = []

    with asyncio.Runner() as main:
        journal = main.run(opened(path))

        def other_thread():
            with asyncio.Runner() as other:
                seqs.extend(other.run(journal.commit(note(str(number)))).seq for number in range(20))

        thread = threading.Thread(target=other_thread)
        thread.start()
        seqs.extend(main.run(journal.commit(note(str(number)))).seq for number in range(20))
        thread.join()
        main.run(journal.aclose())
    assert sorted(seqs) == list(range(1, 41))
    assert verify(path, KEY).records == 40


def test_a_loop_closed_before_its_answer_harms_nobody(tmp_path):
    path = tmp_path / "journal.sqlite"
    with asyncio.Runner() as main:
        journal = main.run(opened(path))
        held = threading.Event()

        async def leave_at_once():
            holding = asyncio.create_task(journal._writer.run(lambda _: held.wait(60)))
            writing = asyncio.create_task(journal.commit(note("abandoned")))
            await asyncio.sleep(0)
            holding.cancel()
            writing.cancel()

        with asyncio.Runner() as careless:
            careless.run(leave_at_once())
        held.set()
        assert main.run(journal.commit(note("after"))).seq == 2
        main.run(journal.aclose())


def test_opening_given_up_half_way_leaves_no_thread(tmp_path):
    async def give_up():
        task = asyncio.create_task(open_journal(tmp_path / "journal.sqlite", KEY, now_ms=lambda: 1, boot_id="boot"))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    with asyncio.Runner() as runner:
        runner.run(give_up())
    for thread in threading.enumerate():
        if thread.name == "journal":
            thread.join(60)
            assert not thread.is_alive()
