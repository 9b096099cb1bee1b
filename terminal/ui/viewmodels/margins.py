"""Leverage and margin mode of each pair: what the venue has in force, and how far a change has come.

Part of the desk's state. GUI thread only.
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from terminal.domain.hand_messages import MarginInForce, MarginPhase, MarginProgress
from terminal.domain.instrument import InstrumentId


class MarginBook(QObject):
    """Newest words about margin settings.

    Attributes:
        in_force: what was last read back, by pair; nothing before the first reading.
        read_heard_s: when that was heard, on the operator's monotonic clock.
        progress: the newest change of each pair.

    Signals:
        changed (InstrumentId): one of them is another one.
    """

    changed = Signal(object)

    def __init__(self, monotonic_s: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._monotonic_s = monotonic_s
        self.in_force: dict[InstrumentId, MarginInForce] = {}
        self.read_heard_s: dict[InstrumentId, float] = {}
        self.progress: dict[InstrumentId, MarginProgress] = {}
        self.handlers: dict[type, Callable[[Any], None]] = {
            MarginInForce: self._on_in_force,
            MarginProgress: self._on_progress,
        }

    def age_s(self, instrument_id: InstrumentId) -> float | None:
        """Seconds since the newest reading; None before the first."""
        heard_s = self.read_heard_s.get(instrument_id)
        return None if heard_s is None else max(0.0, self._monotonic_s() - heard_s)

    def is_pending(self, instrument_id: InstrumentId) -> bool:
        """Tell whether a change is on its way or waits for a clear answer."""
        progress, read = self.progress.get(instrument_id), self.in_force.get(instrument_id)
        under_way = progress is not None and progress.phase in {MarginPhase.SETTING, MarginPhase.UNCLEAR}
        return under_way or (read is not None and not read.is_settled)

    def _on_in_force(self, event: MarginInForce) -> None:
        where = event.setting.instrument_id
        self.in_force[where] = event
        self.read_heard_s[where] = self._monotonic_s()
        self.changed.emit(where)

    def _on_progress(self, event: MarginProgress) -> None:
        self.progress[event.instrument_id] = event
        self.changed.emit(event.instrument_id)
