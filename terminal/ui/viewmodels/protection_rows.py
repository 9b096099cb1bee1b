"""Protection as rows: what should guard each leg, what the venue lists, and since when it is naked."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.instrument import base_of
from terminal.domain.order import PositionSide
from terminal.domain.protection import HeldTrigger, ProtectionState, ProtectionStatus
from terminal.ui import formatting as f
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.safety import LegKey
from terminal.ui.viewmodels.words import position_word, sentence

P = ProtectionState

STATE: Final[dict[ProtectionState, tuple[str, str]]] = {
    P.PROTECTED: ("protected", "up"),
    P.PARTIAL: ("partly protected", "amber"),
    P.WAITING: ("waiting for the list", "muted"),
    P.UNCONFIRMED: ("no stop seen", "amber"),
    P.UNREAD: ("list not read", "amber"),
    P.ORPHAN: ("orphan triggers", "amber"),
}
NAKED_LOUD_S: Final = 30.0  # from then on a missing stop is a loss waiting to happen, not a slow list
UNKNOWN_TIP: Final = "The venue's list of stops and targets has not been read for this position yet."
REPAIR, SWEEP = "Repair", "Sweep"


@dataclass(frozen=True, slots=True)
class ProtectionRow:
    """A leg's protection now. `naked_s` and `checked_s` are whole seconds, so a row changes once a second."""

    status: ProtectionStatus
    decimals: int | None
    naked_s: int
    checked_s: int | None

    @property
    def base(self) -> str:
        return base_of(self.status.instrument_id)

    @property
    def leg_words(self) -> str:
        return f"{self.base} {position_word(self.status.side)}"

    @property
    def side_tone(self) -> str:
        return "rise" if self.status.side is PositionSide.LONG else "fall"

    @property
    def is_loud(self) -> bool:
        return self.status.uncovered > 0 and self.naked_s >= NAKED_LOUD_S

    @property
    def tone(self) -> str:
        """Green only when all is as wanted; red when a leg stays naked."""
        if self.is_loud:
            return "down"
        tone = STATE[self.status.state][1]
        return "amber" if tone == "up" and not self.status.is_as_wanted else tone

    @property
    def sign(self) -> str:
        return {"up": "●", "down": "▲", "amber": "▲"}.get(self.tone, "○")

    @property
    def state_words(self) -> str:
        """The light in words; a repair under way says its step."""
        if self.status.doing:
            return f"{self.sign} {self.status.doing}"
        words = STATE[self.status.state][0]
        if self.status.state is P.PROTECTED and not self.status.is_as_wanted:
            words = "covers too much" if self.status.excess else "looser than wanted"
        return f"{self.sign} {words}{self._seconds}"

    @property
    def wanted_words(self) -> str:
        return self._pair(self.status.wanted_stop, self.status.wanted_target)

    @property
    def held_words(self) -> str:
        return self._pair(_price(self.status.stop), _price(self.status.target))

    @property
    def keeper_words(self) -> str:
        """Say who keeps these stops and targets."""
        return "kept by this program" if self.status.by_program else "at the venue"

    @property
    def cover_words(self) -> str:
        """Size the listed stops cover, against the size held."""
        status = self.status
        if status.size == 0:
            return "none held"
        covered = status.size - status.uncovered + status.excess
        words = f"{f.trimmed(covered)} of {f.trimmed(status.size)}"
        return words if covered == status.size else f"{words} ≠"

    @property
    def _seconds(self) -> str:
        """How long a part has been without a stop."""
        return f" {self.naked_s}{f.THIN}s" if self.status.uncovered > 0 else ""

    @property
    def orphan_words(self) -> str:
        count = len(self.status.orphans)
        return f"{count} left over" if count else f.DASH

    @property
    def actions(self) -> tuple[str, ...]:
        """What a hand can do here; nothing while a repair runs."""
        status = self.status
        if status.doing:
            return ()
        repair = status.size > 0 and not status.is_as_wanted and status.wanted_stop is not None
        return tuple(name for name, on in ((REPAIR, repair), (SWEEP, bool(status.orphans))) if on)

    @property
    def guard_words(self) -> str:
        """The cell of the positions table: both prices and a tick, or what is wrong, with its seconds."""
        status, seconds = self.status, self._seconds
        if status.doing:
            return status.doing
        if status.state is P.PROTECTED:
            if status.is_as_wanted:
                return f"{self.held_words}  ✓"
            return f"{self.held_words}  {'too much' if status.excess else 'looser'}"
        if status.state is P.PARTIAL:
            return f"stop lacks {f.trimmed(status.uncovered)}{seconds}"
        if status.state is P.UNCONFIRMED:
            return f"stop missing{seconds}"
        if status.state is P.UNREAD:
            return f"list not read{seconds}"
        return f"waiting for list{seconds}"

    def _pair(self, stop: Decimal | None, target: Decimal | None) -> str:
        return f"{f.number(stop, self.decimals)} / {f.number(target, self.decimals)}"


def _price(trigger: HeldTrigger | None) -> Decimal | None:
    return None if trigger is None else trigger.price


def key_of_leg(key: LegKey) -> str:
    """Name a leg as the positions table does."""
    return f"{key[0]} {key[1].value}"


def protection_row(desk: Desk, status: ProtectionStatus) -> ProtectionRow:
    """Read a leg's protection now: naked seconds go on counting between the engine's words."""
    shape = desk.instruments.get(status.instrument_id)
    since_s = desk.monotonic_s() - desk.safety.protection_heard_s
    naked = status.naked_s + max(0.0, since_s) if status.uncovered > 0 else 0.0
    # Ages are the operator's: the market's clock may run faster.
    read_s = desk.safety.read_heard_s.get((status.instrument_id, status.side)) if status.checked_ms else None
    checked = None if read_s is None else int(max(0.0, desk.monotonic_s() - read_s))
    return ProtectionRow(status, shape.price_decimals if shape else None, int(naked), checked)


def protection_tip(row: ProtectionRow) -> str:
    """Everything known about a leg's guard, one fact a line."""
    status = row.status
    lines = [f"{row.leg_words}: {sentence(status.text)}"]
    if status.doing:
        lines.append(f"Now: {status.doing}.")
    lines += [f"wanted stop / target {row.wanted_words}", f"{row.keeper_words} {row.held_words}"]
    lines += [_trigger(row, item, "listed") for item in status.triggers]
    lines += [_trigger(row, item, "left over") for item in status.orphans]
    if status.uncovered > 0:
        lines.append(f"{f.trimmed(status.uncovered)} {row.base} without a stop for {row.naked_s} s")
    if status.excess > 0:
        lines.append(f"stops cover {f.trimmed(status.excess)} {row.base} more than is held")
    lines.append("the list was never read" if row.checked_s is None else f"list read {f.age(row.checked_s)} ago")
    return "\n".join(lines)


def _trigger(row: ProtectionRow, item: HeldTrigger, what: str) -> str:
    return f"{what}: {item.role.value} {f.number(item.price, row.decimals)} for {f.trimmed(item.size)} {row.base}"
