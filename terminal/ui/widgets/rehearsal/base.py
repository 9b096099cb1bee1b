"""What both windows of the rehearsal share: rows at the left, requests and answers at the right, the result below."""

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from terminal.domain.rehearsal import RehearsalChanged, RehearsalKind, RowState
from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import INSET
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.rehearsal_book import record_words, traffic_text, verdict_tone
from terminal.ui.widgets.plain_text import visible
from terminal.ui.widgets.rehearsal.row_list import RowList

SIZE: Final = QSize(1_280, 620)
FRAME: Final = QSize(24, 60)  # what a window manager may add
NOT_RUN: Final = "Not run yet"
RUNNING: Final = "Running…"
WAITS: Final = "Waits for your approval"


class RehearsalWindow(QDialog):
    """A window of its own that blocks nothing. Subclasses fill `foot` and, where they have more, `column`."""

    def __init__(self, desk: Desk, kind: RehearsalKind, title: str, story: str, over: QWidget, *, runs: bool) -> None:
        super().__init__(over)
        self.desk = desk
        self.kind = kind
        self._chosen = ""
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setModal(False)
        self.story = QLabel(story)
        self.story.setWordWrap(True)
        set_role(self.story, "tone", "muted")
        self.list = RowList(runs=runs)
        self.list.chosen.connect(self._choose)
        self.traffic_title = QLabel()
        set_role(self.traffic_title, "tone", "muted")
        self.traffic = QPlainTextEdit()
        self.traffic.setReadOnly(True)
        self.traffic.setAccessibleName("Requests and answers")
        self.traffic.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.verdict, self.record = QLabel(NOT_RUN), QLabel()
        self.verdict.setTextFormat(Qt.TextFormat.PlainText)
        self.verdict.setAccessibleName("Result")
        self.verdict.setWordWrap(True)
        set_role(self.verdict, "strong", "true")
        set_role(self.record, "tone", "muted")
        self.record.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.leave = QPushButton("Close")
        self.leave.setAutoDefault(False)
        self.leave.clicked.connect(self.reject)
        self._lay_out()
        self.resize(SIZE.boundedTo(self.screen().availableGeometry().size() - FRAME))
        desk.rehearsal.changed.connect(self._on_changed)
        self.refresh()

    def _lay_out(self) -> None:
        inner = QWidget()
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(0, 0, 8, 0)
        self.column.setSpacing(12)
        self.column.addWidget(self.list)
        self.column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        right = QVBoxLayout()
        right.setSpacing(6)
        right.addWidget(self.traffic_title)
        right.addWidget(self.traffic, 1)
        halves = QHBoxLayout()
        halves.setSpacing(16)
        halves.addWidget(area, 3)
        halves.addLayout(right, 2)
        result = QVBoxLayout()
        result.setSpacing(2)
        result.addWidget(self.verdict)
        result.addWidget(self.record)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.addLayout(result, 1)
        self.foot.addWidget(self.leave, 0, Qt.AlignmentFlag.AlignBottom)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(INSET + 4, INSET, INSET + 4, INSET)
        whole.setSpacing(12)
        whole.addWidget(self.story)
        whole.addLayout(halves, 1)
        whole.addLayout(self.foot)

    def add_action(self, button: QPushButton) -> None:
        """Put a button in front of Close."""
        button.setAutoDefault(False)
        self.foot.insertWidget(self.foot.count() - 1, button, 0, Qt.AlignmentFlag.AlignBottom)

    def open(self) -> None:
        """Show the window, or bring it to the front."""
        self.refresh()
        self.show()
        self.raise_()
        self.activateWindow()

    @property
    def standing(self) -> RehearsalChanged | None:
        return self.desk.rehearsal.of(self.kind)

    def refresh(self) -> None:
        """Write everything again from the newest standing."""
        now = self.standing
        running = now is not None and now.is_running
        self.list.show_rows(self.desk.rehearsal.rows(self.kind), may_run=not running)
        verdict = "" if now is None else now.verdict
        asks = now is not None and any(row.state is RowState.ASKS for row in now.rows)
        self.verdict.setText(visible((WAITS if asks else RUNNING) if running else verdict or NOT_RUN))
        set_role(self.verdict, "tone", ("amber" if asks else "accent") if running else verdict_tone(verdict))
        self.record.setText(record_words(now))
        self._show_traffic()

    def _choose(self, name: str) -> None:
        self._chosen = name
        self._show_traffic()

    def _show_traffic(self) -> None:
        rows = [each for each in self.desk.rehearsal.rows(self.kind) if each.exchanges]
        row = next((each for each in rows if each.name == self._chosen), None if self._chosen or not rows else rows[-1])
        self.traffic_title.setText(
            "Choose a row's requests to see them here. Keys and signatures are hidden."
            if row is None
            else f"Requests of: {row.title}. Keys and signatures are hidden."
        )
        if row is not None:
            self.list.traffic[row.name].setChecked(True)
        text = "" if row is None else visible(traffic_text(row))
        if self.traffic.toPlainText() != text:
            self.traffic.setPlainText(text)

    def _on_changed(self, kind: RehearsalKind) -> None:
        if kind is self.kind:
            self.refresh()
