"""The thread that owns the journal's connection, and the queue that leads to it.

Callers are coroutines on any asyncio loop (Qt's included): a question goes into the queue
with its loop and future, and the answer comes back through `call_soon_threadsafe`. The
caller's thread never waits for the disk.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, Final

from terminal.domain.errors import StorageError
from terminal.storage.journal.store import Batch, Store

_GROUP_LIMIT: Final = 64  # calls that may share one flush


@dataclass(frozen=True, slots=True)
class _Reply:
    """Where an answer goes."""

    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"

    def give(self, answer: object) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self.loop.call_soon_threadsafe(_settle, self.future, answer)


def _settle(future: "asyncio.Future[Any]", answer: object) -> None:
    if future.done():  # the caller was cancelled meanwhile
        return
    if isinstance(answer, BaseException):
        future.set_exception(answer)
    else:
        future.set_result(answer)


@dataclass(frozen=True, slots=True)
class _Write:
    batch: Batch
    reply: _Reply


@dataclass(frozen=True, slots=True)
class _Job:
    run: Callable[[Store], object]
    reply: _Reply


@dataclass(frozen=True, slots=True)
class _Stop:
    reply: _Reply


_Item = _Write | _Job | _Stop


class Writer:
    """One thread, one store. Every method but the private ones may be called from any loop."""

    def __init__(self, opener: Callable[[], Store]) -> None:
        self._opener = opener
        self._queue: SimpleQueue[_Item] = SimpleQueue()
        self._gate = Lock()  # nothing may enter the queue after its last reading
        self._ended = False
        self._thread = Thread(target=self._run, name="journal", daemon=True)

    async def start(self) -> Store:
        """Open the store on its thread.

        Raises:
            StorageError: it could not be opened; the thread has ended.
        """
        reply = _reply_here()
        self._queue.put(_Job(lambda store: store, reply))
        self._thread.start()
        try:
            store: Store = await reply.future
        except asyncio.CancelledError:
            self._queue.put(_Stop(reply))  # nobody will ever ask: close what was opened
            raise
        except StorageError:
            self._thread.join()
            raise
        return store

    async def write(self, batch: Batch) -> Any:
        return await self._ask(_Write(batch, _reply_here()))

    async def run(self, job: Callable[[Store], object]) -> Any:
        """Run something between two commits."""
        return await self._ask(_Job(job, _reply_here()))

    async def stop(self) -> None:
        """Finish what waits, close the store and end the thread."""
        if not self._ended:
            with suppress(_Ended):
                await self._ask(_Stop(_reply_here()))
        self._thread.join()

    async def _ask(self, item: _Item) -> Any:
        with self._gate:
            if self._ended:
                raise _Ended("The journal is closed; nothing was written. Start the program again.")
            self._queue.put(item)
        return await item.reply.future

    def _run(self) -> None:
        try:
            store = self._opener()
        except Exception as error:  # noqa: BLE001 - thread boundary: whatever it is, the caller must hear of it
            self._end(error)
            return
        stop = self._serve(store)
        try:
            store.close()
        finally:
            self._end(_Ended("The journal is closed; nothing was written. Start the program again."))
            stop.reply.give(None)

    def _serve(self, store: Store) -> _Stop:
        held: _Item | None = None
        while True:
            item = held or self._queue.get()
            held = None
            if isinstance(item, _Stop):
                return item
            if isinstance(item, _Job):
                self._answer_job(store, item)
                continue
            group = [item]
            while len(group) < _GROUP_LIMIT and not self._queue.empty():
                held = self._queue.get()  # this thread is the only reader
                if not isinstance(held, _Write):
                    break
                group.append(held)
                held = None
            self._answer_group(store, group)
            if held is None and self._queue.empty():
                store.rest()

    @staticmethod
    def _answer_group(store: Store, group: list[_Write]) -> None:
        try:
            answers: list[Any] = list(store.write([item.batch for item in group]))
        except Exception as error:  # noqa: BLE001 - thread boundary: a bug of ours must reach the callers, not hang them
            answers = [error] * len(group)
        for item, answer in zip(group, answers, strict=True):
            item.reply.give(answer)

    @staticmethod
    def _answer_job(store: Store, job: _Job) -> None:
        try:
            job.reply.give(job.run(store))
        except Exception as error:  # noqa: BLE001 - as above
            job.reply.give(error)

    def _end(self, error: Exception) -> None:
        with self._gate:
            self._ended = True
            while not self._queue.empty():
                item = self._queue.get()
                item.reply.give(None if isinstance(item, _Stop) else error)


class _Ended(StorageError):
    """Asked after the end."""


def _reply_here() -> _Reply:
    loop = asyncio.get_running_loop()
    return _Reply(loop, loop.create_future())
