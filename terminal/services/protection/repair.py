"""Puts stops and targets right at the venue: place new, see them listed, only then cancel the old.

A request counts when a later reading of the venue's list shows it; the list lags by about
two seconds, so it is asked several times. What is not seen is "unconfirmed", and then the
old triggers stay.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.errors import RequestRejected, VenueError
from terminal.domain.flatten import LegKey
from terminal.domain.messages import Level
from terminal.domain.order import Effect, PositionSide
from terminal.domain.plain_words import figure, joined, leg_words, quoted, sentence, why
from terminal.domain.position import Position
from terminal.domain.protection import TriggerRole
from terminal.ports.venue import Acknowledged, NotSent, Refused, SubmitOutcome, TradingVenue, TriggerReport
from terminal.ports.way_out import way_out
from terminal.services.flatten.plan import side_of
from terminal.services.protection.board import role_of
from terminal.services.protection.watch import ProtectionWatch
from terminal.services.protection.wishes import ProtectionWishes, Wish
from terminal.services.reporter import Reporter
from terminal.services.risk.facts import RiskFacts

_VERIFY_S: Final = (0.5, 1.0, 1.0, 2.0, 3.0)  # when to read the list after a request


@dataclass(frozen=True, slots=True)
class Fresh:
    """One leg as the venue shows it now: triggers were read first, the position after them."""

    position: Position | None
    triggers: tuple[TriggerReport, ...]


class ProtectionRepair:
    """Works on one leg at a time. `new_id` makes our own ids of triggers."""

    def __init__(
        self,
        venue: TradingVenue,
        facts: RiskFacts,
        wishes: ProtectionWishes,
        watch: ProtectionWatch,
        reporter: Reporter,
        new_id: Callable[[], str],
    ) -> None:
        self._venue = venue
        self._facts = facts
        self._clock = facts.clock
        self._wishes = wishes
        self._watch = watch
        self._reporter = reporter
        self._new_id = new_id
        self._busy: set[LegKey] = set()

    # -- what others call ----------------------------------------------------------

    async def repair(self, key: LegKey, who: str) -> bool:
        """Put what is wanted in place for the size held now; True when it is listed and the old is gone.

        A listed stop that is tighter than the wanted one counts as wanted: repairs never widen.
        """
        wish, status = self._wishes.of(key), self._watch.status_of(key)
        if wish.stop is not None and status is not None and status.stop is not None:
            tighter = max if key[1] is PositionSide.LONG else min
            wish = Wish(tighter(wish.stop, status.stop.price), wish.target)
        return await self.set(key, wish, who)

    async def set(self, key: LegKey, wish: Wish, who: str) -> bool:
        """Give a leg this stop and target; a lone fitting trigger is moved, anything else is placed anew."""
        name = leg_words(*key)
        if wish.stop is None:
            self._say(Level.WARNING, f"{name}: no stop is known for it. Set one, or close the position.")
            return False
        if key in self._busy:
            self._say(Level.INFO, f"{name}: its protection is being worked on already.")
            return False
        self._busy.add(key)
        try:
            return await self._set(key, wish, who)
        except RequestRejected as error:
            self._wishes.note(key, wish, "refused", who)
            words = joined(f"{name}: the stop or target was refused", why(error), "What was there stays")
            self._say(Level.ERROR, words)
        except VenueError as error:
            words = joined(
                f"{name}: no clear answer about the stop or target", why(error), "Look at its protection light"
            )
            self._say(Level.WARNING, words)
        finally:
            self._busy.discard(key)
            self._watch.say_doing(key, "")
            self._watch.touch()
        return False

    async def read(self, key: LegKey) -> Fresh:
        """Read one leg.

        Raises:
            VenueError: no information.
        """
        with way_out():
            triggers = await self._venue.trigger_orders(key[0])
            began_s = self._clock.monotonic_s()
            positions = await self._venue.positions()
        self._facts.portfolio.set_positions(positions, began_s)
        own = tuple(each for each in triggers if closes(each, key))
        return Fresh(self._facts.portfolio.position(*key), own)

    # -- setting -------------------------------------------------------------------

    async def _set(self, key: LegKey, wish: Wish, who: str) -> bool:
        self._watch.say_doing(key, "reading what is there")
        fresh = await self.read(key)
        if fresh.position is None:
            self._say(Level.INFO, f"{leg_words(*key)}: nothing is held, so nothing needs a stop.")
            return False
        if self._is_right(fresh, wish):
            self._wishes.note(key, wish, "listed", who)
            self._say(Level.INFO, f"{leg_words(*key)}: stop and target are listed as wanted; nothing to do.")
            return True
        if self._can_move(fresh, wish):
            return await self._move(key, fresh, wish, who)
        return await self._replace(key, fresh.position, fresh.triggers, wish, who)

    def _parts(self, fresh: Fresh, wish: Wish) -> dict[TriggerRole, list[TriggerReport]]:
        """The leg's triggers by role; the wanted stop's side of the middle tells them apart."""
        parts: dict[TriggerRole, list[TriggerReport]] = {TriggerRole.STOP: [], TriggerRole.TARGET: []}
        for each in fresh.triggers:
            parts[self._role(each, wish)].append(each)
        return parts

    def _role(self, report: TriggerReport, wish: Wish) -> TriggerRole:
        if report.trigger_price == wish.stop:
            return TriggerRole.STOP
        if report.trigger_price == wish.target:
            return TriggerRole.TARGET
        quote = self._facts.hub.quote(report.instrument_id)
        return role_of(report, side_of(report), quote.mark or quote.last)

    def _is_right(self, fresh: Fresh, wish: Wish) -> bool:
        parts, held = self._parts(fresh, wish), fresh.position
        stops, targets = parts[TriggerRole.STOP], parts[TriggerRole.TARGET]
        fits = held is not None and all(each.size == held.size for each in fresh.triggers)
        stop_ok = [each.trigger_price for each in stops] == [wish.stop]
        return fits and stop_ok and [each.trigger_price for each in targets] == ([wish.target] if wish.target else [])

    def _can_move(self, fresh: Fresh, wish: Wish) -> bool:
        """One stop, and one target or none as wanted, all of the held size: moving them leaves no gap."""
        parts, held = self._parts(fresh, wish), fresh.position
        counts = len(parts[TriggerRole.STOP]), len(parts[TriggerRole.TARGET])
        sizes = held is not None and all(each.size == held.size for each in fresh.triggers)
        return sizes and counts == (1, 0 if wish.target is None else 1)

    async def _move(self, key: LegKey, fresh: Fresh, wish: Wish, who: str) -> bool:
        parts = self._parts(fresh, wish)
        self._wishes.note(key, wish, "asked", who)
        self._watch.say_doing(key, "moving the trigger")
        for role, price in ((TriggerRole.STOP, wish.stop), (TriggerRole.TARGET, wish.target)):
            for report in parts[role]:
                if price is not None and report.trigger_price != price:
                    await self._modify(report, price)
        self._watch.say_doing(key, "checking that it is listed")
        listed = await self._until(key, lambda triggers: self._has(triggers, wish))
        self._conclude(key, wish, who, listed=listed)
        return listed

    async def _modify(self, report: TriggerReport, price: Decimal) -> None:
        try:
            await self._venue.modify_trigger(report.venue_order_id, price)
        except RequestRejected:
            raise
        except VenueError as error:
            # Not known whether it moved: the list decides.
            words = joined("The move of a stop or target got no clear answer", why(error), "Reading the venue's list")
            self._say(Level.INFO, words)

    async def _replace(
        self, key: LegKey, position: Position, old: tuple[TriggerReport, ...], wish: Wish, who: str
    ) -> bool:
        stop_id, target_id = self._new_id(), self._new_id()
        self._wishes.note(key, wish, "asked", who, stop_id=stop_id, target_id=target_id)
        self._watch.say_doing(key, "placing new ones")
        placed = await self._venue.protect(position, wish.stop, wish.target, stop_id=stop_id, target_id=target_id)
        refusal = " ".join(filter(None, (_refusal(placed.stop, "stop"), _refusal(placed.target, "target"))))
        if _refusal(placed.stop, "stop"):
            self._wishes.note(key, wish, "refused", who, stop_id=stop_id, target_id=target_id)
            self._say(Level.ERROR, joined(f"{leg_words(*key)}: {refusal}", "What was there stays"))
            return False
        if refusal:
            self._say(Level.ERROR, f"{leg_words(*key)}: {refusal}")
        known = frozenset(each.venue_order_id for each in old)
        target = None if _refusal(placed.target, "target") else wish.target
        self._watch.say_doing(key, "checking that they are listed")
        new = Wish(wish.stop, target)
        listed = await self._until(key, lambda triggers: self._has(_without(triggers, known), new))
        self._conclude(key, wish, who, listed=listed, ids=(stop_id, target_id))
        if listed and old:
            self._watch.say_doing(key, "cancelling the old ones")
            return await self.cancel(old)
        return listed

    def _conclude(self, key: LegKey, wish: Wish, who: str, *, listed: bool, ids: tuple[str, str] = ("", "")) -> None:
        outcome = "listed" if listed else "unconfirmed"
        self._wishes.note(key, wish, outcome, who, stop_id=ids[0], target_id=ids[1])
        prices = f"stop {_text(wish.stop)}, target {_text(wish.target)}"
        if listed:
            where = "the venue lists it" if self._venue.capabilities.triggers else "this program keeps it while it runs"
            self._say(Level.GOOD, f"{leg_words(*key)}: {prices} set by {who}; {where}.", keep=True)
        else:
            words = f"{leg_words(*key)}: {prices} was sent, but the venue does not list it yet. Old ones stay."
            self._say(Level.WARNING, words, keep=True)

    @staticmethod
    def _has(triggers: tuple[TriggerReport, ...], wish: Wish) -> bool:
        listed = [each.trigger_price for each in triggers]
        return wish.stop in listed and (wish.target is None or wish.target in listed)

    async def _until(self, key: LegKey, holds: Callable[[tuple[TriggerReport, ...]], bool]) -> bool:
        """Read the list a few times until something holds; failed readings are no information."""
        for pause_s in _VERIFY_S:
            await self._clock.sleep(pause_s)
            try:
                with way_out():
                    triggers = await self._venue.trigger_orders(key[0])
            except VenueError:
                continue
            if holds(tuple(each for each in triggers if closes(each, key))):
                return True
        return False

    # -- cancelling ------------------------------------------------------------------

    async def cancel(self, triggers: tuple[TriggerReport, ...]) -> bool:
        """Cancel triggers; True when a later list shows none of them. Never raises."""
        ids = frozenset(each.venue_order_id for each in triggers)
        where = triggers[0].instrument_id if _one_pair(triggers) else None
        for pause_s in _VERIFY_S:
            for venue_order_id in sorted(ids):
                try:
                    await self._venue.cancel_trigger(venue_order_id)
                except VenueError as error:
                    self._reporter.failing("trigger cancel", "A stop or target could not be cancelled", error)
            await self._clock.sleep(pause_s)
            try:
                with way_out():
                    listed = await self._venue.trigger_orders(where)
            except VenueError:
                continue
            ids &= frozenset(each.venue_order_id for each in listed)
            if not ids:
                self._reporter.works("trigger cancel")
                return True
        words = f"{len(ids)} old triggers are still listed after their cancel: {', '.join(sorted(ids))}. Sweep again."
        self._say(Level.ERROR, words, keep=True)
        return False

    def _say(self, level: Level, text: str, *, keep: bool = False) -> None:
        self._reporter.notice(level, "protection", text, keep=keep)


def closes(report: TriggerReport, key: LegKey) -> bool:
    return report.effect is Effect.CLOSE and (report.instrument_id, side_of(report)) == key


def _refusal(outcome: SubmitOutcome | None, what: str) -> str:
    """The venue's words when it definitely took nothing; "" otherwise."""
    match outcome:
        case Refused(code, message, hint, _):
            return sentence(f"The venue refused the {what}: {quoted(message, code, hint)}")
        case NotSent(message):
            return joined(f"The {what} was not sent", message)
        case Acknowledged() | None:
            return ""
        case _:
            return ""  # unclear: the list decides


def _without(triggers: tuple[TriggerReport, ...], known: frozenset[str]) -> tuple[TriggerReport, ...]:
    return tuple(each for each in triggers if each.venue_order_id not in known)


def _one_pair(triggers: tuple[TriggerReport, ...]) -> bool:
    return len({each.instrument_id for each in triggers}) == 1


def _text(price: Decimal | None) -> str:
    return "none" if price is None else figure(price)
