import asyncio
import threading
from contextvars import ContextVar

import pytest
from PySide6.QtCore import QEventLoop, QTimer

from terminal.runtime.desk_loop import TURN_S, DeskLoop


@pytest.fixture
def loop(qapp):
    loop = DeskLoop(qapp)
    yield loop
    if not loop.is_closed():
        loop.close()


def test_callbacks_run_in_the_order_they_were_asked_for(loop):
    seen = []

    async def story():
        for number in range(5):
            loop.call_soon(seen.append, number)
        await asyncio.sleep(0)
        return list(seen)

    assert loop.run_until_complete(story()) == [0, 1, 2, 3, 4]


def test_a_coroutine_s_steps_come_before_a_timer_of_qt(loop):
    order = []

    async def steps():
        for _ in range(50):
            await asyncio.sleep(0)
        order.append("coroutine")

    async def story():
        fired = asyncio.Event()
        QTimer.singleShot(0, lambda: (order.append("timer"), fired.set()))
        await asyncio.gather(steps(), fired.wait())

    loop.run_until_complete(story())
    assert order == ["coroutine", "timer"]


def test_callbacks_without_end_leave_qt_its_turn(loop):
    async def story():
        fired = asyncio.Event()
        QTimer.singleShot(0, fired.set)
        rounds = 0
        while not fired.is_set():
            rounds += 1
            await asyncio.sleep(0)
        return rounds

    assert loop.run_until_complete(asyncio.wait_for(story(), 30 + TURN_S)) > 1


def test_a_cancelled_callback_does_not_run(loop):
    seen = []

    async def story():
        loop.call_soon(seen.append, "cancelled").cancel()
        loop.call_soon(seen.append, "kept")
        await asyncio.sleep(0)

    loop.run_until_complete(story())
    assert seen == ["kept"]


def test_another_thread_may_call_in(loop):
    async def story():
        called = asyncio.Event()
        thread = threading.Thread(target=lambda: loop.call_soon_threadsafe(called.set))
        thread.start()
        await asyncio.wait_for(called.wait(), 30)
        thread.join()

    loop.run_until_complete(story())


def test_a_callback_keeps_its_context(loop):
    name = ContextVar("name", default="outside")

    async def inside():
        name.set("inside")
        await asyncio.sleep(0)
        return name.get()

    async def story():
        return await asyncio.gather(inside(), asyncio.to_thread(name.get)), name.get()

    assert loop.run_until_complete(story()) == (["inside", "outside"], "outside")


def test_a_failing_callback_is_told_and_the_rest_goes_on(loop):
    told, seen = [], []
    loop.set_exception_handler(lambda _loop, context: told.append(str(context["exception"])))

    async def story():
        loop.call_soon(lambda: 1 / 0)
        loop.call_soon(seen.append, "next")
        await asyncio.sleep(0)

    loop.run_until_complete(story())
    assert (told, seen) == (["division by zero"], ["next"])


def test_a_dialog_s_own_event_loop_does_not_enter_a_task_twice(loop):
    seen = []

    async def other():
        seen.append("other")

    async def story():
        task = asyncio.create_task(other())
        inner = QEventLoop()
        QTimer.singleShot(0, inner.quit)
        inner.exec()
        seen.append("back")
        await task

    loop.run_until_complete(story())
    assert seen == ["back", "other"]


def test_the_loop_can_be_run_again_and_nothing_is_lost_between(loop):
    seen = []
    loop.call_soon(seen.append, "before")
    loop.run_until_complete(asyncio.sleep(0))
    loop.call_soon(seen.append, "between")
    loop.run_until_complete(asyncio.sleep(0))
    assert seen == ["before", "between"]


def test_a_closed_loop_takes_no_callbacks(loop):
    loop.close()
    with pytest.raises(RuntimeError, match="closed"):
        loop.call_soon(print)


def test_what_a_thread_had_to_say_when_the_loop_closed_is_dropped(qapp):
    loop = DeskLoop(qapp)
    go, begun = threading.Event(), threading.Event()

    def work():
        begun.set()
        go.wait(10)

    async def story():
        waiting = asyncio.ensure_future(asyncio.to_thread(work))
        await asyncio.sleep(0)
        assert begun.wait(10)
        waiting.cancel()

    loop.run_until_complete(story())
    go.set()
    loop.close()
    qapp.processEvents()  # an answer given to the closed loop would raise here, and the suite fails on that
    assert loop.is_closed()
