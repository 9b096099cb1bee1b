"""Asks for the name of a new layout."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import INSET


class LayoutName(QDialog):
    """Keeps asking until the name can be had; open it with `open()`."""

    def __init__(self, save_as: Callable[[str], str], parent: QWidget | None = None) -> None:
        """`save_as` makes the layout; it answers "" or why it cannot."""
        super().__init__(parent)
        self._save_as = save_as
        self.setWindowTitle("Keep as a new layout")
        self.setAccessibleName("Keep as a new layout")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.field = QLineEdit()
        self.field.setPlaceholderText("Name, such as Two screens")
        self.field.setAccessibleName("Name of the layout")
        self.field.setMinimumWidth(320)
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        set_role(self.problem, "tone", "amber")
        self.keep = QPushButton("Keep")
        self.keep.setDefault(True)
        self.keep.clicked.connect(self._keep)
        cancel = QPushButton("Cancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(INSET, INSET, INSET, INSET)
        column.setSpacing(8)
        for part in (self.field, self.problem):
            column.addWidget(part)
        column.addLayout(row)

    def _keep(self) -> None:
        words = self._save_as(self.field.text().strip())
        self.problem.setText(words)
        if not words:
            self.accept()
