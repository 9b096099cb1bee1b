"""The way into the guide: an entry of the View menu, and the very first start. Built when first wanted."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from terminal.ui.actions.bind import menu_action
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.guide import GuideHost, GuideState

if TYPE_CHECKING:
    from terminal.ui.widgets.first_run.guide import GuideWindow


class GuideDoor(QObject):
    """Opens the guide; `also_in` lets the panic keys work in it.

    Attributes:
        state: what the guide's pages share.
        window: None until it was opened for the first time.
    """

    def __init__(self, desk: Desk, over: QWidget, menu: QMenu, also_in: Callable[[QWidget], None]) -> None:
        super().__init__(over)
        self._over = over
        self._also_in = also_in
        self._host: GuideHost | None = None
        self.state = GuideState(self)
        self.window: GuideWindow | None = None
        menu_action(desk.actions, menu, over, "window.guide", "First steps…", self.open)

    def use(self, host: GuideHost) -> None:
        """Learn what the program around the window can do; the guide opens from then on."""
        self._host = host

    def open(self) -> None:
        if self._host is None:
            return  # a window without a program around it: a picture or a test
        if self.window is None:
            from terminal.ui.widgets.first_run.guide import GuideWindow  # noqa: PLC0415 - when first wanted

            self.window = GuideWindow(self.state, self._host, self._over)
            self._also_in(self.window)
        self.window.open()
