"""The way to the recorded days: an entry of the View menu. The window is built when it is first wanted."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from terminal.ui.actions.bind import menu_action
from terminal.ui.actions.book import ActionBook
from terminal.ui.viewmodels.recorded_days import RecordedDays
from terminal.ui.widgets.replay.window import RecordedDaysWindow


class ReplayDoor(QObject):
    """Opens the window; `also_in` lets the panic keys work in it.

    Attributes:
        book: what the window shows.
        window: None until it was opened for the first time.
    """

    def __init__(
        self,
        book: RecordedDays,
        over: QWidget,
        menu: QMenu,
        also_in: Callable[[QWidget], None],
        actions: ActionBook,
    ) -> None:
        super().__init__(over)
        self.book = book
        self._over = over
        self._also_in = also_in
        self.window: RecordedDaysWindow | None = None
        menu_action(actions, menu, over, "window.replay", "Recorded days…", self.open)

    def open(self) -> None:
        """Bring the window to the front and look for days."""
        if self.window is None:
            self.window = RecordedDaysWindow(self.book, self._over)
            self._also_in(self.window)
        self.book.refresh()
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
