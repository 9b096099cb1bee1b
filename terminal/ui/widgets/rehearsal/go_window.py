"""Go or no-go: everything that must be right before the day begins, looked at with one button."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from terminal.domain.rehearsal import CheckReadiness, RehearsalKind
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.mode import WindowMode
from terminal.ui.widgets.rehearsal.base import RehearsalWindow

STORY: Final = (
    "What must be right before the day begins: account, venue, this program and this computer. Nothing is changed and "
    "nothing is sent. The result is written into the journal with who asked for it."
)


class GoWindow(RehearsalWindow):
    """Opened by `RehearsalDoor`.

    Signals:
        test_asked: the API test is wanted.
    """

    test_asked = Signal()

    def __init__(self, desk: Desk, mode: WindowMode, over: QWidget) -> None:
        title = f"Go or no-go – {mode.word.lower()}"
        super().__init__(desk, RehearsalKind.GO_NO_GO, title, STORY, over, runs=False)
        self.sound = QPushButton("Test sound")
        self.sound.setToolTip("Plays the system's own sound: turn it up until you hear it")
        self.sound.clicked.connect(QApplication.beep)
        self.test = QPushButton("API test…")
        self.test.clicked.connect(self.test_asked)
        self.look = QPushButton("Look now")
        self.look.setAccessibleName("Look at everything now")
        set_role(self.look, "kind", "accent")
        self.look.clicked.connect(lambda: self.desk.send(CheckReadiness(self.desk.who)))
        for button in (self.sound, self.test, self.look):
            self.add_action(button)
        self.refresh()

    def refresh(self) -> None:
        super().refresh()
        if hasattr(self, "look"):
            self.look.setEnabled(self.standing is None or not self.standing.is_running)
