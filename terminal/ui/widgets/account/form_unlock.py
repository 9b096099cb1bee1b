"""Asking for the password of the key's file at the start. Open it with `open()`."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import INSET
from terminal.ui.widgets.account.form_fields import SecretField


class UnlockForm(QDialog):
    """One field and a way out.

    Signals:
        given (str): a password to try; the field is empty by then.
    """

    given = Signal(str)

    def __init__(self, profile: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Unlock the account")
        self.setAccessibleName("Unlock the account")
        words = QLabel(f"The key of profile {profile} lies in a file under your password.")
        words.setWordWrap(True)
        self.password = SecretField("Password of the key's file")
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        set_role(self.problem, "tone", "down")
        self.unlock = QPushButton("Unlock")
        self.unlock.setDefault(True)
        self.watch = QPushButton("Only watch")
        self.watch.setAutoDefault(False)
        self.watch.setToolTip("Shows prices; nothing of the account can be read and nothing can be sent.")
        for button in (self.unlock, self.watch):
            button.setAccessibleName(button.text())
        self.unlock.clicked.connect(self._give)
        self.watch.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.watch)
        row.addWidget(self.unlock)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * INSET, INSET, 2 * INSET, INSET)
        column.setSpacing(10)
        for part in (words, self.password, self.problem):
            column.addWidget(part)
        column.addLayout(row)

    def show_problem(self, words: str) -> None:
        """Say why the last password did not do, and take the next one."""
        self.say(words)
        self.unlock.setEnabled(True)

    def say(self, words: str) -> None:
        """Say something else; a password that is being tried goes on being tried."""
        self.problem.setText(words)

    def _give(self) -> None:
        password = self.password.text()
        self.password.forget()
        if password:
            self.problem.setText("")
            self.unlock.setEnabled(False)
            self.given.emit(password)

    def hideEvent(self, event: QHideEvent) -> None:
        self.password.forget()
        super().hideEvent(event)
