"""Watches a strategy's record: says what it has earned, and takes an automatic desk back by itself.

A step up is a person's; the way down is the program's, recorded and loud. What was bad enough for the way down has
ended the record: once a person has chosen a mode knowing it, the strategy's results count anew.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from terminal.domain.ai_log import AiLogState
from terminal.domain.approval import DeskMode
from terminal.domain.funnel import SIGNAL, CycleFunnel, StepState
from terminal.domain.funnel_messages import ShadowChanged
from terminal.domain.log_messages import AiLogGaps
from terminal.domain.messages import AiLogChanged, CycleEnded, Event, Level, OrderChanged, TradingStateChanged
from terminal.domain.order import ZERO
from terminal.domain.promotion import (
    DEMOTION_FAILURES,
    EVERYBODY,
    GateRow,
    IncidentNoted,
    PromotionChanged,
    PromotionJudged,
    PromotionReport,
    PromotionSettings,
    RecordEnded,
)
from terminal.domain.recovered import Recovered
from terminal.domain.review_messages import DeskModeChanged
from terminal.domain.risk import TradingState
from terminal.ports.baselines import Baselines
from terminal.services.ai_logs.archive import Archive
from terminal.services.guardrails.desk import DAY_MS
from terminal.services.guardrails.trades import TradeBook
from terminal.services.journal_writer import JournalWriter
from terminal.services.promotion.comparing import Comparer
from terminal.services.promotion.demotion import OF_THE_RECORD, Watched, watch
from terminal.services.promotion.gate import NET, Standing, judge, strategy_of
from terminal.services.promotion.record import RecordBook
from terminal.services.review.desk_modes import DeskModes
from terminal.services.risk.facts import RiskFacts

_TELL_S: Final = 2.0  # results come in bursts at a start
_OTHER_SETTINGS: Final = "limits or thresholds were changed: what was measured before was another version"
_BY_SETTINGS: Final = "the profile's settings"
_SAME_MS: Final = 3_600_000  # the same incident within an hour is one


def _no_offset() -> float:
    return 0.0


class PromotionDesk:
    """One record for each strategy; `model_now` names the model that would decide now.

    `offset_ms` is the venue's time less our clock's: records are of the venue's days, as their trades are.
    """

    def __init__(
        self,
        facts: RiskFacts,
        archive: Archive,
        trades: TradeBook,
        modes: DeskModes,
        writer: JournalWriter,
        settings: PromotionSettings,
        *,
        model_now: Callable[[], str],
        emit: Callable[[Event], None],
        offset_ms: Callable[[], float | None] = _no_offset,
    ) -> None:
        self._facts = facts
        self._offset_ms = offset_ms
        self._book = RecordBook(archive.decisions.get)
        trades.on_moved = self._book.take
        self._comparer = Comparer(facts, self._now_ms)
        self._modes = modes
        self._writer = writer
        self._settings = settings
        self._model_now = model_now
        self._emit = emit
        self._changed = asyncio.Event()
        self._incidents: list[IncidentNoted] = []
        self._cycles: dict[str, tuple[int, bool]] = {}  # of a day, by id: when, and whether it failed
        self._failures: deque[int] = deque(maxlen=DEMOTION_FAILURES)  # when, those only a person can mend
        self._open_gaps = 0
        self._automatic_for = ""  # the strategy an automatic desk was given to
        self._override = ""
        self.is_broken = False

    def use(self, baselines: Baselines) -> None:
        """Learn where the comparison with chance and simple rules is made."""
        self._comparer.baselines = baselines
        self._changed.set()

    # -- life --------------------------------------------------------------------

    def restore(self, recovered: Recovered) -> None:
        """Take in what earlier runs left; their trades came by the trade book."""
        self._incidents = list(recovered.incidents)
        self._book.restore(recovered.ended)
        for cycle in recovered.funnels:
            self._cycles[cycle.cycle_id] = (cycle.at_ms, _failed(cycle))
        self._changed.set()

    async def run(self) -> None:
        """Judge and tell whenever something has changed, until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            strategy = self._strategy()
            await self._comparer.look(strategy, self._book.of(strategy))
            report = self.report()
            self._emit(PromotionChanged(report))
            self._take_back(report)
            await self._facts.clock.sleep(_TELL_S)

    # -- hearing -----------------------------------------------------------------

    def take(self, event: Event) -> None:
        """Hear one event."""
        match event:
            case OrderChanged(order) if order.filled_size > 0:
                self._changed.set()
            case ShadowChanged(trade) if trade.phase.is_over:
                self._changed.set()
            case CycleEnded(question_id=""):
                self._on_cycle(event)
            case TradingStateChanged(TradingState.HALTED, reason):
                self._note("trading was halted", reason)
            case AiLogChanged(log) if log.state is AiLogState.NEEDS_HAND:
                self._note("an AI log was refused for good", f"the log of decision {log.decision_id}")
            case AiLogGaps(gaps):
                self._on_gaps(sum(gap.is_open for gap in gaps))
            case DeskModeChanged():
                self._on_mode(event)
            case _:
                return

    def _on_cycle(self, event: CycleEnded) -> None:
        self._cycles[event.cycle_id] = (event.at_ms, event.level is Level.ERROR)
        if event.failure is not None and event.failure.is_terminal:
            self._failures.append(event.at_ms)
            if self._failures_of_day() >= DEMOTION_FAILURES:
                self._note("the model failed in a way that only a person can mend", event.text)
        for cycle_id in [key for key, (at_ms, _) in self._cycles.items() if at_ms <= event.at_ms - DAY_MS]:
            del self._cycles[cycle_id]
        self._changed.set()

    def _failures_of_day(self) -> int:
        since_ms = self._facts.clock.now_ms() - DAY_MS
        return sum(at_ms > since_ms for at_ms in self._failures)

    def _on_gaps(self, count: int) -> None:
        if count > self._open_gaps:
            self._note("an order had no accepted AI log", f"{count} orders without one")
        self._open_gaps = count
        self._changed.set()

    def _on_mode(self, event: DeskModeChanged) -> None:
        was, self._override = self._automatic_for, event.override
        self._automatic_for = self._strategy() if event.mode is DeskMode.AUTO else ""
        if event.mode is DeskMode.AUTO:
            occasion = "made automatic by override" if event.override else "made automatic"
            self._writer.post(PromotionJudged(self.report(), occasion, event.who, self._now_ms()))
        elif was and not event.who:
            self._note("an automatic desk fell back", event.reason)
        if event.who:
            self._begin_anew(event)
        self._changed.set()

    def _begin_anew(self, event: DeskModeChanged) -> None:
        """A person has chosen a mode: what had ended records before is acknowledged by that."""
        at_ms = event.at_ms + self._offset()
        for ended in self._book.unacknowledged():
            if at_ms >= ended.at_ms:
                self._end(replace(ended, who=event.who, at_ms=at_ms))

    def begin_anew_with_settings(self) -> None:
        """The limits or the strategy's numbers are other ones than in the run before: nobody's record goes on."""
        self._end(RecordEnded(EVERYBODY, _OTHER_SETTINGS, _BY_SETTINGS, self._now_ms()))

    def _end(self, record: RecordEnded) -> None:
        self._book.end(record)
        self._writer.post(record)

    def _note(self, kind: str, text: str) -> None:
        now_ms, strategy = self._now_ms(), self._strategy()
        twins = (each for each in reversed(self._incidents) if each.kind == kind and each.strategy == strategy)
        last = next(twins, None)
        if last is None or now_ms - last.at_ms > _SAME_MS:
            record = IncidentNoted(kind, text or kind, strategy, now_ms)
            self._incidents.append(record)
            self._writer.post(record)
            self._changed.set()

    # -- judging -----------------------------------------------------------------

    def report(self) -> PromotionReport:
        """Give the gate of the strategy that decides now, and what would take it back."""
        strategy, now_ms = self._strategy(), self._now_ms()
        results, begun = self._book.of(strategy), self._book.begun(strategy)
        since_ms = self._facts.clock.now_ms() - DAY_MS  # cycles bear our own time
        cycles = [failed for at_ms, failed in self._cycles.values() if at_ms > since_ms]
        judged = judge(
            Standing(
                strategy=strategy,
                results=results,
                versions=self._book.versions,
                equity=self._facts.portfolio.live_equity() or ZERO,
                unlogged=self._unlogged(),
                cycles=len(cycles),
                failed=sum(cycles),
                incidents=tuple(self._incidents),
                now_ms=now_ms,
                override=self._override,
                comparison=self._comparer.known(strategy, results),
            ),
            self._settings,
        )
        if begun is not None:
            judged = replace(judged, anew_ms=begun.at_ms, ended_by=begun.reason)
        return replace(judged, watch=self._watch(judged))

    def why_unearned(self) -> str:
        """Say what is missing for an automatic desk; "" when it is earned."""
        if self.is_broken:
            return "the record cannot be read: a part of the program broke down. Restart it"
        return self.report().lacking

    def _watch(self, judged: PromotionReport) -> tuple[GateRow, ...]:
        """What would take an automatic desk back: the one there is, or the one that could be had now."""
        portfolio, strategy, modes = self._facts.portfolio, judged.strategy, self._modes
        is_unproven = modes.is_unproven if modes.mode is DeskMode.AUTO else not judged.is_earned
        start, equity = portfolio.day_start_equity, portfolio.live_equity()
        now = Watched(
            strategy=strategy,
            given_to=self._automatic_for,
            results=self._book.of(strategy),
            net=next(row for row in judged.rows if row.name == NET),
            equity=equity or ZERO,
            failures=self._failures_of_day(),
            unlogged=self._unlogged(),
            is_unproven=is_unproven,
            day_loss=None if not start or equity is None else (start - equity) / start,
        )
        return watch(now, self._settings)

    def _take_back(self, report: PromotionReport) -> None:
        """Give an automatic desk back to a person when one of the limits is passed."""
        if self._modes.mode is not DeskMode.AUTO:
            return
        # An automatic desk was given before the first model was fitted.
        self._automatic_for = self._automatic_for or report.strategy
        passed = self.passed(report)
        if not passed:
            return
        reason = passed[0].lacks
        self._writer.post(PromotionJudged(report, reason, "", self._now_ms()))
        of_record = [row.lacks for row in passed if row.name in OF_THE_RECORD]
        if of_record and self._automatic_for == report.strategy:
            self._end(RecordEnded(report.strategy, "; ".join(of_record), "", self._now_ms()))
        self._modes.fall_back(reason)

    def passed(self, report: PromotionReport) -> tuple[GateRow, ...]:
        """Give the limits that are passed: an automatic desk goes back to a person for any of them."""
        return tuple(row for row in report.watch if not row.ok)

    def _unlogged(self) -> int:
        return self._open_gaps + self._facts.outbox.needing_hand()

    def _strategy(self) -> str:
        return strategy_of(self._model_now())

    def _offset(self) -> int:
        return round(self._offset_ms() or 0.0)

    def _now_ms(self) -> int:
        return self._facts.clock.now_ms() + self._offset()


def _failed(cycle: CycleFunnel) -> bool:
    steps = (pair.step(SIGNAL) for pair in cycle.pairs)
    return any(step is not None and step.state is StepState.CRASHED for step in steps)
