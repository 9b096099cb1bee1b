"""One trading engine: services, their tasks, the start, commands in, events out, the end."""

import asyncio
from collections.abc import Coroutine
from typing import Final

from terminal.domain.approval import ApprovalSettings
from terminal.domain.asked_words import asked_words
from terminal.domain.canonical import canonical_json
from terminal.domain.commands import Command
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.decision import Abstained, Decided, Failed
from terminal.domain.errors import TerminalError
from terminal.domain.frozen import ModelFitted
from terminal.domain.guardrails import GuardrailLimits
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Interval
from terminal.domain.messages import Event, Level, ModelStatus, Phase, ProposalChanged
from terminal.domain.plain_words import joined, why
from terminal.domain.records import SessionOpened
from terminal.domain.risk import RiskLimits, TradingState
from terminal.domain.season import Season
from terminal.domain.venue_messages import VenueShown
from terminal.ports.candle_store import CandleStore
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.ports.journal import Journal
from terminal.ports.market_feed import MarketFeed
from terminal.ports.strategy import SecondAnswer, StrategyWorker, WorkerEvent
from terminal.ports.venue import TradingVenue
from terminal.services.ai_logs.guard import SecretScreen
from terminal.services.build_mark import changed_words
from terminal.services.command_desk import CommandDesk
from terminal.services.core import Core, Emit, Outside
from terminal.services.ids import INSTANCE_CHARS
from terminal.services.journal_writer import JournalWriter
from terminal.services.market.references import ReferenceFeed
from terminal.services.protection.local_venue import with_protection
from terminal.services.pulse import Pulse
from terminal.services.recovery.link_guard import LinkGuard
from terminal.services.recovery.restore import Restorer
from terminal.services.recovery.wake_watch import WakeWatch
from terminal.services.reporter import Reporter
from terminal.services.review.demo_reviewer import Reviewer
from terminal.services.review.model_keeper import ModelKeeper
from terminal.services.rules.desk import RuleDesk, RulesInForce
from terminal.services.startup import Startup, write_start
from terminal.services.tally import Tally
from terminal.services.task_nest import TaskNest
from terminal.services.trading_switch import TradingSwitch
from terminal.services.trouble import Trouble
from terminal.services.venue_inbox import VenueInbox

_COMMAND_END_S: Final = 12.0  # a send in flight may take its full deadline
_OUTBOX_END_S: Final = 3.0
_JOURNAL_END_S: Final = 2.0


class Engine:
    """Owns everything between the venue and a seat. One asyncio loop, no threads of its own.

    `emit` is called on that loop with every event, never from two places at once.
    """

    def __init__(
        self,
        venue: TradingVenue,
        feed: MarketFeed,
        journal: Journal,
        worker: StrategyWorker,
        clock: Clock,
        chance: Chance,
        limits: RiskLimits,
        *,
        emit: Emit,
        reviewer: Reviewer | None = None,
        instruments: tuple[InstrumentId, ...] = ALLOWED_INSTRUMENTS,
        interval: Interval = Interval.M15,
        version: str = "",
        instance: str = "",
        build: str = "",
        rule_version: str = "",
        approval: ApprovalSettings | None = None,
        guardrails: GuardrailLimits | None = None,
        rules: RulesInForce | None = None,
        screen: SecretScreen | None = None,
        candles: CandleStore | None = None,
        references: tuple[ReferenceFeed, ...] = (),
        is_competition: bool = False,
        policy: str = "",
    ) -> None:
        """Wire the services; nothing runs yet.

        `build` names this build of the program (see `build_mark`); "" when the caller does not know it.
        `rule_version` is that of the competition's rules: approvals are bound to it. Without `rules` no
        lights are shown and the season is not narrowed. `screen` finds secrets in AI logs before they are
        kept; without one only their usual shapes are known. `candles` keeps bars for the next start.
        `references` are other venues whose public prices are compared with ours; `is_competition`: under the
        competition's profile only its own venue may receive an order. `policy`: the
        strategy's own numbers, canonical; where they change, its record counts anew.
        """
        self._venue = venue = with_protection(venue, clock)
        self._feed = feed
        self._journal = journal
        self._worker = worker
        self._clock = clock
        self._reviewer = reviewer
        self._ids = instruments
        self._version = version
        self._build = build
        self._seat = emit
        self._trouble = Trouble(lambda: self._switch)
        self._tasks = TaskNest(self._trouble.on_crash)
        self._writing = TaskNest(self._trouble.on_crash)
        self._commands: set[asyncio.Task[None]] = set()
        self._closing = False
        self._writer = JournalWriter(journal, clock, self._trouble.on_journal_failure, self._trouble.on_journal_pace)
        self._reporter = Reporter(self._emit, self._writer, clock)
        self._switch = TradingSwitch(self._emit, self._reporter)
        outside = Outside(
            venue=venue,
            feed=feed,
            worker=worker,
            clock=clock,
            chance=chance,
            limits=limits,
            instruments=instruments,
            interval=interval,
            version=version,
            build=build,
            instance=instance or chance.token(INSTANCE_CHARS),
            rule_version=rule_version,
            approval=approval or ApprovalSettings(),
            guardrails=guardrails or GuardrailLimits(),
            season=Season() if rules is None else rules.season,
            screen=screen or SecretScreen(),
            candles=candles,
            references=references,
            is_competition=is_competition,
            policy=policy,
        )
        self._rule_version = rule_version
        self.core = Core(outside, self._writer, self._reporter, self._switch, self._emit, self._tasks.spawn)
        core = self.core
        self._links = LinkGuard(
            feed,
            core.ledger,
            core.canceler,
            core.recovery,
            core.review,
            self._switch,
            clock,
            self._reporter,
            self._tasks.spawn,
        )
        self._inbox = VenueInbox(core, self._links, self._switch, emit=self._emit)
        self._waking = WakeWatch(clock, self._links.woke)
        core.orders.before_sending = self._waking.look
        self._desk = CommandDesk(self.core, self._switch, self._reporter)
        self._lights = (
            None
            if rules is None
            else RuleDesk(rules, core.facts, core.archive, core.others, self._writer, feed, emit=self._emit)
        )
        self._pulse = Pulse(feed, core.rates, self._writer, clock, self._reporter, emit=self._emit)
        self.tally = Tally(core.ledger, core.archive, core.outbox, clock)
        self._keeper = ModelKeeper(
            self.core.hub,
            worker,
            clock,
            self._reporter,
            instruments,
            simulated=venue.is_simulated,
            on_fitted=self._on_fitted,
            history=self.core.history,
        )
        self.core.hub.listen(self._keeper.on_bar_closed)
        self._startup = self._build_startup()

    # -- life ------------------------------------------------------------------

    async def start(self) -> None:
        """Open the journal, show prices, and bring up the rest in the background.

        Returns at once; `wait_ready` waits until trading may begin.

        Raises:
            StorageError: the journal cannot be read or written; nothing was started.
        """
        self._emit(Phase("Opening the journal", ready=False))
        self._emit(VenueShown(self.core.facts.venue))
        recovered = await self._journal.load()
        await self._tasks.open()
        await self._writing.open()
        self._worker.start(self._on_worker)
        self._links.follow("public stream", lambda: self._feed.run_public(self._ids, self.core.hub.on_market))
        self.core.hub.watch()
        self._writing.spawn(self._writer.run(), "journal writer")
        core, simulated = self.core, self._venue.is_simulated
        restorer = Restorer(
            ledger=core.ledger,
            archive=core.archive,
            review=core.review,
            outbox=core.outbox,
            portfolio=core.portfolio,
            recovery=core.recovery,
            others=core.others,
            switch=self._switch,
            clock=self._clock,
            emit=self._emit,
            venue=self._venue,
        )
        restorer.take(recovered, same_account=self._venue.keeps_account)
        core.hands.restore(recovered)
        core.older_reviews.begin(recovered)
        core.logs.restore(recovered)
        core.hindsight.restore(recovered, same_market=self._venue.keeps_account)
        core.guard_kit.restore(recovered, same_market=self._venue.keeps_account)
        core.approvals.restore(recovered.desk_mode)
        core.rehearsal.restore(recovered.api_test)
        self._keeper.kept = recovered.model if self._venue.keeps_account else None
        core.chronicle.begin()
        core.leverage.restore(recovered.margins)
        self._compare_builds(recovered.build)
        await write_start(
            self._writer,
            self._clock,
            self._emit,
            SessionOpened(
                self._version,
                self._venue.name,
                simulated,
                self._clock.now_ms(),
                self._build,
                limits_json=canonical_json(core.facts.limits),
                instance=core.others.instance,
                rules=self._rule_version,
                season_json=canonical_json(core.facts.season),
                thresholds_json=core.guard_kit.thresholds,
                anew=not self._venue.keeps_account,
            ),
        )
        self._spawn_services()
        self._tasks.spawn(self._start_up(), "start")

    async def wait_ready(self) -> None:
        await self._startup.ready.wait()

    def post(self, command: Command) -> None:
        """Take a command without waiting; what goes wrong becomes a notice."""
        if self._closing:
            return
        task = self._tasks.spawn(self.handle(command), asked_words(command))
        if task is not None:
            self._commands.add(task)
            task.add_done_callback(self._commands.discard)

    async def handle(self, command: Command) -> None:
        """Carry out one command; expected failures become notices."""
        try:
            await self._desk.handle(command)
        except TerminalError as error:
            self._reporter.notice(Level.ERROR, "commands", joined(f"{asked_words(command)} did not work", why(error)))

    async def aclose(self) -> None:
        """End in order: commands, worker, outbox, streams and services, journal. Safe to call twice."""
        if self._closing:
            return
        self._closing = True
        self.core.cycle.stop()
        self.core.approvals.stop()
        await self._finish_commands()
        await self._worker.aclose()
        await self.core.outbox.flush(_OUTBOX_END_S)
        await self._tasks.aclose()
        await self._writer.flush(_JOURNAL_END_S)
        await self._writing.aclose()
        await self._journal.aclose()

    @property
    def trading_state(self) -> TradingState:
        return self._switch.state

    # -- tasks -----------------------------------------------------------------

    def _spawn_services(self) -> None:
        core = self.core
        for name, work in (
            ("market hub", core.hub.run()),
            ("funding", core.hub.run_funding()),
            ("open interest", core.hub.run_interest()),
            ("review queue", core.review.run()),
            ("ai log outbox", core.outbox.run()),
            ("equity curve", core.portfolio.run_curve()),
            ("health", self._pulse.run_health()),
            ("wake watch", self._waking.run()),
            ("brain", core.brain.run()),
            ("other venues", core.references.run()),
        ):
            self._tasks.spawn(work, name)
        if self._lights is not None:
            self._tasks.spawn(self._lights.run(), "rule lights")

    async def _start_up(self) -> None:
        await self._startup.run()
        core = self.core
        self._tasks.spawn(core.portfolio.run(), "portfolio")
        self._tasks.spawn(core.recovery.run(), "recovery")
        self._tasks.spawn(core.cycle.run(), "decision cycle")
        core.hands.start()
        core.logs.start()
        self._tasks.spawn(self._pulse.run_clock(), "clock")
        self._tasks.spawn(core.leverage.run(self._ids), "leverage")
        if self._keeper.is_fitted:
            core.cycle.request("start")
        self._tasks.spawn(self._keeper.run(), "longer history")

    async def _finish_commands(self) -> None:
        if not self._commands:
            return
        timer: asyncio.Future[None] = asyncio.ensure_future(self._clock.sleep(_COMMAND_END_S))
        rest = asyncio.ensure_future(asyncio.wait(set(self._commands)))
        waits: set[asyncio.Future[object]] = {timer, rest}  # type: ignore[arg-type]  # futures of different results
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    # -- from outside ------------------------------------------------------------

    def _on_worker(self, event: WorkerEvent) -> None:
        self.core.brain.hear(event)  # also while closing: what was asked and answered belongs into the journal
        if self._closing:
            return
        match event:
            case ModelStatus():
                self.core.logs.on_worker(event)
                self._emit(event)
                self._keeper.on_status(event)
            case ModelFitted():
                self._writer.post(event)
                self.core.logs.on_worker(event)
            case Decided() | Abstained() | Failed():
                self.core.cycle.on_outcome(event)
            case SecondAnswer():
                self.core.time_machine.on_answer(event)

    def _on_fitted(self, reason: str) -> None:
        if self._startup.ready.is_set():
            self.core.cycle.request(reason)

    def _start_private(self) -> None:
        self._links.follow("private stream", self._private_stream)

    def _private_stream(self) -> Coroutine[None, None, None]:
        self._inbox.expect_stream()
        return self._venue.run_private(self._inbox.take)

    def _emit(self, event: Event) -> None:
        self._seat(event)
        self.core.chronicle.take(event)
        if self._lights is not None:
            self._lights.hear(event)
        self.core.hindsight.take(event)
        self.core.guard_kit.take(event)
        self.core.approvals.hear(event)
        if isinstance(event, ProposalChanged) and event.proposal.is_open and self._reviewer is not None:
            self._tasks.spawn(self._review(self._reviewer, event), "reviewer")

    async def _review(self, reviewer: Reviewer, event: ProposalChanged) -> None:
        command = await reviewer.review(event.proposal)
        if command is not None:
            self.post(command)

    def _compare_builds(self, before: str) -> None:
        """R29: another build on this account trades only after a person has looked; play money only hears of it."""
        words = changed_words(before, self._build) if self._build else ""
        if words and self._venue.is_simulated:
            self._reporter.notice(Level.INFO, "build", f"The program has changed: {words}")
        elif words:
            self._switch.demand("build", TradingState.REDUCE_ONLY, words)

    def _build_startup(self) -> Startup:
        core = self.core
        return Startup(
            self._feed,
            core.hub,
            core.portfolio,
            core.leverage,
            core.recovery,
            self._keeper,
            self._switch,
            self._clock,
            self._reporter,
            self._ids,
            emit=self._emit,
            start_private=self._start_private,
            private_told=self._inbox.first_word,
        )
