"""The journal the program uses: `terminal.ports.journal.Journal` on a SQLite file."""

from collections.abc import Callable
from pathlib import Path

from terminal.domain.errors import StorageError
from terminal.domain.order_chain import OrderChain
from terminal.domain.records import ChainHead, Record
from terminal.domain.recovered import Recovered
from terminal.domain.review import ReviewPage
from terminal.storage.journal.past import SqlitePast
from terminal.storage.journal.store import Batch, Store
from terminal.storage.journal.writer import Writer


class SqliteJournal:
    """Append-only, hash-chained, one transaction a call; made by `open_journal`.

    Calls are committed in the order they were made. Cancelling a caller does not take its
    records back: they are written all the same.
    """

    def __init__(self, writer: Writer, store: Store, now_ms: Callable[[], int]) -> None:
        self._writer = writer
        self._store = store
        self._now_ms = now_ms
        self._closed = False
        self.past = SqlitePast(writer, store.path)  # looks back at recorded days

    @property
    def head(self) -> ChainHead:
        """The newest durable record."""
        return self._store.durable

    async def commit(self, *records: Record) -> ChainHead:
        """Write all records in one transaction, durable when this returns.

        Raises:
            DuplicateRecord: a second decision, proposal, approval, intent, fill, log, link or
                attempt where one may exist; nothing of the call was written.
            StorageError: nothing was written; the caller must not act on it.
        """
        self._refuse_closed()
        if not records:
            return self.head
        head: ChainHead = await self._writer.write(Batch(self._now_ms(), records))
        return head

    async def load(self) -> Recovered:
        """Read back what earlier runs left, and this one so far.

        Raises:
            StorageError: a record cannot be read.
        """
        self._refuse_closed()
        recovered: Recovered = await self._writer.run(lambda store: store.load())
        return recovered

    async def chain_of(self, client_order_id: str) -> OrderChain:
        """Give every record about one order, read on the journal's own thread between two commits.

        Raises:
            StorageError: a record cannot be read.
        """
        self._refuse_closed()
        chain: OrderChain = await self._writer.run(lambda store: store.chain_of(client_order_id))
        return chain

    async def reviews_before(self, decision_id: str, limit: int) -> ReviewPage:
        """Give answered proposals older than this one, read on the journal's own thread.

        Raises:
            StorageError: a record cannot be read.
        """
        self._refuse_closed()
        page: ReviewPage = await self._writer.run(lambda store: store.reviews_before(decision_id, limit))
        return page

    async def aclose(self) -> None:
        """Finish waiting commits, close the file, end the thread. Safe to call twice."""
        self._closed = True
        await self._writer.stop()

    def _refuse_closed(self) -> None:
        if self._closed:
            raise StorageError("The journal is closed; nothing was written. Start the program again.")


async def open_journal(path: Path, chain_key: bytes, *, now_ms: Callable[[], int], boot_id: str) -> SqliteJournal:
    """Check a journal, make it when there is none, and start its thread.

    Args:
        path: the file; its folder must exist, on a local disk.
        chain_key: at least 16 bytes, the same for the whole life of the journal.
        now_ms: wall clock in Unix ms, noted beside each record; never used for ordering.
        boot_id: names this run of the program in each record.

    Raises:
        JournalDamaged: what is there cannot be trusted; it was left as it is.
        StorageError: it cannot be opened, or was made by a newer version.
    """
    writer = Writer(lambda: Store(path, chain_key, boot_id))
    return SqliteJournal(writer, await writer.start(), now_ms)
