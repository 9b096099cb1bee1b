"""The durable memory of the program."""

from typing import Protocol

from terminal.domain.order_chain import OrderChain
from terminal.domain.records import ChainHead, Record
from terminal.domain.recovered import Recovered
from terminal.domain.review import ReviewPage
from terminal.ports.past import Past


class Journal(Protocol):
    """Append-only, hash-chained, one transaction a call."""

    @property
    def head(self) -> ChainHead:
        """The newest durable record."""
        ...

    @property
    def past(self) -> Past:
        """Recorded days, read on the journal's own thread, page by page."""
        ...

    async def commit(self, *records: Record) -> ChainHead:
        """Write all records in one transaction, durable when this returns.

        Raises:
            DuplicateRecord: a second approval, intent, fill or log where one may exist;
                nothing of the call was written.
            StorageError: nothing was written; the caller must not act on it.
        """
        ...

    async def load(self) -> Recovered:
        """Read back what earlier runs left."""
        ...

    async def chain_of(self, client_order_id: str) -> OrderChain:
        """Give every durable record about one order, its decision and its AI logs, oldest first.

        An order the journal does not know has no records.

        Raises:
            StorageError: a record cannot be read.
        """
        ...

    async def reviews_before(self, decision_id: str, limit: int) -> ReviewPage:
        """Give up to `limit` answered proposals older than this one; none for an id it does not know.

        Raises:
            StorageError: a record cannot be read.
        """
        ...

    async def aclose(self) -> None: ...
