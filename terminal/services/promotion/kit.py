"""Builds the guardrails and the promotion gate, and lets them hear what the engine tells its seat."""

import logging
from collections.abc import Callable, Coroutine
from typing import Any, Final

from terminal.domain.approval import DeskMode
from terminal.domain.canonical import canonical_json
from terminal.domain.guardrails import GuardrailLimits
from terminal.domain.messages import Event, Level
from terminal.domain.promotion import PromotionSettings
from terminal.domain.recovered import Recovered
from terminal.domain.review import Proposal
from terminal.domain.risk import Verdict
from terminal.services.ai_logs.archive import Archive
from terminal.services.guardrails.desk import GuardDesk
from terminal.services.guardrails.horizon import HorizonWatch
from terminal.services.guardrails.trades import TradeBook
from terminal.services.journal_writer import JournalWriter
from terminal.services.promotion.desk import PromotionDesk
from terminal.services.reporter import Reporter
from terminal.services.review.desk_modes import DeskModes
from terminal.services.review.queue import ReviewQueue
from terminal.services.risk.facts import RiskFacts

Spawn = Callable[[Coroutine[Any, Any, None], str], object]
_LOG: Final = logging.getLogger(__name__)


class GuardKit:
    """What keeps the AI from opening too much, too often or too freely.

    `thresholds` is all that decides which proposals become orders, canonical.
    """

    def __init__(
        self,
        facts: RiskFacts,
        review: ReviewQueue,
        modes: DeskModes,
        archive: Archive,
        writer: JournalWriter,
        reporter: Reporter,
        spawn: Spawn,
        limits: GuardrailLimits,
        interval_ms: int,
        *,
        policy: str,
        error_ms: Callable[[], float | None],
        offset_ms: Callable[[], float | None],
        model_now: Callable[[], str],
        emit: Callable[[Event], None],
    ) -> None:
        self.thresholds = canonical_json({"guardrails": limits, "limits": facts.limits, "policy": policy})
        self._modes = modes
        self._reporter = reporter
        self._spawn = spawn
        self._trades = TradeBook()
        self._is_open = False  # what is told before earlier runs were taken in is their history, not news
        self.guards = GuardDesk(
            facts, review, modes, self._trades, limits, interval_ms, error_ms=error_ms, offset_ms=offset_ms
        )
        self.promotion = PromotionDesk(
            facts,
            archive,
            self._trades,
            modes,
            writer,
            PromotionSettings(),
            model_now=model_now,
            emit=emit,
            offset_ms=offset_ms,
        )
        modes.why_unearned = self.promotion.why_unearned
        self._horizons = HorizonWatch(
            self._trades,
            archive.decisions.get,
            facts.portfolio.held,
            lambda: facts.clock.now_ms() + round(offset_ms() or 0.0),
            facts.clock,
            reporter,
        )

    def restore(self, recovered: Recovered, *, same_market: bool) -> None:
        """Take in what earlier runs left and begin to watch. `same_market` False: their trades were another's."""
        if same_market:
            self.guards.restore(recovered)
        self.promotion.restore(recovered)
        if recovered.thresholds not in {"", self.thresholds}:
            self.promotion.begin_anew_with_settings()
        self._is_open = True
        self._spawn(self.promotion.run(), "promotion gate")
        self._spawn(self._horizons.run(), "horizons")

    def take(self, event: Event) -> None:
        """Hear one event. A fault of our own stops openings, never the market stream that calls this."""
        if self.guards.is_broken or not self._is_open:
            return
        try:
            self.guards.take(event)
            self.promotion.take(event)
        except Exception:  # noqa: BLE001 - the market stream and the sender call this: whatever it is ends here
            self.guards.is_broken = self.promotion.is_broken = True
            _LOG.exception("counting for the guardrails broke down")
            words = "The guardrails lost count, so nothing is opened. Exits pass. Restart the program"
            self._reporter.notice(Level.ERROR, "guardrails", words, keep=True)
            if self._modes.mode is DeskMode.AUTO:
                self._modes.fall_back("the guardrails lost count")

    def with_guards(self, verdict_of: Callable[[Proposal], Verdict]) -> Callable[[Proposal], Verdict]:
        """Put the guardrails before the gate's last word at the click."""

        def both(proposal: Proposal) -> Verdict:
            return Verdict((*self.guards.at_click(proposal), *verdict_of(proposal).checks))

        return both
