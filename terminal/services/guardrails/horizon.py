"""Says once when a position has outlived the time its decision gave it.

On paper and in the lab such a trade is left at that moment; at the venue its stop and target stand, and a
person decides. Whoever compares the two has to know of it.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from terminal.domain.decision import Decision
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import MINUTE_MS
from terminal.domain.messages import Level
from terminal.domain.order import PositionSide
from terminal.domain.plain_words import lasting, leg_words
from terminal.ports.clock import Clock
from terminal.services.guardrails.trades import Trade, TradeBook
from terminal.services.reporter import Reporter

_LOOK_S: Final = 5.0

Held = Callable[[InstrumentId, PositionSide], Decimal]


class HorizonWatch:
    """Looks at the AI's open trades every few seconds.

    Args:
        trades: real ones, in the venue's time.
        decision_of: the decision behind a trade.
        held: size of ours on a side at the venue.
        now_ms: the venue's time.
    """

    def __init__(
        self,
        trades: TradeBook,
        decision_of: Callable[[str], Decision | None],
        held: Held,
        now_ms: Callable[[], int],
        clock: Clock,
        reporter: Reporter,
    ) -> None:
        self._trades = trades
        self._decision_of = decision_of
        self._held = held
        self._now_ms = now_ms
        self._clock = clock
        self._reporter = reporter
        self._told: set[str] = set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self.look()
            await self._clock.sleep(_LOOK_S)

    def look(self) -> None:
        """Tell of each trade whose time is over, once."""
        running = [trade for trade in self._trades.real() if not trade.is_over]
        self._told &= {trade.key for trade in running}
        for trade in running:
            if trade.key not in self._told and self._is_outlived(trade):
                self._told.add(trade.key)
                self._reporter.notice(Level.WARNING, "horizon", self._words(trade), keep=True)

    def _is_outlived(self, trade: Trade) -> bool:
        decision = self._decision_of(trade.decision_id)
        if decision is None or self._held(trade.instrument_id, trade.side) <= 0:
            return False
        return self._now_ms() >= trade.opened_ms + decision.horizon_min * MINUTE_MS

    def _words(self, trade: Trade) -> str:
        decision = self._decision_of(trade.decision_id)
        given = lasting(0 if decision is None else decision.horizon_min * MINUTE_MS)
        leg = leg_words(trade.instrument_id, trade.side)
        return (
            f"{leg} has had the {given} its decision gave it, and neither stop nor target was reached. On paper and in "
            "the lab it is left now. Close it in Positions, or leave it to its stop and target"
        )
