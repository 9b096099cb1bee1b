"""The participant guide's API test: one button each and one for all."""

from typing import Final

from PySide6.QtWidgets import QPushButton, QWidget

from terminal.domain.rehearsal import ALL_STEPS, RehearsalKind, RunApiTest
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.mode import WindowMode
from terminal.ui.widgets.rehearsal.base import RehearsalWindow
from terminal.ui.widgets.rehearsal.order_bar import OrderBar

STORY: Final = (
    "The organiser's test, step by step, on this profile's account. The first five steps change nothing. The order is "
    "the smallest there is; it waits for your approval and goes through the same checks and the same journal as every "
    "order. The result is written into the journal."
)


class ApiTestWindow(RehearsalWindow):
    """Opened by `RehearsalDoor`."""

    def __init__(self, desk: Desk, mode: WindowMode, over: QWidget) -> None:
        title = f"API test – {mode.word.lower()}"
        super().__init__(desk, RehearsalKind.API_TEST, title, STORY, over, runs=True)
        self.bar = OrderBar(desk, mode, self)
        self.column.insertWidget(1, self.bar)
        self.run_all = QPushButton("Run all")
        self.run_all.setAccessibleName("Run the whole API test")
        set_role(self.run_all, "kind", "accent")
        self.run_all.clicked.connect(lambda: self._run(ALL_STEPS))
        self.add_action(self.run_all)
        self.list.run_asked.connect(self._run)
        self.refresh()

    def refresh(self) -> None:
        super().refresh()
        if hasattr(self, "run_all"):
            self.run_all.setEnabled(self.standing is None or not self.standing.is_running)

    def _run(self, step: str) -> None:
        self.desk.send(RunApiTest(step, self.desk.who))
