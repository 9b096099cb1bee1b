"""How the models stand, as the engine last told. Part of the desk's state. GUI thread only."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from terminal.domain.brain import BrainChanged, InputAge, ModelHealth


class BrainBook(QObject):
    """Newest health of every strategist.

    Attributes:
        models: the one that answers the cycles first; empty before the engine told any.
        inputs: ages of the newest snapshot's inputs when the model was asked.
        heard_s: when that was told, on `monotonic_s`; None before.

    Signals:
        changed: both were replaced.
    """

    changed = Signal()

    def __init__(self, monotonic_s: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._monotonic_s = monotonic_s
        self.models: tuple[ModelHealth, ...] = ()
        self.inputs: tuple[InputAge, ...] = ()
        self.heard_s: float | None = None
        self.handlers: dict[type, Callable[[Any], None]] = {BrainChanged: self._on_changed}

    def age_s(self) -> float:
        """Seconds since the engine last told anything; 0 before."""
        return 0.0 if self.heard_s is None else max(0.0, self._monotonic_s() - self.heard_s)

    def _on_changed(self, event: BrainChanged) -> None:
        self.models, self.inputs = event.models, event.inputs
        self.heard_s = self._monotonic_s()
        self.changed.emit()
