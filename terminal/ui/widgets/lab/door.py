"""The way into the lab: an entry of the View menu. The window is built when it is first wanted."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from terminal.ui.actions.bind import menu_action
from terminal.ui.actions.book import ActionBook
from terminal.ui.viewmodels.lab_book import LabBook

if TYPE_CHECKING:
    from terminal.ui.widgets.lab.window import LabWindow


class LabDoor(QObject):
    """Opens the window; `also_in` lets the panic keys work in it.

    Attributes:
        book: what the window shows.
        window: None until it was opened for the first time.
    """

    def __init__(
        self,
        book: LabBook,
        over: QWidget,
        menu: QMenu,
        also_in: Callable[[QWidget], None],
        open_page: Callable[[str], None],
        actions: ActionBook,
    ) -> None:
        super().__init__(over)
        self.book = book
        self._over = over
        self._also_in = also_in
        self._open_page = open_page
        self.window: LabWindow | None = None
        menu_action(actions, menu, over, "window.lab", "Lab…", self.open)

    def open(self) -> None:
        """Bring the window to the front with the newest runs."""
        from terminal.ui.widgets.lab.window import LabWindow  # noqa: PLC0415 - pulls in the chart's library

        if self.window is None:
            self.window = LabWindow(self.book, self._open_page, self._over)
            self._also_in(self.window)
        self.book.refresh()
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
