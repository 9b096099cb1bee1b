"""Compares what is held with the triggers the venue lists: pure, no clock, no requests."""

from dataclasses import dataclass, replace
from decimal import Decimal

from terminal.domain.instrument import InstrumentId
from terminal.domain.order import ZERO, Effect, PositionSide
from terminal.domain.plain_words import figure
from terminal.domain.position import Position
from terminal.domain.protection import HeldTrigger, ProtectionState, ProtectionStatus, TriggerRole
from terminal.ports.venue import TriggerReport
from terminal.services.protection.wishes import Wish


@dataclass(frozen=True, slots=True)
class Evidence:
    """How sure a reading is. `naked_s` since a stop was last enough; `tries` readings without it.

    `is_readable` False: the list has not been read lately, so its silence means nothing.
    `by_program`: the stops are this program's own.
    """

    naked_s: float
    tries: int
    checked_ms: int
    is_readable: bool
    lag_s: float
    enough_tries: int
    by_program: bool = False


def role_of(report: TriggerReport, side: PositionSide, price: Decimal | None) -> TriggerRole:
    """Tell stop from target by where the trigger lies from a price; unknown prices make it a stop."""
    if report.effect is Effect.OPEN:
        return TriggerRole.ENTRY
    if price is None:
        return TriggerRole.STOP
    below = report.trigger_price < price
    return TriggerRole.STOP if below is (side is PositionSide.LONG) else TriggerRole.TARGET


def held_trigger(report: TriggerReport, role: TriggerRole) -> HeldTrigger:
    return HeldTrigger(report.venue_order_id, role, report.trigger_price, report.size)


def assess(position: Position, triggers: tuple[HeldTrigger, ...], wish: Wish, evidence: Evidence) -> ProtectionStatus:
    """Give the status of one held leg; `triggers` are those that close it."""
    stops = tuple(each for each in triggers if each.role is TriggerRole.STOP)
    covered = sum((each.size for each in stops), ZERO)
    uncovered = max(ZERO, position.size - covered)
    state = _state(uncovered, covered, evidence)
    status = ProtectionStatus(
        instrument_id=position.instrument_id,
        side=position.side,
        size=position.size,
        state=state,
        wanted_stop=wish.stop,
        wanted_target=wish.target,
        stop=_nearest(stops, position.side, TriggerRole.STOP),
        target=_nearest(triggers, position.side, TriggerRole.TARGET),
        triggers=triggers,
        orphans=(),
        uncovered=uncovered,
        excess=max(ZERO, covered - position.size),
        naked_s=round(evidence.naked_s, 1) if uncovered else 0.0,
        checked_ms=evidence.checked_ms,
        text="",
        by_program=evidence.by_program,
    )
    return replace(status, text=_words(status, evidence))


def left_over(
    instrument_id: InstrumentId, side: PositionSide, triggers: tuple[HeldTrigger, ...], checked_ms: int
) -> ProtectionStatus:
    """Give the status of a leg that holds nothing but still has triggers."""
    prices = ", ".join(figure(each.price) for each in triggers)
    return ProtectionStatus(
        instrument_id=instrument_id,
        side=side,
        size=ZERO,
        state=ProtectionState.ORPHAN,
        wanted_stop=None,
        wanted_target=None,
        stop=None,
        target=None,
        triggers=triggers,
        orphans=triggers,
        uncovered=ZERO,
        excess=ZERO,
        naked_s=0.0,
        checked_ms=checked_ms,
        text=f"No position, but {len(triggers)} triggers are left (at {prices}). Sweep them.",
    )


def _state(uncovered: Decimal, covered: Decimal, evidence: Evidence) -> ProtectionState:
    if uncovered == 0:
        return ProtectionState.PROTECTED
    if not evidence.is_readable:
        return ProtectionState.UNREAD
    if evidence.naked_s < evidence.lag_s or evidence.tries < evidence.enough_tries:
        return ProtectionState.WAITING
    return ProtectionState.PARTIAL if covered > 0 else ProtectionState.UNCONFIRMED


def _nearest(triggers: tuple[HeldTrigger, ...], side: PositionSide, role: TriggerRole) -> HeldTrigger | None:
    """The one the market meets first."""
    of_role = [each for each in triggers if each.role is role]
    highest_first = (side is PositionSide.LONG) is (role is TriggerRole.STOP)
    of_role.sort(key=lambda each: each.price, reverse=highest_first)
    return of_role[0] if of_role else None


def _words(status: ProtectionStatus, evidence: Evidence) -> str:
    size = figure(status.size)
    match status.state:
        case ProtectionState.PROTECTED:
            return _protected_words(status)
        case ProtectionState.PARTIAL:
            return f"{figure(status.uncovered)} of {size} has had no stop for {status.naked_s:.0f} s. Repair it."
        case ProtectionState.WAITING:
            return "Waiting for the venue's list; new triggers show up about two seconds late."
        case ProtectionState.UNREAD:
            return "The venue's list of triggers cannot be read; what it holds is not known."
        case _:
            words = f"Asked {evidence.tries} times: the venue lists no stop. Naked for {status.naked_s:.0f} s."
            if status.by_program:
                words = f"This program keeps no stop for it, and the venue none. Naked for {status.naked_s:.0f} s."
            return f"{words} {'Repair it.' if status.wanted_stop is not None else 'Set a stop, or close it.'}"


def _protected_words(status: ProtectionStatus) -> str:
    stop = status.stop
    words = "" if stop is None else f"Stop at {figure(stop.price)}."
    if status.excess:
        words += f" Stops cover {figure(status.excess)} more than is held; repair fits them."
    elif not status.is_as_wanted:
        wanted = "" if status.wanted_stop is None else figure(status.wanted_stop)
        words += f" It is farther than the wanted {wanted}; repair moves it."
    if status.wanted_target is not None and status.target is None:
        words += f" The target {figure(status.wanted_target)} is not listed."
    if status.by_program:
        words += " Kept by this program, not by the venue: it acts only while the program runs and hears the market."
    return words.strip()
