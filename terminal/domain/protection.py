"""What keeps a position from harm: the stop and target that should be there, and those the venue holds."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from terminal.domain.instrument import InstrumentId
from terminal.domain.order import PositionSide


class TriggerRole(Enum):
    STOP = "stop"
    TARGET = "target"
    ENTRY = "entry"  # would open a position


@dataclass(frozen=True, slots=True)
class HeldTrigger:
    """A trigger the venue lists. Size in base coin, price in quote currency."""

    venue_order_id: str
    role: TriggerRole
    price: Decimal
    size: Decimal


class ProtectionState(Enum):
    """There is no "none": the venue's list lags, so a missing stop is at most unconfirmed."""

    PROTECTED = "protected"  # stops for the whole size are listed
    PARTIAL = "partly protected"  # stops are listed, but for less than is held
    WAITING = "waiting for the venue's list"  # within the list's usual lag
    UNCONFIRMED = "unconfirmed"  # asked several times, not listed: treat it as naked
    UNREAD = "not read"  # the list cannot be read at present
    ORPHAN = "orphan"  # no position, but triggers of it are left


@dataclass(frozen=True, slots=True)
class ProtectionStatus:
    """One leg's protection. Sizes in base coin, prices in quote currency.

    `size` is what is held (0 for ORPHAN). `wanted_*` come from the opening decision or from a
    person who tightened them; None when nothing is known. `stop` and `target` are the listed
    ones nearest to the market, `triggers` all of the leg. `uncovered` is the size no listed
    stop covers, `excess` what the listed stops cover beyond the size held. `naked_s` counts
    operator seconds with `uncovered` above 0. `orphans` belong to no position or would open
    one. `checked_ms` is when the list was last read, 0 before. `doing` names a repair's step.
    `by_program`: the venue keeps no stops, so this program does, as long as it runs.
    """

    instrument_id: InstrumentId
    side: PositionSide
    size: Decimal
    state: ProtectionState
    wanted_stop: Decimal | None
    wanted_target: Decimal | None
    stop: HeldTrigger | None
    target: HeldTrigger | None
    triggers: tuple[HeldTrigger, ...]
    orphans: tuple[HeldTrigger, ...]
    uncovered: Decimal
    excess: Decimal
    naked_s: float
    checked_ms: int
    text: str
    doing: str = ""
    by_program: bool = False

    @property
    def is_as_wanted(self) -> bool:
        """Covered in full, at the wanted stop price or tighter, without excess."""
        if self.state is not ProtectionState.PROTECTED or self.excess or self.stop is None:
            return False
        if self.wanted_stop is None:
            return True
        long = self.side is PositionSide.LONG
        return self.stop.price >= self.wanted_stop if long else self.stop.price <= self.wanted_stop
