"""Looks at the venue's triggers again and again and says what protects each leg.

The list lags: a trigger shows up about two seconds after it was placed. A stop that is
missing is first waited for, then asked for several times, then called unconfirmed, never
"none". A leg naked for ten seconds is an alarm and stops openings of its pair.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from terminal.domain.errors import VenueError
from terminal.domain.flatten import LegKey
from terminal.domain.hand_messages import ProtectionChanged
from terminal.domain.messages import Event, Level
from terminal.domain.order import Effect
from terminal.domain.plain_words import joined, leg_words
from terminal.domain.position import Position
from terminal.domain.protection import HeldTrigger, ProtectionState, ProtectionStatus, TriggerRole
from terminal.ports.venue import TradingVenue, TriggerReport
from terminal.services.flatten.plan import side_of
from terminal.services.protection.board import Evidence, assess, held_trigger, left_over, role_of
from terminal.services.protection.wishes import ProtectionWishes
from terminal.services.reporter import Reporter
from terminal.services.risk.facts import RiskFacts

LAG_S: Final = 2.0
ALARM_S: Final = 10.0
_TICK_S: Final = 1.0
_CALM_S: Final = 5.0  # every leg is protected
_IDLE_S: Final = 15.0  # nothing is held
_ENOUGH_TRIES: Final = 3
_OLD_S: Final = 30.0  # a list read that long ago says nothing any more


@dataclass(slots=True)
class _Leg:
    """What is remembered of one leg between readings; times on the operator's clock."""

    naked_since_s: float | None = None
    tries: int = 0
    alarmed: bool = False
    orphan_since_s: float | None = None


class ProtectionWatch:
    """`statuses` is the newest view, `triggers` the newest list. `doing` names repairs under way.

    `on_read(triggers)` is told of every list that was read.
    """

    def __init__(
        self,
        venue: TradingVenue,
        facts: RiskFacts,
        wishes: ProtectionWishes,
        reporter: Reporter,
        *,
        emit: Callable[[Event], None],
    ) -> None:
        self._venue = venue
        self._facts = facts
        self._clock = facts.clock
        self._wishes = wishes
        self._reporter = reporter
        self._emit = emit
        self.statuses: tuple[ProtectionStatus, ...] = ()
        self.triggers: tuple[TriggerReport, ...] = ()
        self.on_read: Callable[[tuple[TriggerReport, ...]], None] = lambda _triggers: None
        self._legs: dict[LegKey, _Leg] = {}
        self._roles: dict[str, TriggerRole] = {}
        self._doing: dict[LegKey, str] = {}
        self._read_s = float("-inf")
        self._read_ms = 0
        self._tried_s = float("-inf")
        self._touched = False

    # -- for others ------------------------------------------------------------

    def touch(self) -> None:
        """An order, a fill or a trigger moved: look with the next tick."""
        self._touched = True

    def status_of(self, key: LegKey) -> ProtectionStatus | None:
        return next((each for each in self.statuses if (each.instrument_id, each.side) == key), None)

    def say_doing(self, key: LegKey, words: str) -> None:
        """Show a repair's step beside the leg; "" when it is over."""
        self._doing.pop(key, None)
        if words:
            self._doing[key] = words
        self._judge(counted=False)

    # -- watching ----------------------------------------------------------------

    async def run(self) -> None:
        """Look when it is due, until cancelled."""
        while True:
            await self.look_if_due()
            await self._clock.sleep(_TICK_S)

    async def look_if_due(self) -> None:
        waited_s = self._clock.monotonic_s() - self._tried_s
        if self._touched or waited_s >= self._interval_s():
            await self.look()
        else:
            self._judge(counted=False)

    async def look(self) -> bool:
        """Read the list once; False when it gave no answer (that is no information)."""
        self._touched = False
        self._tried_s = self._clock.monotonic_s()
        try:
            self.triggers = await self._venue.trigger_orders(None)
        except VenueError as error:
            self._reporter.failing("protection", "Stops and targets could not be read", error)
            self._judge(counted=False)
            return False
        self._reporter.works("protection")
        self.on_read(self.triggers)
        self._read_s, self._read_ms = self._clock.monotonic_s(), self._clock.now_ms()
        self._roles = {
            each.venue_order_id: self._roles.get(each.venue_order_id) or self._role(each) for each in self.triggers
        }
        self._judge(counted=True)
        return True

    def _interval_s(self) -> float:
        if not self._facts.portfolio.positions:
            return _TICK_S if self.triggers else _IDLE_S
        calm = all(each.state is ProtectionState.PROTECTED for each in self.statuses)
        return _CALM_S if calm and self.statuses else _TICK_S

    def _role(self, report: TriggerReport) -> TriggerRole:
        """Where it lay from the market when first seen; the market may cross it later."""
        quote = self._facts.hub.quote(report.instrument_id)
        position = self._facts.portfolio.position(report.instrument_id, side_of(report))
        price = quote.mark or quote.last or (None if position is None else position.entry_price)
        return role_of(report, side_of(report), price)

    # -- judging -----------------------------------------------------------------

    def _judge(self, *, counted: bool) -> None:
        """Work out all statuses; `counted` when a fresh list was read."""
        by_leg: dict[LegKey, list[HeldTrigger]] = {}
        for report in self.triggers:
            trigger = held_trigger(report, self._roles[report.venue_order_id])
            by_leg.setdefault((report.instrument_id, side_of(report)), []).append(trigger)
        statuses = [
            self._held(each, tuple(by_leg.get(_key(each), ())), counted) for each in self._facts.portfolio.positions
        ]
        held = {_key(each) for each in self._facts.portfolio.positions}
        for key, triggers in by_leg.items():
            if key not in held and self._is_left_over(key):
                statuses.append(left_over(*key, tuple(triggers), self._read_ms))
        for key in [key for key in self._legs if key not in held and key not in by_leg]:
            del self._legs[key]
            self._wishes.forget(key)
        self._publish(
            tuple(replace(each, doing=self._doing.get((each.instrument_id, each.side), "")) for each in statuses)
        )

    def _held(self, position: Position, triggers: tuple[HeldTrigger, ...], counted: bool) -> ProtectionStatus:
        key, now_s = _key(position), self._clock.monotonic_s()
        leg = self._legs.setdefault(key, _Leg())
        leg.orphan_since_s = None
        closing = tuple(each for each in triggers if each.role is not TriggerRole.ENTRY)
        stops = sum((each.size for each in closing if each.role is TriggerRole.STOP), Decimal(0))
        if stops >= position.size:
            self._covered(key, leg)
        elif leg.naked_since_s is None:
            leg.naked_since_s, leg.tries = now_s, 0
        elif counted:
            leg.tries += 1
        naked_s = 0.0 if leg.naked_since_s is None else now_s - leg.naked_since_s
        readable = now_s - self._read_s <= _OLD_S
        kept_here = not self._venue.capabilities.triggers
        evidence = Evidence(naked_s, leg.tries, self._read_ms, readable, LAG_S, _ENOUGH_TRIES, kept_here)
        status = assess(position, closing, self._wishes.of(key), evidence)
        entries = tuple(each for each in triggers if each.role is TriggerRole.ENTRY)
        if status.naked_s > ALARM_S and not leg.alarmed and status.state is not ProtectionState.UNREAD:
            leg.alarmed = True
            self._alarm(status)
        return replace(status, orphans=entries)

    def _covered(self, key: LegKey, leg: _Leg) -> None:
        if leg.alarmed:
            words = f"{leg_words(*key)}: the venue lists a stop for the whole position again"
            self._reporter.notice(Level.GOOD, "protection", words, keep=True)
        leg.naked_since_s, leg.tries, leg.alarmed = None, 0, False

    def _alarm(self, status: ProtectionStatus) -> None:
        name = leg_words(status.instrument_id, status.side)
        words = joined(f"{name} has had no full stop at the venue for {status.naked_s:.0f} s", status.text)
        self._reporter.notice(Level.ERROR, "protection", words, keep=True)
        self._facts.switch.pause(status.instrument_id, f"{name} is without a full stop")

    def _is_left_over(self, key: LegKey) -> bool:
        """Triggers may come before the position is read: call them left over only after the lag."""
        leg, now_s = self._legs.setdefault(key, _Leg()), self._clock.monotonic_s()
        leg.naked_since_s, leg.alarmed = None, False
        opening = any(
            (order.terms.instrument_id, order.terms.position_side) == key and order.terms.effect is Effect.OPEN
            for order in self._facts.ledger.at_venue()
        )
        if opening or leg.orphan_since_s is None:
            leg.orphan_since_s = now_s
        return now_s - leg.orphan_since_s >= LAG_S

    def _publish(self, statuses: tuple[ProtectionStatus, ...]) -> None:
        if statuses != self.statuses:
            self.statuses = statuses
            self._emit(ProtectionChanged(statuses))


def _key(position: Position) -> LegKey:
    return position.instrument_id, position.side
