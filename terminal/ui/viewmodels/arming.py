"""One-click sending: off at each start, armed by hand, off again by itself."""

from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from terminal.ui.viewmodels.desk import Desk

IDLE_MS: Final = 60_000
OFF: Final = "One-click is off."
IDLE: Final = "One-click is off again: the ladder was not used for a minute."
OTHER_PAIR: Final = "One-click is off again: another pair is shown."
AWAY: Final = "One-click is off again: you left the program."
ON: Final = "One-click is armed: a click asks the AI for an order, or closes."


class Arming(QObject):
    """Whether a click on the ladder acts by itself.

    Attributes:
        is_on: armed now.
        words: what was done last, for a person; empty before the first.

    Signals:
        changed: armed or not any more.
    """

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pair = desk.selection[0]
        self.is_on = False
        self.words = ""
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(IDLE_MS)
        self._idle.timeout.connect(lambda: self.disarm(IDLE))
        desk.selection_changed.connect(self._on_selection)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.applicationStateChanged.connect(self._on_application)

    def toggle(self) -> None:
        if self.is_on:
            self.disarm()
        else:
            self.arm()

    def arm(self) -> None:
        """Let clicks act until they are not wanted any more, or a minute passes without one."""
        self._set(True, ON)
        self._idle.start()

    def disarm(self, words: str = OFF) -> None:
        self._idle.stop()
        self._set(False, words)

    def used(self) -> None:
        """The ladder is in use: the idle minute begins anew."""
        if self.is_on:
            self._idle.start()

    def _set(self, on: bool, words: str) -> None:
        if self.is_on is not on:
            self.is_on, self.words = on, words
            self.changed.emit()

    def _on_selection(self, instrument_id: object, _interval: object) -> None:
        if instrument_id != self._pair:
            self._pair = instrument_id  # type: ignore[assignment]  # the signal carries objects
            self.disarm(OTHER_PAIR)

    def _on_application(self, state: Qt.ApplicationState) -> None:
        """The click that brings a window back to the front must not act."""
        if state is not Qt.ApplicationState.ApplicationActive:
            self.disarm(AWAY)
