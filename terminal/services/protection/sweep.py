"""After a close: removes triggers that outlived their position, and fits those of what is left.

A trigger is only called an orphan by readings in the right order: triggers first, positions
after them, and no opening of ours on its way.
"""

from collections.abc import Callable
from typing import Final

from terminal.domain.errors import VenueError
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.messages import Level
from terminal.domain.order import Effect, Order, PositionSide
from terminal.domain.plain_words import joined, why
from terminal.ports.venue import TradingVenue, TriggerReport
from terminal.ports.way_out import way_out
from terminal.services.flatten.plan import side_of
from terminal.services.protection.repair import ProtectionRepair
from terminal.services.protection.watch import ProtectionWatch
from terminal.services.reporter import Reporter
from terminal.services.risk.facts import RiskFacts

_SETTLE_S: Final = 2.0  # venues show triggers, and their end, with a delay
_TRIES_S: Final = (2.0, 4.0, 8.0, 15.0)


class ProtectionSweep:
    """`is_flattening()` tells whether a flatten is at work: it cancels triggers itself."""

    def __init__(
        self,
        venue: TradingVenue,
        facts: RiskFacts,
        repair: ProtectionRepair,
        watch: ProtectionWatch,
        reporter: Reporter,
        is_flattening: Callable[[], bool],
    ) -> None:
        self._venue = venue
        self._facts = facts
        self._repair = repair
        self._watch = watch
        self._reporter = reporter
        self._is_flattening = is_flattening
        self._at_work: set[InstrumentId] = set()
        self._again: set[InstrumentId] = set()

    @staticmethod
    def concerns(order: Order) -> bool:
        return order.terms.effect is Effect.CLOSE and order.is_terminal and order.filled_size > 0

    async def after_close(self, instrument_id: InstrumentId) -> None:
        """Sweep, and fit the triggers of what is left; closes that end meanwhile are looked at once more."""
        if instrument_id in self._at_work:
            self._again.add(instrument_id)
            return
        self._at_work.add(instrument_id)
        try:
            await self._look_after(instrument_id)
            while instrument_id in self._again:
                self._again.discard(instrument_id)
                await self._look_after(instrument_id)
        finally:
            self._at_work.discard(instrument_id)

    async def _look_after(self, instrument_id: InstrumentId) -> None:
        """One look, tried on while the venue gives no answer."""
        await self._facts.clock.sleep(_SETTLE_S)
        for pause_s in (*_TRIES_S, None):
            try:
                await self._sweep(instrument_id, with_entries=False)
                break
            except VenueError as error:
                if pause_s is None:
                    words = joined(
                        f"Left-over stops of {base_of(instrument_id)} could not be checked",
                        why(error),
                        "Sweep orphans by hand",
                    )
                    self._reporter.notice(Level.ERROR, "protection", words, keep=True)
                    return
                await self._facts.clock.sleep(pause_s)
        for side in PositionSide:
            await self._fit(instrument_id, side)

    async def by_person(self, instrument_id: InstrumentId | None, who: str) -> None:
        """Sweep now; triggers that would open a position go too."""
        try:
            count = await self._sweep(instrument_id, with_entries=True)
        except VenueError as error:
            words = joined("The sweep got no answer", why(error), "Nothing is known to be gone; sweep again")
            self._reporter.notice(Level.ERROR, "protection", words)
            return
        where = "any pair" if instrument_id is None else base_of(instrument_id)
        if not count:
            self._reporter.notice(Level.INFO, "protection", f"No trigger of {where} is an orphan ({who} asked).")

    async def _sweep(self, instrument_id: InstrumentId | None, *, with_entries: bool) -> int:
        with way_out():
            triggers = await self._venue.trigger_orders(instrument_id)
            began_s = self._facts.clock.monotonic_s()
            positions = await self._venue.positions()
        self._facts.portfolio.set_positions(positions, began_s)
        left = tuple(each for each in triggers if self._is_orphan(each, with_entries=with_entries))
        if left and await self._repair.cancel(left):
            what = "1 left-over stop or target is" if len(left) == 1 else f"{len(left)} left-over stops and targets are"
            words = f"{what} cancelled; the venue no longer lists any of it."
            self._reporter.notice(Level.INFO, "protection", words, keep=True)
        self._watch.touch()
        return len(left)

    def _is_orphan(self, report: TriggerReport, *, with_entries: bool) -> bool:
        if report.effect is Effect.OPEN:
            return with_entries
        if self._facts.portfolio.held(report.instrument_id, side_of(report)) > 0:
            return False
        return not any(
            order.terms.instrument_id == report.instrument_id
            and order.terms.position_side is side_of(report)
            and order.terms.effect is Effect.OPEN
            for order in self._facts.ledger.at_venue()
        )

    async def _fit(self, instrument_id: InstrumentId, side: PositionSide) -> None:
        """A partial close leaves stops of the old size, or none: place them for what is left."""
        key = (instrument_id, side)
        if self._is_flattening() or self._facts.portfolio.held(*key) == 0:
            return
        if any(order.terms.instrument_id == instrument_id for order in self._facts.ledger.at_venue()):
            return  # its own end will bring us here again
        with way_out():
            await self._watch.look()
        status = self._watch.status_of(key)
        if status is not None and status.wanted_stop is not None and (status.uncovered or status.excess):
            await self._repair.repair(key, "the program, after a partial close")
