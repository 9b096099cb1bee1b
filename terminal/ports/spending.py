"""What language models have cost today, kept so that a restart does not forget it."""

from decimal import Decimal
from typing import Protocol


class SpendBook(Protocol):
    """US dollars by model name and UTC day. Calls may touch a disk; they are short."""

    def spent(self, name: str, day: str) -> Decimal:
        """Give what `name` cost on `day` (e.g. 2026-02-09)."""
        ...

    def add(self, name: str, day: str, usd: Decimal) -> None:
        """Note a cost, durable at return; a negative one gives back what was reserved too much.

        Raises:
            StorageError: not written; nothing may be spent on it.
        """
        ...
