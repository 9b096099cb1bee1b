"""The ways into API test and go/no-go: entries of the View menu, built when first wanted."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from terminal.ui.actions.bind import menu_action
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.mode import WindowMode

if TYPE_CHECKING:
    from terminal.ui.widgets.rehearsal.api_test_window import ApiTestWindow
    from terminal.ui.widgets.rehearsal.go_window import GoWindow


class RehearsalDoor(QObject):
    """Opens the windows; `also_in` lets the panic keys work in them.

    Attributes:
        test, go: None until they were opened for the first time.
    """

    def __init__(
        self, desk: Desk, mode: WindowMode, over: QWidget, menu: QMenu, also_in: Callable[[QWidget], None]
    ) -> None:
        super().__init__(over)
        self._desk = desk
        self._mode = mode
        self._over = over
        self._also_in = also_in
        self.test: ApiTestWindow | None = None
        self.go: GoWindow | None = None
        menu_action(desk.actions, menu, over, "window.api_test", "API test…", self.open_test)
        menu_action(desk.actions, menu, over, "window.go", "Go or no-go…", self.open_go)

    def open_test(self) -> None:
        if self.test is None:
            from terminal.ui.widgets.rehearsal.api_test_window import ApiTestWindow  # noqa: PLC0415 - when first wanted

            self.test = ApiTestWindow(self._desk, self._mode, self._over)
            self._also_in(self.test)
        self.test.open()

    def open_go(self) -> None:
        if self.go is None:
            from terminal.ui.widgets.rehearsal.go_window import GoWindow  # noqa: PLC0415 - as above

            self.go = GoWindow(self._desk, self._mode, self._over)
            self.go.test_asked.connect(self.open_test)
            self._also_in(self.go)
        self.go.open()
