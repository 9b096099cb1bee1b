"""The durable memory of the program."""

from typing import Protocol

from terminal.domain.records import ChainHead, Record, Recovered


class Journal(Protocol):
    """Append-only, hash-chained, one transaction a call."""

    @property
    def head(self) -> ChainHead:
        """The newest durable record."""
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

    async def aclose(self) -> None: ...
