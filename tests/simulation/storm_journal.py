"""The two journals of a storm: one in memory with the real one's rules, and the real one on SQLite.

Both survive a crash of the engine on them, lose what was not committed, and fail on demand.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Protocol

from helpers.fake_journal import Disk, recover, unique_keys
from simulation.virtual_time import VirtualLoop
from terminal.domain.errors import DuplicateRecord, StorageError
from terminal.domain.records import ApprovalGiven, ChainHead, Record, ReviewClosed
from terminal.domain.recovered import Recovered
from terminal.storage.journal import SqliteJournal, open_journal, verify

CHAIN_KEY = b"storm-chain-key-0123456789"


class Bad:
    """When the disk misbehaves. `slow` and `full` are chances per commit."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.slow = self.full = 0.0
        self.injected = 0

    def calm(self) -> None:
        self.slow = self.full = 0.0

    async def before(self) -> None:
        await asyncio.sleep(self._random.uniform(0.001, 0.012))
        if self.full and self._random.random() < self.full:
            self.injected += 1
            raise StorageError("no space left on the disk")
        if self.slow and self._random.random() < self.slow:
            self.injected += 1
            await asyncio.sleep(self._random.uniform(0.2, 2.5))


class StormJournal(Protocol):
    dead: bool
    head: ChainHead

    async def commit(self, *records: Record) -> ChainHead: ...

    async def load(self) -> Recovered: ...

    async def aclose(self) -> None: ...


class MemoryDisk:
    """What survives: records, and the uniqueness the schema enforces."""

    def __init__(self) -> None:
        self.disk = Disk()
        self.closed: set[str] = set()

    async def open(self, _loop: VirtualLoop, bad: Bad, _now_ms: Callable[[], int]) -> "InMemory":
        return InMemory(self, bad)

    async def read(self) -> Recovered:
        return recover(self.disk)

    def count(self, kind: type) -> int:
        return len(self.disk.of(kind))

    def is_sound(self) -> bool:
        return self.disk.head.seq == len(self.disk.records)


class InMemory:
    """As `MemoryJournal`, without reading the whole disk at each commit."""

    def __init__(self, kept: MemoryDisk, bad: Bad) -> None:
        self._kept = kept
        self._bad = bad
        self.dead = False

    @property
    def head(self) -> ChainHead:
        return self._kept.disk.head

    async def commit(self, *records: Record) -> ChainHead:
        await self._bad.before()
        if self.dead:
            await asyncio.Event().wait()
        disk, closed = self._kept.disk, self._kept.closed
        keys = [key for record in records for key in unique_keys(record)]
        if len(set(keys)) != len(keys) or not disk.keys.isdisjoint(keys):
            raise DuplicateRecord(f"exists already: {sorted(disk.keys & set(keys))}")
        if any(isinstance(record, ApprovalGiven) and record.approval.decision_id in closed for record in records):
            raise DuplicateRecord("the decision was answered already")
        closed.update(record.decision_id for record in records if isinstance(record, ReviewClosed))
        disk.keys.update(keys)
        disk.records.extend(records)
        disk.head = ChainHead(len(disk.records), f"{len(disk.records):064x}")
        return disk.head

    async def load(self) -> Recovered:
        return recover(self._kept.disk)

    async def aclose(self) -> None:
        self.dead = True


class SqliteDisk:
    """The journal's file."""

    key = CHAIN_KEY

    def __init__(self, path: Path) -> None:
        self.path = path
        self._boots = 0

    async def open(self, loop: VirtualLoop, bad: Bad, now_ms: Callable[[], int]) -> "OnSqlite":
        self._boots += 1
        opening = open_journal(self.path, self.key, now_ms=now_ms, boot_id=f"boot{self._boots}")
        return OnSqlite(await loop.wait_outside(opening), loop, bad)

    async def read(self) -> Recovered:
        from helpers.evidence import read_journal

        return read_journal(self.path)

    def count(self, kind: type) -> int:
        from helpers.evidence import count_records

        return count_records(self.path, kind)

    def is_sound(self) -> bool:
        return verify(self.path, self.key).is_good


class OnSqlite:
    """The real journal with its real thread; virtual time stands still while it writes."""

    def __init__(self, journal: SqliteJournal, loop: VirtualLoop, bad: Bad) -> None:
        self._journal = journal
        self._loop = loop
        self._bad = bad
        self.dead = False

    @property
    def head(self) -> ChainHead:
        return self._journal.head

    async def commit(self, *records: Record) -> ChainHead:
        await self._bad.before()
        if self.dead:
            await asyncio.Event().wait()
        head: ChainHead = await self._loop.wait_outside(self._journal.commit(*records))
        return head

    async def load(self) -> Recovered:
        recovered: Recovered = await self._loop.wait_outside(self._journal.load())
        return recovered

    async def aclose(self) -> None:
        self.dead = True
        await self._loop.wait_outside(self._journal.aclose())
