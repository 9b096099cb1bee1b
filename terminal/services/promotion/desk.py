"""Watches a strategy's record: says what it has earned, and takes an automatic desk back by itself.

A step up is a person's; the way down is the program's, recorded and loud.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from terminal.domain.ai_log import AiLogState
from terminal.domain.approval import DeskMode
from terminal.domain.decision import Decision
from terminal.domain.funnel import SIGNAL, CycleFunnel, StepState
from terminal.domain.funnel_messages import ShadowChanged
from terminal.domain.log_messages import AiLogGaps
from terminal.domain.messages import (
    AiLogChanged,
    CycleEnded,
    Event,
    Level,
    OrderChanged,
    TradingStateChanged,
)
from terminal.domain.order import ZERO
from terminal.domain.promotion import (
    DEMOTION_CALIBRATION,
    DEMOTION_CLAIMS,
    IncidentNoted,
    PromotionChanged,
    PromotionJudged,
    PromotionReport,
    PromotionSettings,
    Resolved,
)
from terminal.domain.records import Recovered
from terminal.domain.review_messages import DeskModeChanged
from terminal.domain.risk import TradingState
from terminal.services.ai_logs.archive import Archive
from terminal.services.guardrails.desk import DAY_MS, UNPROVEN
from terminal.services.guardrails.trades import Trade, TradeBook
from terminal.services.journal_writer import JournalWriter
from terminal.services.promotion.figures import calibration_error, drawdown
from terminal.services.promotion.gate import Standing, judge, strategy_of
from terminal.services.review.desk_modes import DeskModes
from terminal.services.risk.facts import RiskFacts

_TELL_S: Final = 2.0  # results come in bursts at a start
_SAME_MS: Final = 3_600_000  # the same incident within an hour is one


class PromotionDesk:
    """One record for each strategy; `model_now` names the model that would decide now."""

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
    ) -> None:
        self._facts = facts
        self._archive = archive
        self._trades = trades
        self._modes = modes
        self._writer = writer
        self._settings = settings
        self._model_now = model_now
        self._emit = emit
        self._changed = asyncio.Event()
        self._incidents: list[IncidentNoted] = []
        self._cycles: dict[str, tuple[int, bool]] = {}  # by id: when, and whether it failed
        self._open_gaps = 0
        self._automatic_for = ""  # the strategy an automatic desk was given to
        self._override = ""
        self.is_broken = False

    # -- life --------------------------------------------------------------------

    def restore(self, recovered: Recovered) -> None:
        """Take in what earlier runs left."""
        self._incidents = list(recovered.incidents)
        for cycle in recovered.funnels:
            self._cycles[cycle.cycle_id] = (cycle.at_ms, _failed(cycle))
        self._changed.set()

    async def run(self) -> None:
        """Judge and tell whenever something has changed, until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            report = self.report()
            self._emit(PromotionChanged(report))
            reason = self.why_demoted()
            if reason:
                self._writer.post(PromotionJudged(report, reason, "", self._now_ms()))
                self._modes.fall_back(reason)
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
                self._cycles[event.cycle_id] = (event.at_ms, event.level is Level.ERROR)
                self._changed.set()
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
        self._changed.set()

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
        """Give the gate of the strategy that decides now."""
        strategy, now_ms = self._strategy(), self._now_ms()
        records = self._records()
        cycles = [failed for at_ms, failed in self._cycles.values() if at_ms > now_ms - DAY_MS]
        return judge(
            Standing(
                strategy=strategy,
                results=records.get(strategy, ()),
                versions=max(1, len(records)),
                equity=self._facts.portfolio.live_equity() or ZERO,
                unlogged=self._open_gaps + self._facts.outbox.needing_hand(),
                cycles=len(cycles),
                failed=sum(cycles),
                incidents=tuple(self._incidents),
                now_ms=now_ms,
                override=self._override,
            ),
            self._settings,
        )

    def why_unearned(self) -> str:
        """Say what is missing for an automatic desk; "" when it is earned."""
        if self.is_broken:
            return "the record cannot be read: a part of the program broke down. Restart it"
        return self.report().lacking

    def why_demoted(self) -> str:
        """Say why an automatic desk must go back to a person now; "" when it need not, or is none."""
        if self._modes.mode is not DeskMode.AUTO:
            return ""
        strategy = self._strategy()
        self._automatic_for = self._automatic_for or strategy  # it was given before the first model was fitted
        if strategy != self._automatic_for:
            return f"the model is another one now ({strategy}), with a record of its own"
        results = self._records().get(strategy, ())
        equity = self._facts.portfolio.live_equity() or ZERO
        deepest = drawdown(results, equity) if results else ZERO
        if deepest > self._settings.drawdown:
            return f"its drawdown is {deepest * 100:.1f} % of equity"
        error = calibration_error(results[-DEMOTION_CLAIMS:]) if len(results) >= DEMOTION_CLAIMS else None
        if error is not None and error > DEMOTION_CALIBRATION:
            return f"its newest {DEMOTION_CLAIMS} claims were off by {error * 100:.0f} points"
        if self._modes.is_unproven:
            return self._day_lost()
        lacking = [row for row in self.report().rows if row.name == "Net result" and not row.ok]
        return f"its newest look did not hold: {lacking[0].stands}" if lacking else ""

    def _day_lost(self) -> str:
        start, equity = self._facts.portfolio.day_start_equity, self._facts.portfolio.live_equity()
        if not start or equity is None or (start - equity) / start < UNPROVEN.day_loss:
            return ""
        return f"an unproven desk may lose {UNPROVEN.day_loss * 100:.0f} % a day, and that is lost"

    # -- the record --------------------------------------------------------------

    def _records(self) -> dict[str, tuple[Resolved, ...]]:
        """Results of each strategy, oldest end first. What was followed as proposed counts before what was sent."""
        found: dict[str, Trade] = {trade.decision_id: trade for trade in self._trades.real() if trade.is_over}
        found |= {trade.decision_id: trade for trade in self._trades.paper() if trade.is_over}
        records: dict[str, list[Resolved]] = {}
        for trade in sorted(found.values(), key=lambda trade: trade.ended_ms):
            decision = self._archive.decisions.get(trade.decision_id)
            if decision is not None:
                records.setdefault(strategy_of(decision.model), []).append(_resolved(trade, decision))
        return {strategy: tuple(results) for strategy, results in records.items()}

    def _strategy(self) -> str:
        return strategy_of(self._model_now())

    def _now_ms(self) -> int:
        return self._facts.clock.now_ms()


def _resolved(trade: Trade, decision: Decision) -> Resolved:
    return Resolved(
        decision_id=trade.decision_id,
        instrument_id=trade.instrument_id,
        ended_ms=trade.ended_ms,
        net_bp=trade.net_bp,
        net=trade.net,
        claimed=decision.confidence,
        came_true=trade.came_true,
        is_paper=trade.is_paper,
    )


def _failed(cycle: CycleFunnel) -> bool:
    steps = (pair.step(SIGNAL) for pair in cycle.pairs)
    return any(step is not None and step.state is StepState.CRASHED for step in steps)
