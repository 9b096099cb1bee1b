"""Looking back: what the journal recorded, read without holding up what is written."""

from collections.abc import Callable
from typing import Protocol

from terminal.domain.brain import ModelExchange
from terminal.domain.decision import Decision, Outcome
from terminal.domain.frozen import BarsFrozen, ModelFitted
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import Order
from terminal.domain.order_chain import OrderChain
from terminal.domain.past import Page, RecordedDay, Stamped, StoredModel
from terminal.domain.snapshot import MarketSnapshot

Take = Callable[[Page], bool]
"""Hears a page on the reading thread; False ends the reading."""


class Past(Protocol):
    """Reads of the journal. Each is short, or goes on beside the journal's own thread: a commit never waits for long.

    All raise StorageError when the journal cannot be read.
    """

    async def days(self) -> tuple[RecordedDay, ...]:
        """Give every recorded day, oldest first."""
        ...

    async def page(self, after_seq: int, last_seq: int, kinds: tuple[type, ...]) -> Page:
        """Give the next records of these types after one record, none beyond `last_seq`; `read_to` ends at that."""
        ...

    async def each_page(self, after_seq: int, last_seq: int, kinds: tuple[type, ...], take: Take) -> None:
        """Read all records of these types, in order, on a thread of its own; `take` is called there.

        Notes nobody is warned by (level "info") are left out: there may be a hundred thousand.
        """
        ...

    async def times(self, day: RecordedDay, most: int) -> tuple[tuple[int, int], ...]:
        """Give at most `most` records spread over a day, the first and last with them, each with its time (Unix ms)."""
        ...

    async def broken_seal(self, day: RecordedDay) -> tuple[int, str] | None:
        """Check the seals of a day's records; give the first that does not fit and why, None when all do."""
        ...

    async def equity_at(self, seq: int) -> tuple[int, Stamped | None]:
        """Give when a record was written (Unix ms), and the newest equity written down by then."""
        ...

    async def newest(self, before_seq: int, kind: type) -> Stamped | None:
        """Give the newest record of a type before another record."""
        ...

    async def orders_open_at(self, seq: int) -> tuple[Order, ...]:
        """Give the orders that had begun before record `seq`, as they stood then."""
        ...

    async def bars_before(self, seq: int, instrument_id: InstrumentId) -> tuple[tuple[int, BarsFrozen], ...]:
        """Give the blocks of bars that make up what was known of a pair before record `seq`, oldest first."""
        ...

    async def decision(self, decision_id: str) -> OrderChain | None:
        """Give a decision's records with those of its order and logs, and its snapshot."""
        ...

    async def order_decision(self, client_order_id: str) -> tuple[int, str]:
        """Give the first record about an order and the id of its decision, (0, "") for an order not on record."""
        ...

    async def question(self, decision_id: str) -> tuple[Decision, MarketSnapshot]:
        """Give a decision and the whole snapshot it was made from, bars included.

        Raises:
            StorageError: no such decision, or not all of it was frozen.
        """
        ...

    async def exchanges(self, decision: Decision) -> tuple[ModelExchange, ...]:
        """Give the exchanges with a language model that a decision names, oldest first.

        Raises:
            StorageError: one of them is not in the journal.
        """
        ...

    async def models(self) -> tuple[StoredModel, ...]:
        """Give the newest stored models, newest first."""
        ...

    async def model(self, sha256: str) -> ModelFitted | None:
        """Give one stored model with its text."""
        ...


class StoredModels(Protocol):
    """Runs a model that is kept as text."""

    async def answer(self, snapshot: MarketSnapshot, fitted: ModelFitted) -> Outcome:
        """Ask it about a snapshot; takes as long as it takes, elsewhere than on the caller's loop.

        Raises:
            ModelUnavailable: this version cannot read the model.
        """
        ...
