"""The steps of an account's test, one line each: a sign, what was found, what to do."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from terminal.domain.account_check import CheckStep, StepState
from terminal.ui.theme.qss import set_role
from terminal.ui.widgets.plain_text import visible

_SIGNS: Final = {
    StepState.WAITING: ("○", "muted"),
    StepState.RUNNING: ("…", "accent"),
    StepState.OK: ("●", "up"),
    StepState.FAILED: ("▲", "down"),
    StepState.SKIPPED: ("○", "muted"),
}


class StepList(QWidget):
    """Shows the newest test."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Steps of the test")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(2, 1)
        self.rows: dict[str, tuple[QLabel, QLabel, QLabel]] = {}

    def show_steps(self, steps: dict[str, CheckStep]) -> None:
        for name in self.rows.keys() - steps.keys():
            for label in self.rows.pop(name):
                self._grid.removeWidget(label)
                label.deleteLater()
        for step in steps.values():
            self._show(step)

    def text_of(self, name: str) -> str:
        """Give a step's line as a person reads it."""
        return " ".join(label.text() for label in self.rows[name])

    def _show(self, step: CheckStep) -> None:
        sign, title, words = self.rows.get(step.name) or self._new_row(step.name)
        mark, tone = _SIGNS[step.state]
        sign.setText(mark)
        title.setText(step.title)
        words.setText(visible(" ".join(part for part in (step.words or step.state.value, step.hint) if part)))
        set_role(sign, "tone", tone)
        set_role(words, "tone", "down" if step.state is StepState.FAILED else "muted")

    def _new_row(self, name: str) -> tuple[QLabel, QLabel, QLabel]:
        labels = (QLabel(self), QLabel(self), QLabel(self))
        at = self._grid.rowCount()
        for column, label in enumerate(labels):
            label.setTextFormat(Qt.TextFormat.PlainText)
            self._grid.addWidget(label, at, column, Qt.AlignmentFlag.AlignTop)
        labels[2].setWordWrap(True)
        labels[2].setAccessibleName(f"Result: {name}")
        self.rows[name] = labels
        return labels
