"""What each model said last, in full, under its exact name: the table above has only figures."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.brain_rows import LastAnswer
from terminal.ui.widgets.plain_text import visible

_APART_PX: Final = 8


class AnswerList(QWidget):
    """Blocks of name, answer and record; labels that are there are used again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("What each model answered last")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self.blocks: list[tuple[QLabel, QLabel, QLabel]] = []

    @property
    def texts(self) -> list[tuple[str, str, str]]:
        return [(name.text(), answer.text(), record.text()) for name, answer, record in self.blocks]

    def show_answers(self, answers: Sequence[LastAnswer]) -> None:
        while len(self.blocks) > len(answers):
            for label in self.blocks.pop():
                self._column.removeWidget(label)
                label.hide()
                label.deleteLater()
        while len(self.blocks) < len(answers):
            self.blocks.append((_label("muted"), _label("text"), _label("muted")))
            for label in self.blocks[-1]:
                self._column.addWidget(label)
            self.blocks[-1][0].setContentsMargins(0, _APART_PX if len(self.blocks) > 1 else 0, 0, 0)
        for (name, answer, record), said in zip(self.blocks, answers, strict=True):
            name.setText(visible(said.model))
            answer.setText(visible(said.text))
            set_role(answer, "tone", said.tone)
            record.setText(visible(said.record))
            record.setVisible(bool(said.record))


def _label(tone: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    set_role(label, "tone", tone)
    return label
