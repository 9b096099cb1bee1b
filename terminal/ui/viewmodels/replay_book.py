"""A replay as the window sees it: where it stands, and the hands on it."""

from typing import Final, Protocol

from PySide6.QtCore import QObject, Signal

from terminal.domain.recording import ReplayState

SPEEDS: Final = (1.0, 10.0, 50.0, 200.0, 1_000.0)


class ReplayControl(Protocol):
    """Moves the replay's time; lives on the window's thread."""

    def state(self) -> ReplayState: ...

    def pause(self) -> None: ...

    def go_on(self) -> None: ...

    def set_speed(self, speed: float) -> None: ...


class ReplayBook(QObject):
    """What the bar shows.

    Signals:
        changed: the state was read again.
    """

    changed = Signal()

    def __init__(self, day: str, control: ReplayControl, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.day = day
        self._control = control
        self.state = control.state()

    @property
    def speeds(self) -> tuple[float, ...]:
        """The speeds to choose from: the usual ones and the one it was started with."""
        return tuple(sorted({*SPEEDS, self.state.speed}))

    @property
    def share(self) -> float:
        """How much of the recording has been played, 0 to 1."""
        state = self.state
        whole_ms = state.to_ms - state.from_ms
        return 1.0 if whole_ms <= 0 else min(1.0, (state.now_ms - state.from_ms) / whole_ms)

    def read(self) -> None:
        """Look where it stands."""
        self.state = self._control.state()
        self.changed.emit()

    def set_paused(self, paused: bool) -> None:
        if paused:
            self._control.pause()
        else:
            self._control.go_on()
        self.read()

    def set_speed(self, speed: float) -> None:
        self._control.set_speed(speed)
        self.read()
