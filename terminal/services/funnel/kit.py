"""Builds what looks back at decisions: the funnel and the shadow ledger."""

import logging
from collections.abc import Callable, Coroutine
from typing import Any, Final

from terminal.domain.decision import Decision
from terminal.domain.messages import Event, Level
from terminal.domain.order import OrderTerms
from terminal.domain.recovered import Recovered
from terminal.domain.risk import Verdict
from terminal.ports.clock import Clock
from terminal.ports.market_feed import MarketFeed
from terminal.services.funnel.book import FunnelBook
from terminal.services.journal_writer import JournalWriter
from terminal.services.market.hub import MarketHub
from terminal.services.orders.manager import OrderManager
from terminal.services.reporter import Reporter
from terminal.services.shadow.ledger import ShadowLedger

Spawn = Callable[[Coroutine[Any, Any, None], str], object]
_LOG: Final = logging.getLogger(__name__)


class HindsightKit:
    """Hears everything the engine tells its seat; sends nothing anywhere but there and to the journal.

    It only looks back, so a fault of its own must not stop trading: it is said, and the kit falls silent.
    """

    def __init__(
        self,
        feed: MarketFeed,
        hub: MarketHub,
        writer: JournalWriter,
        clock: Clock,
        reporter: Reporter,
        spawn: Spawn,
        *,
        emit: Callable[[Event], None],
    ) -> None:
        self._reporter = reporter
        self._spawn = spawn
        self._is_broken = False
        self.funnel = FunnelBook(writer, clock, emit=emit)
        self.shadow = ShadowLedger(feed, hub, writer, clock, spawn, emit=emit)

    def restore(self, recovered: Recovered, *, same_market: bool) -> None:
        """Take in what earlier runs left, and begin to listen. `same_market` as in `ShadowLedger.restore`."""
        self.funnel.restore(recovered)
        self.shadow.restore(recovered, same_market=same_market)
        self._spawn(self.funnel.run(), "funnel")

    def take(self, event: Event) -> None:
        """Hear one event."""
        if self._is_broken:
            return
        try:
            self.funnel.take(event)
            self.shadow.take(event)
        except Exception:  # noqa: BLE001 - the market stream and the sender call this: whatever it is ends here
            self._is_broken = True
            _LOG.exception("looking back at decisions broke down")
            words = "Why no trade and Reviewer show nothing new: a part of the program broke down. Trading goes on"
            self._reporter.notice(Level.ERROR, "hindsight", f"{words}; restart it when you can")

    def hear_vetoes(self, orders: OrderManager) -> None:
        """Hear what the gate stops at the click, beside whoever hears it already."""
        told = orders.on_veto

        def on_veto(decision: Decision, terms: OrderTerms, verdict: Verdict, when: str) -> None:
            self.funnel.judged_again(decision.decision_id, verdict)
            told(decision, terms, verdict, when)

        orders.on_veto = on_veto
