"""The lab: a window of its own. Nothing in it can be sent anywhere."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.lab_book import LabBook
from terminal.ui.widgets.lab.form import LabForm
from terminal.ui.widgets.lab.report_view import LabReportView
from terminal.ui.widgets.lab.runs import LabRuns

SIZE: Final = QSize(1_500, 860)
FRAME: Final = QSize(24, 60)  # what a window manager may add
LEFT_PX: Final = 590
TITLE: Final = "Lab – strategies on past bars, nothing here can be sent"


class LabWindow(QDialog):
    """Opened by `LabDoor`; closing it does not end a run."""

    def __init__(self, book: LabBook, open_page: Callable[[str], None], over: QWidget) -> None:
        super().__init__(over, Qt.WindowType.Window)
        self.setWindowTitle(TITLE)
        self.setModal(False)
        self.form = LabForm(book)
        self.runs = LabRuns(book)
        self.report = LabReportView(open_page)
        self.runs.chosen.connect(book.show)
        book.opened.connect(self.report.show_report)
        counted = QLabel("Every run is counted: the more versions are tried, the more the best of them is luck.")
        counted.setWordWrap(True)
        set_role(counted, "tone", "muted")
        left = QWidget()
        left.setFixedWidth(LEFT_PX)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.form)
        column.addWidget(counted)
        column.addWidget(self.runs, 1)
        row = QHBoxLayout(self)
        row.addWidget(left)
        row.addWidget(self.report, 1)
        self.resize(SIZE.boundedTo(self.screen().availableGeometry().size() - FRAME))
