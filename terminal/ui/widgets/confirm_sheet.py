"""A sheet that explains one act in words and asks once; leaving it is the default."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from terminal.ui.theme.qss import set_role
from terminal.ui.widgets.plain_text import visible
from terminal.ui.widgets.sheet import Sheet

WIDTH_PX = 480


class ConfirmSheet(Sheet):
    """Words, the act on its button, and Cancel with the focus. Used again for the next question."""

    def __init__(self, window: QWidget) -> None:
        super().__init__("Confirm", window, WIDTH_PX)
        self._act: Callable[[], None] | None = None
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.confirm = QPushButton()
        self.confirm.setAutoDefault(False)
        set_role(self.confirm, "kind", "danger")
        set_role(self.confirm, "tall", "true")
        self.cancel = QPushButton("Cancel")
        self.cancel.setAccessibleName("Cancel: do nothing")
        set_role(self.cancel, "tall", "true")
        self.confirm.clicked.connect(self._do)
        self.cancel.clicked.connect(self.dismiss)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.confirm)
        self.body.addWidget(self.words)
        self.body.addLayout(row)

    def ask(self, title: str, words: str, act_words: str, act: Callable[[], None]) -> None:
        """Show the question; `act` is called at most once, by the button."""
        self.title.setText(title)
        self.setAccessibleName(title)
        self.words.setText(visible(words))
        self.confirm.setText(act_words)
        self.confirm.setAccessibleName(act_words)
        self._act = act
        self.present(self.cancel)

    def _do(self) -> None:
        act, self._act = self._act, None
        self.dismiss()
        if act is not None:
            act()
