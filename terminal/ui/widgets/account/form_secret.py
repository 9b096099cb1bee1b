"""Asking for one secret at the start: a key, or the password it lies under. Open it with `open()`."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import INSET
from terminal.ui.widgets.account.form_fields import SecretField
from terminal.ui.widgets.plain_text import visible

WIDTH_PX = 460


@dataclass(frozen=True, slots=True)
class SecretWords:
    """What the form says: `secret` names the field, `use` and `skip` the buttons, `skip_tip` what skipping means."""

    title: str
    words: str
    secret: str
    use: str
    skip: str
    skip_tip: str


class SecretForm(QDialog):
    """One secret and a way on without it.

    Signals:
        given (str): what was entered, as it was entered; the field is empty by then.
    """

    given = Signal(str)

    def __init__(self, words: SecretWords, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(words.title)
        self.setAccessibleName(words.title)
        self.setMinimumWidth(WIDTH_PX)
        self.words, self.problem = QLabel(), QLabel()
        for label in (self.words, self.problem):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.words.setText(visible(words.words))
        set_role(self.problem, "tone", "down")
        self.secret = SecretField(words.secret)
        self.secret.setPlaceholderText(words.secret)
        self.use, self.skip = QPushButton(words.use), QPushButton(words.skip)
        self.use.setDefault(True)
        self.skip.setAutoDefault(False)
        self.skip.setToolTip(words.skip_tip)
        for button in (self.use, self.skip):
            button.setAccessibleName(button.text())
        self.use.clicked.connect(self._give)
        self.skip.clicked.connect(self.reject)
        self._lay_out()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.skip)
        row.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * INSET, INSET, 2 * INSET, INSET)
        column.setSpacing(10)
        for part in (self.words, self.secret, self.problem):
            column.addWidget(part)
        column.addLayout(row)

    def show_problem(self, words: str) -> None:
        """Say why the last one did not do, and take the next one."""
        self.say(words)
        self.use.setEnabled(True)

    def say(self, words: str) -> None:
        """Say something else; a secret that is being tried goes on being tried."""
        self.problem.setText(visible(words))
        self.problem.setVisible(bool(words))

    def _give(self) -> None:
        secret = self.secret.text()
        self.secret.forget()
        if secret.strip():
            self.say("")
            self.use.setEnabled(False)
            self.given.emit(secret)

    def hideEvent(self, event: QHideEvent) -> None:
        self.secret.forget()
        super().hideEvent(event)
