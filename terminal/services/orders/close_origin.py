"""Who closed a position without an order of ours: a trigger the venue held, the venue itself, or somebody elsewhere.

The private stream says it for most orders: source WEB for a person on the venue's page, a
parent or a trigger type for a stop that fired, a liquidation fee. The listings say less:
v2 marks forced closes only, v3 none. What was not said is asked for: the triggers that
fired at that time, then the bill, which shows liquidations. A close that nothing explains was
made elsewhere. Triggers on the account count as the venue's own closes, whoever set them:
they were listed and watched while they waited.

Source: reference sections 6.2, 6.3, 6.4 and 9.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from terminal.domain.account import IncomeKind
from terminal.domain.errors import VenueError
from terminal.domain.order import Effect, Origin, PositionSide, Side
from terminal.ports.clock import Clock
from terminal.ports.venue import FiredTrigger, OrderReport, TradingVenue
from terminal.services.orders.ledger import OrderLedger
from terminal.services.recovery.other_terminal import OtherTerminal
from terminal.services.reporter import Reporter

_AGAIN_S: Final = (1.0, 2.0)  # the venue's lists lag: look again before a close counts as made elsewhere
_RETRY_S: Final = (1.0, 2.0, 4.0, 8.0, 15.0)
_SAME_MS: Final = 5_000  # a trigger and the order it became carry nearly the same time
_BILL_MS: Final = 10_000
_TRIGGERS_MS: Final = 7 * 86_400_000
_BEFORE_ENTRY_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Maker:
    """Who made an order. `is_told` False: the venue could not be asked, so it counts as made elsewhere."""

    origin: Origin
    is_forced: bool = False
    is_told: bool = True


class CloseOrigin:
    """Judges orders that no request of this program explains."""

    def __init__(
        self, venue: TradingVenue, ledger: OrderLedger, others: OtherTerminal, clock: Clock, reporter: Reporter
    ) -> None:
        self._venue = venue
        self._ledger = ledger
        self._others = others
        self._clock = clock
        self._reporter = reporter
        self._used: set[str] = set()

    def said(self, report: OrderReport) -> Maker | None:
        """What the report itself tells; None when it has to be asked for."""
        if report.is_forced:
            return Maker(Origin.VENUE, is_forced=True)
        if report.effect is Effect.OPEN or self._others.is_foreign(report.client_order_id):
            return Maker(Origin.EXTERNAL)
        if report.is_triggered or self._has_own_id(report):
            return Maker(Origin.VENUE)
        return Maker(Origin.EXTERNAL) if report.is_by_hand else None

    async def find(self, newest: Callable[[], OrderReport]) -> Maker:
        """Ask the venue until it is told or enough answers explain nothing. `newest` gives what is known by now."""
        answers = failures = 0
        while True:
            report = newest()
            try:
                told = self.said(report) or await self._asked(report)
            except VenueError as error:
                words = f"Who made the venue's order {report.venue_order_id} could not be read"
                self._reporter.failing("close look-up", words, error)
                if failures == len(_RETRY_S):
                    return Maker(Origin.EXTERNAL, is_told=False)
                pause_s, failures = _RETRY_S[failures], failures + 1
            else:
                self._reporter.works("close look-up")
                if told is not None or answers == len(_AGAIN_S):
                    return told or Maker(Origin.EXTERNAL)
                pause_s, answers = _AGAIN_S[answers], answers + 1
            await self._clock.sleep(pause_s)

    def _has_own_id(self, report: OrderReport) -> bool:
        """A stop may carry the id of its entry, or the one we gave it when it was placed."""
        own_id = report.client_order_id
        return own_id is not None and (self._ledger.get(own_id) is not None or self._others.is_ours(own_id))

    async def _asked(self, report: OrderReport) -> Maker | None:
        for fired in await self._venue.fired_triggers(report.instrument_id, self._since_ms(report)):
            if fired.trigger_id not in self._used and _became(fired, report):
                self._used.add(fired.trigger_id)
                return Maker(Origin.VENUE)
        bill = await self._venue.income(report.instrument_id, report.created_ms - _BILL_MS)
        if any(
            each.kind is IncomeKind.LIQUIDATION and abs(each.ts_event_ms - report.created_ms) <= _BILL_MS
            for each in bill
        ):
            return Maker(Origin.VENUE, is_forced=True)
        return None

    def _since_ms(self, report: OrderReport) -> int:
        """A stop is no older than the entry it guards; a week covers entries we do not know."""
        week_ms = report.created_ms - _TRIGGERS_MS
        side = PositionSide.LONG if report.side is Side.SELL else PositionSide.SHORT
        entry = self._ledger.entry_of(report.instrument_id, side)
        return week_ms if entry is None else min(week_ms, entry.created_ms - _BEFORE_ENTRY_MS)


def _became(fired: FiredTrigger, report: OrderReport) -> bool:
    """Whether a trigger became this order: by its id where the venue names it, else by side, size and moment."""
    if report.venue_order_id in {fired.trigger_id, fired.order_id}:
        return True
    if fired.order_id is not None or (fired.side, fired.effect) != (report.side, report.effect):
        return False
    return report.size <= fired.size and abs(fired.fired_ms - report.created_ms) <= _SAME_MS
