"""The real journal file without its thread: each call is durable when it returns."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from terminal.domain.errors import StorageError
from terminal.domain.order_chain import OrderChain
from terminal.domain.records import ChainHead, Record
from terminal.domain.recovered import Recovered
from terminal.domain.review import ReviewPage
from terminal.storage.journal.past import SqlitePast
from terminal.storage.journal.store import Batch, Store

KEY = bytes(range(32))


class _Inline:
    """Stands in for the journal's thread: reads at once."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def run(self, job: Callable[[Store], object]) -> Any:
        return job(self._store)


class StoreJournal:
    def __init__(self, path: Path, now_ms: Callable[[], int] = lambda: 1_760_000_000_000) -> None:
        self._store = Store(path, KEY, "boot-1")
        self._now_ms = now_ms
        self.past = SqlitePast(_Inline(self._store), path)  # type: ignore[arg-type]  # all it needs of a writer

    @property
    def head(self) -> ChainHead:
        return self._store.durable

    def write(self, *records: Record) -> ChainHead:
        (result,) = self._store.write([Batch(self._now_ms(), records)])
        if isinstance(result, StorageError):
            raise result
        return result

    async def commit(self, *records: Record) -> ChainHead:
        return self.write(*records)

    async def load(self) -> Recovered:
        return self._store.load()

    async def chain_of(self, client_order_id: str) -> OrderChain:
        return self._store.chain_of(client_order_id)

    async def reviews_before(self, decision_id: str, limit: int) -> ReviewPage:
        return self._store.reviews_before(decision_id, limit)

    def close(self) -> None:
        self._store.close()

    async def aclose(self) -> None:
        self.close()
