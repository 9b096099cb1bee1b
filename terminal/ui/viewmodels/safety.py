"""What keeps the account from harm, as the engine last told it: protection, flatten, amendments.

Part of the desk's state. GUI thread only.
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from terminal.domain.flatten import FlattenPlan, FlattenProgress
from terminal.domain.hand_messages import AmendPhase, AmendProgress, ProtectionChanged
from terminal.domain.instrument import InstrumentId
from terminal.domain.messages import PositionsFrozen
from terminal.domain.order import PositionSide
from terminal.domain.protection import ProtectionStatus

LegKey = tuple[InstrumentId, PositionSide]


class SafetyBook(QObject):
    """Newest words about guards, flattens and orders that are being changed.

    Attributes:
        protection: by leg; empty until the venue's list was read.
        protection_heard_s: when those words came, on the operator's monotonic clock.
        read_heard_s: when a leg's newest reading of the list was heard of, same clock.
        gap_heard_s: when an amended order was heard to be gone, same clock, by its id.
        plan: the newest flatten plan, None before the first.
        flatten: the newest flatten's progress, None before the first.
        frozen: pairs whose position our fills do not explain, each with why.
        amends: newest progress of each amended order, by the old order's id.

    Signals:
        protection_changed, frozen_changed: `protection` or `frozen` was replaced.
        planned (FlattenPlan), flattening (FlattenProgress), amended (AmendProgress).
    """

    protection_changed = Signal()
    frozen_changed = Signal()
    planned = Signal(object)
    flattening = Signal(object)
    amended = Signal(object)

    def __init__(self, monotonic_s: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._monotonic_s = monotonic_s
        self.protection: dict[LegKey, ProtectionStatus] = {}
        self.protection_heard_s = 0.0
        self.read_heard_s: dict[LegKey, float] = {}
        self.gap_heard_s: dict[str, float] = {}
        self.plan: FlattenPlan | None = None
        self.flatten: FlattenProgress | None = None
        self.amends: dict[str, AmendProgress] = {}
        self.frozen: dict[InstrumentId, str] = {}
        self.handlers: dict[type, Callable[[Any], None]] = {
            ProtectionChanged: self._on_protection,
            FlattenPlan: self._on_plan,
            FlattenProgress: self._on_flatten,
            AmendProgress: self._on_amend,
            PositionsFrozen: self._on_frozen,
        }

    @property
    def is_flattening(self) -> bool:
        return self.flatten is not None and not self.flatten.is_over

    def gap_of(self, client_order_id: str) -> AmendProgress | None:
        """Give the amendment of an order whose replacement is not there yet; None otherwise."""
        progress = self.amends.get(client_order_id)
        return None if progress is None or progress.phase is AmendPhase.REFUSED else progress

    def _on_protection(self, event: ProtectionChanged) -> None:
        before, now_s = self.protection, self._monotonic_s()
        self.protection = {(item.instrument_id, item.side): item for item in event.statuses}
        self.protection_heard_s = now_s
        for key, status in self.protection.items():
            if key not in before or before[key].checked_ms != status.checked_ms:
                self.read_heard_s[key] = now_s
        self.protection_changed.emit()

    def _on_plan(self, plan: FlattenPlan) -> None:
        self.plan = plan
        self.planned.emit(plan)

    def _on_flatten(self, progress: FlattenProgress) -> None:
        self.flatten = progress
        self.flattening.emit(progress)

    def _on_frozen(self, event: PositionsFrozen) -> None:
        self.frozen = dict(event.frozen)
        self.frozen_changed.emit()

    def _on_amend(self, progress: AmendProgress) -> None:
        self.amends[progress.client_order_id] = progress
        if progress.gap_since_ms:
            self.gap_heard_s.setdefault(progress.client_order_id, self._monotonic_s())
        self.amended.emit(progress)
