"""The way into the time machine: an entry of the View menu, and whoever asks for a moment.

The window is built when it is first wanted: its chart's library takes a while to import.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from terminal.domain.time_messages import OpenDay
from terminal.ui.actions.bind import ShortcutKeys, menu_action
from terminal.ui.actions.table import BY_ID
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.widgets.seat.key_list import KeyList

if TYPE_CHECKING:
    from terminal.ui.widgets.time_machine.window import TimeWindow


class TimeMachineDoor(QObject):
    """Opens the window; `also_in` lets the panic keys work in it.

    Attributes:
        window: None until it was opened for the first time.
    """

    def __init__(self, desk: Desk, over: QWidget, menu: QMenu, also_in: Callable[[QWidget], None]) -> None:
        super().__init__(over)
        self._desk = desk
        self._over = over
        self._also_in = also_in
        self.window: TimeWindow | None = None
        menu_action(desk.actions, menu, over, "window.time", "Time machine…", lambda: self.open(OpenDay()))
        desk.time.wanted.connect(self.open)

    def open(self, wanted: OpenDay) -> None:
        """Bring the window to the front; a plain opening keeps the day that is open in it."""
        from terminal.ui.widgets.time_machine.window import TimeWindow  # noqa: PLC0415 - pulls in the chart's library

        if self.window is None:
            self.window = TimeWindow(self._desk, self._over)
            self._also_in(self.window)
            ShortcutKeys(self._desk.actions, self.window, BY_ID["window.keys"], self._show_keys)
        self.window.open_day(wanted)

    def _show_keys(self) -> None:
        """Print the keys over the window; a second time while they are open does nothing."""
        if self.window is not None and self.window.findChild(KeyList) is None:
            keys = KeyList(self._desk.actions.keymap, self.window)
            self._also_in(keys)
            keys.open()
