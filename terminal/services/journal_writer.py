"""The one way to the journal: strict commits, and records that must get there in the end.

`commit` is for what must be durable before we act (W1-W3, W5, W6): it raises, and it
raises as well when it takes too long. `post` is for what has happened already (W4): it
is kept in order and repeated until the journal takes it, and only then announced.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from terminal.domain.errors import DuplicateRecord, StorageError
from terminal.domain.order_chain import OrderChain
from terminal.domain.records import ChainHead, Record
from terminal.domain.review import ReviewPage
from terminal.net.waiting import wait_for
from terminal.ports.clock import Clock
from terminal.ports.journal import Journal
from terminal.ports.past import Past

COMMIT_LIMIT_S: Final = 1.0
_RETRY_S: Final = 1.0

Then = Callable[[], None]


class CommitTooSlow(StorageError):
    """The commit may still succeed: `late` ends when it does. The caller must not act on it."""

    def __init__(self, late: "asyncio.Task[ChainHead]", limit_s: float) -> None:
        super().__init__(f"the journal did not answer within {limit_s:g} s")
        self.late = late


@dataclass(slots=True)
class _Posted:
    records: tuple[Record, ...]
    then: Then | None
    announced: bool = False

    def announce(self) -> None:
        if self.then is not None and not self.announced:
            self.announced = True
            self.then()


class JournalWriter:
    """Serialises all writes of one engine.

    `on_trouble` is told in plain words when the journal fails; the owner halts trading. `on_pace(words)` is
    told when it is late, and with "" once everything that was late has been answered; without it being
    late is a trouble like any other.
    """

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        on_trouble: Callable[[str], None],
        on_pace: Callable[[str], None] | None = None,
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._on_trouble = on_trouble
        self._on_pace = on_pace
        self._turn = asyncio.Lock()
        self._posted: deque[_Posted] = deque()
        self._work = asyncio.Event()
        self._drained = asyncio.Event()
        self._drained.set()
        self._running: set[asyncio.Task[ChainHead]] = set()
        self._late: set[asyncio.Task[ChainHead]] = set()
        self.is_ok = True

    @property
    def head(self) -> ChainHead:
        return self._journal.head

    @property
    def past(self) -> Past:
        """Recorded days; reading them waits for no commit."""
        return self._journal.past

    async def chain_of(self, client_order_id: str) -> OrderChain:
        """Give what is durable about one order; waits for no commit.

        Raises:
            StorageError: a record cannot be read.
        """
        return await self._journal.chain_of(client_order_id)

    async def reviews_before(self, decision_id: str, limit: int) -> ReviewPage:
        """Give durable answered proposals older than this one; waits for no commit.

        Raises:
            StorageError: a record cannot be read.
        """
        return await self._journal.reviews_before(decision_id, limit)

    async def commit(self, *records: Record, limit_s: float = COMMIT_LIMIT_S) -> ChainHead:
        """Write in one transaction, after everything posted before. Only the start has more patience.

        Raises:
            DuplicateRecord: one of the records may exist only once and does already.
            StorageError: not written (or, as `CommitTooSlow`, not in time): do not act.
        """
        task = asyncio.ensure_future(self._in_turn(records))
        self._running.add(task)
        task.add_done_callback(self._settle)
        timer = asyncio.ensure_future(self._clock.sleep(limit_s))
        try:
            await asyncio.wait({task, timer}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
        if not task.done():
            self._late.add(task)
            self._slow(f"it did not answer within {limit_s:g} s")
            raise CommitTooSlow(task, limit_s)
        return task.result()

    def post(self, *records: Record, then: Then | None = None) -> None:
        """Write as soon as the journal allows, in order; `then` runs once that is durable.

        While the journal is broken `then` runs after the first failed try: a person must
        see an order that exists at the venue, and trading is halted by then.
        """
        self._posted.append(_Posted(records, then))
        self._drained.clear()
        self._work.set()

    async def run(self) -> None:
        """Write what was posted, until cancelled."""
        while True:
            await self._work.wait()
            self._work.clear()
            while self._posted:
                if not await self._write_oldest():
                    await self._clock.sleep(_RETRY_S)
            self._drained.set()

    async def flush(self, limit_s: float) -> None:
        """Wait until everything posted is durable, at most `limit_s`."""
        await wait_for(self._drained, self._clock, limit_s)

    async def _in_turn(self, records: tuple[Record, ...]) -> ChainHead:
        if self._posted and self.is_ok:
            await self._drained.wait()
        if not self.is_ok and self._posted:
            raise StorageError("earlier records could not be written yet")
        async with self._turn:
            try:
                head = await self._journal.commit(*records)
            except DuplicateRecord:
                self.is_ok = True  # it answered
                raise
            except StorageError as error:
                self._trouble(str(error))
                raise
        self.is_ok = True
        return head

    async def _write_oldest(self) -> bool:
        item = self._posted[0]
        async with self._turn:
            try:
                await self._write_or_skip(item.records)
            except StorageError as error:
                self._trouble(str(error))
                item.announce()
                # Whoever waits for its turn must learn now that there is none.
                self._drained.set()
                return False
        self.is_ok = True
        self._posted.popleft()
        item.announce()
        return True

    async def _write_or_skip(self, records: tuple[Record, ...]) -> None:
        """Write a transaction, or singly what of it does not exist yet; the disk may fail at either."""
        try:
            await self._journal.commit(*records)
            return
        except DuplicateRecord:
            if len(records) == 1:
                return
        for record in records:
            with suppress(DuplicateRecord):
                await self._journal.commit(record)

    def _trouble(self, words: str) -> None:
        self.is_ok = False
        self._on_trouble(words)

    def _slow(self, words: str) -> None:
        self.is_ok = False
        (self._on_pace or self._on_trouble)(words)

    def _settle(self, task: "asyncio.Task[ChainHead]") -> None:
        self._running.discard(task)
        error = None if task.cancelled() else task.exception()  # retrieved: the caller may have stopped waiting
        if task not in self._late:
            return
        self._late.discard(task)
        answered = not task.cancelled() and (error is None or isinstance(error, DuplicateRecord))
        if answered and not self._late and self._on_pace is not None:
            self._on_pace("")
