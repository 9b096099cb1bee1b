"""Runs the API test and the look before the day, tells how they stand, and keeps what came of them."""

from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, Final

from terminal.domain.commands import Approve
from terminal.domain.errors import StorageError
from terminal.domain.messages import Event, Level
from terminal.domain.plain_words import joined, why
from terminal.domain.rehearsal import (
    ALL_STEPS,
    API_TEST_STEPS,
    ApproveTestOrder,
    CheckReadiness,
    RehearsalChanged,
    RehearsalCommand,
    RehearsalEnded,
    RehearsalKind,
    RehearsalRow,
    RunApiTest,
)
from terminal.domain.venues import venue_title
from terminal.ports.machine import Machine
from terminal.ports.market_feed import MarketFeed
from terminal.ports.strategy import StrategyWorker
from terminal.ports.traffic import overhear
from terminal.ports.venue import TradingVenue
from terminal.services.ai_logs.event_logs import EventLogs
from terminal.services.ai_logs.guard import SecretScreen
from terminal.services.rehearsal.api_test import ApiTest, test_verdict
from terminal.services.rehearsal.order_steps import OrderSteps
from terminal.services.rehearsal.read_steps import ReadSteps
from terminal.services.rehearsal.readiness import Readiness, ReadinessParts, readiness_verdict
from terminal.services.rehearsal.test_order import OrderParts, TestOrderDesk
from terminal.services.reporter import Reporter

Spawn = Callable[[Coroutine[Any, Any, None], str], object]
_SOURCE: Final = "rehearsal"
_HOW: Final = "button of the API test"
_SEAL_CHARS: Final = 16


class RehearsalKit:
    """Both tests of one engine; each runs at most once at a time."""

    def __init__(
        self,
        venue: TradingVenue,
        feed: MarketFeed,
        worker: StrategyWorker,
        screen: SecretScreen,
        parts: OrderParts,
        approve: Callable[[Approve], Awaitable[None]],
        events: EventLogs,
        reporter: Reporter,
        spawn: Spawn,
        emit: Callable[[Event], None],
    ) -> None:
        """`approve` is the approval desk's: the same checks as for every card. `screen` looks at every text first."""
        self._venue = venue
        self._writer = parts.writer
        self._clock = parts.facts.clock
        self._answer = approve
        self._reporter = reporter
        self._spawn = spawn
        self._emit = emit
        self._running: set[RehearsalKind] = set()
        self._newest: RehearsalEnded | None = None
        title, facts = venue_title(venue.name), parts.facts
        orders = OrderSteps(venue, facts, TestOrderDesk(parts), parts.review.proposals.get, events)
        reads = ReadSteps(venue, feed, facts)
        self._test = ApiTest(reads, orders, title, screen.finds, partial(self._tell, RehearsalKind.API_TEST))
        self._ready = Readiness(
            ReadinessParts(venue, feed, facts, worker, title, lambda: self._newest, screen.finds),
            partial(self._tell, RehearsalKind.GO_NO_GO),
        )

    def use(self, machine: Machine) -> None:
        """Look at this machine, too."""
        self._ready.machine = machine

    def restore(self, newest: RehearsalEnded | None) -> None:
        """Take in the newest whole API test of earlier runs."""
        self._newest = newest

    async def handle(self, command: RehearsalCommand) -> None:
        """Begin a test, or approve the order of one; returns while the test goes on."""
        match command:
            case RunApiTest(step) if step != ALL_STEPS and step not in API_TEST_STEPS:
                self._reporter.notice(Level.WARNING, _SOURCE, f"The API test has no step {step}; nothing was tried")
            case RunApiTest(step, who):
                self._begin(RehearsalKind.API_TEST, who, lambda: self._test.run(step, who), test_verdict)
            case CheckReadiness(who):
                self._begin(RehearsalKind.GO_NO_GO, who, self._ready.run, readiness_verdict)
            case ApproveTestOrder():
                await self._approve(command)

    async def _approve(self, command: ApproveTestOrder) -> None:
        order = self._test.order
        if order is None or order.decision_id != command.decision_id:
            words = "Nothing to approve: this order is no longer the one of the API test. Run its step again"
            self._reporter.notice(Level.WARNING, _SOURCE, words)
            return
        ask = Approve(command.decision_id, command.who, _HOW, command.fingerprint)
        with overhear(self._test.sending.take):
            await self._answer(ask)

    # -- a run ------------------------------------------------------------------------

    def _begin(
        self,
        kind: RehearsalKind,
        who: str,
        run: Callable[[], Coroutine[Any, Any, tuple[RehearsalRow, ...]]],
        verdict_of: Callable[[tuple[RehearsalRow, ...]], str],
    ) -> None:
        if not who.strip():
            self._reporter.notice(Level.WARNING, _SOURCE, "Not started: nobody signed it. Enter a name first")
        elif kind in self._running:
            self._reporter.notice(Level.INFO, _SOURCE, f"The {kind.value} runs already")
        else:
            self._running.add(kind)
            self._spawn(self._run(kind, who.strip(), run, verdict_of), kind.value)

    async def _run(
        self,
        kind: RehearsalKind,
        who: str,
        run: Callable[[], Coroutine[Any, Any, tuple[RehearsalRow, ...]]],
        verdict_of: Callable[[tuple[RehearsalRow, ...]], str],
    ) -> None:
        try:
            rows = await run()
        finally:
            self._running.discard(kind)
        verdict = verdict_of(rows)
        now_ms = self._clock.now_ms()
        record = RehearsalEnded(kind, verdict, rows, self._venue.name, self._venue.is_simulated, who, now_ms)
        if record.is_whole_test:
            self._newest = record
        try:
            head = await self._writer.commit(record)
        except StorageError as error:
            words = joined(f"The {kind.value} is over and could not be written down", why(error))
            self._reporter.notice(Level.ERROR, _SOURCE, words)
            self._tell(kind, verdict)
            return
        self._tell(kind, verdict, head.seq, head.mac[:_SEAL_CHARS], now_ms)

    def _tell(self, kind: RehearsalKind, verdict: str = "", seq: int = 0, seal: str = "", at_ms: int = 0) -> None:
        is_test = kind is RehearsalKind.API_TEST
        rows = self._test.rows if is_test else self._ready.rows
        self._emit(
            RehearsalChanged(
                kind,
                tuple(rows.values()),
                is_running=kind in self._running,
                verdict=verdict,
                order=self._test.order if is_test else None,
                record_seq=seq,
                seal=seal,
                at_ms=at_ms,
            )
        )
