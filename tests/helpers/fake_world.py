"""An engine between fakes, on virtual time, with everything it said."""

import asyncio
from typing import Any, TypeVar

from helpers.fake_chance import SeededChance
from helpers.fake_clock import ManualClock, settle
from helpers.fake_feed import FakeFeed
from helpers.fake_journal import Disk, MemoryJournal
from helpers.fake_venue import FakeVenue
from helpers.fake_worker import FakeWorker, deciding
from terminal.domain.capabilities import FULL_CAPABILITIES, VenueCapabilities
from terminal.domain.commands import Approve
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.decision import Decision
from terminal.domain.messages import Event, ProposalChanged
from terminal.domain.order import Order
from terminal.domain.review import Proposal, ReviewState
from terminal.domain.risk import RiskLimits
from terminal.services.engine import Engine

E = TypeVar("E")


class World:
    """`calls` is the common log of journal, venue and seat, in the order things happened."""

    def __init__(
        self,
        *decisions: Decision,
        simulated: bool = False,
        able: VenueCapabilities = FULL_CAPABILITIES,
        **options: Any,
    ) -> None:
        self.calls: list[str] = []
        self.clock = ManualClock()
        self.disk = Disk()
        self.venue = FakeVenue(self.clock, self.calls, simulated=simulated)
        self.venue.able = able
        self.feed = FakeFeed(self.clock, ALLOWED_INSTRUMENTS)
        self.events: list[Event] = []
        self.options = options
        self.seed = 0
        self.build(*decisions)

    def build(self, *decisions: Decision) -> None:
        """Make a new engine on the same disk and venue, as after a restart."""
        self.seed += 1
        self.journal = MemoryJournal(self.disk, self.calls)
        self.worker = FakeWorker(deciding(*decisions))
        options = {"limits": RiskLimits(), "version": "test", "instance": "aaaa"} | self.options
        self.engine = Engine(
            self.venue,
            self.feed,
            self.journal,
            self.worker,
            self.clock,
            SeededChance(self.seed),
            emit=self._hear,
            **options,
        )

    async def start(self) -> None:
        await self.engine.start()
        await self.clock.until(self.engine._startup.ready.is_set)
        await settle()

    async def crash(self) -> None:
        """Drop the engine: nothing more reaches the disk."""
        self.journal.dead = True
        self.venue.sink = None
        for nest in (self.engine._tasks, self.engine._writing):
            await nest.aclose()

    async def restart(self, *decisions: Decision) -> None:
        await self.crash()
        self.events.clear()
        self.build(*decisions)
        await self.start()

    async def close(self) -> None:
        ending = asyncio.ensure_future(self.engine.aclose())
        await self.clock.until(ending.done, 60)
        await ending

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    def proposal(self, decision_id: str = "d1") -> Proposal:
        return next(
            event.proposal for event in reversed(self.of(ProposalChanged)) if event.proposal.decision_id == decision_id
        )

    async def proposed(self, decision_id: str = "d1") -> Proposal:
        def seen() -> bool:
            return any(each.proposal.decision_id == decision_id for each in self.of(ProposalChanged))

        await self.clock.until(seen)
        return self.proposal(decision_id)

    async def approve(self, decision_id: str = "d1") -> None:
        await self.proposed(decision_id)
        self.engine.post(self.yes(decision_id))
        await settle()

    def yes(self, decision_id: str = "d1", how: str = "key A", **changes: Any) -> Approve:
        """Approve what the card shows; "" stands for the fingerprint of a card nobody knows."""
        known = self.engine.core.review.proposals.get(decision_id)
        return Approve(decision_id, "ann", how, "" if known is None else known.fingerprint, **changes)

    async def approve_late(self, decision_id: str = "d1") -> None:
        """Click without waiting for anything to be shown."""
        self.engine.post(self.yes(decision_id))
        await settle()

    def order(self, decision_id: str = "d1") -> Order:
        order = self.engine.core.ledger.of_decision(decision_id)
        assert order is not None
        return order

    def state_of(self, decision_id: str = "d1") -> ReviewState:
        return self.engine.core.review.proposals[decision_id].state

    def _hear(self, event: Event) -> None:
        self.events.append(event)
        self.calls.append(f"emit {type(event).__name__}")
