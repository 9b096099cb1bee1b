"""The guide: the demo at once, or an account step by step. A window of its own that blocks nothing."""

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from terminal.domain.errors import TerminalError
from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import INSET
from terminal.ui.viewmodels.guide import GuideHost, GuideState
from terminal.ui.widgets.first_run.account_pages import KeyPage, account_pages, is_last
from terminal.ui.widgets.first_run.pages import StepPage, WelcomePage, paragraph
from terminal.ui.widgets.plain_text import visible

SIZE: Final = QSize(720, 440)
TALL: Final = QSize(720, 690)  # the account form with its test under it
FRAME: Final = QSize(24, 60)  # what a window manager may add
TITLE: Final = "First steps"


class GuideWindow(QDialog):
    """Welcome, then the pages of an account. Closing it keeps what was saved and nothing else."""

    def __init__(self, state: GuideState, host: GuideHost, over: QWidget | None = None) -> None:
        super().__init__(over)
        self._state = state
        self._host = host
        self.setWindowTitle(TITLE)
        self.setAccessibleName(TITLE)
        self.setModal(False)
        self.welcome = WelcomePage(demo_runs=host.demo_runs)
        self.pages = account_pages(state, host)
        self.stack = QStackedWidget()
        for page in (self.welcome, *self.pages):
            self.stack.addWidget(page)
        self.message = paragraph("", "down")
        self.message.setAccessibleName("What is in the way")
        self.progress = paragraph("")
        self.back, self.next, self.leave = QPushButton("Back"), QPushButton("Next"), QPushButton("Close")
        for button in (self.back, self.next, self.leave):
            button.setAutoDefault(False)
        set_role(self.next, "kind", "accent")
        self._lay_out()
        self.welcome.demo_wanted.connect(self._demo)
        self.welcome.account_wanted.connect(lambda: self._go(1))
        self.back.clicked.connect(lambda: self._go(self.stack.currentIndex() - 1))
        self.next.clicked.connect(self._on_next)
        self.leave.clicked.connect(self.reject)
        state.changed.connect(self._show_message)
        self._go(0)

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.progress, 1)
        for button in (self.leave, self.back, self.next):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * INSET, 2 * INSET, 2 * INSET, INSET)
        column.setSpacing(10)
        column.addWidget(self.stack, 1)
        column.addWidget(self.message)
        column.addLayout(foot)

    def open(self) -> None:
        """Show the guide, or bring it to the front, where it was left."""
        self.show()
        self.raise_()
        self.activateWindow()

    @property
    def page(self) -> QWidget | None:
        return self.stack.currentWidget()

    def _demo(self) -> None:
        try:
            self._host.start_demo()
        except TerminalError as error:
            self._state.say(str(error))
        else:
            self.hide()

    def _on_next(self) -> None:
        page = self.page
        refusal = page.leave() if isinstance(page, StepPage) else ""
        if refusal:
            self._state.say(refusal)
        elif page is not None and is_last(page):
            self.accept()
            self._go(0)
        else:
            self._go(self.stack.currentIndex() + 1)

    def _go(self, index: int) -> None:
        self._state.say("")
        self.stack.setCurrentIndex(index)
        page = self.page
        if isinstance(page, StepPage):
            page.enter()
        wanted = TALL if isinstance(page, KeyPage) and self._state.plan.has_key else SIZE
        self.resize(wanted.boundedTo(self.screen().availableGeometry().size() - FRAME))
        self.back.setVisible(index > 0)
        self.next.setVisible(index > 0)
        self.next.setText("Finish" if page is not None and is_last(page) else "Next")
        self.progress.setText(f"Step {index} of {len(self.pages)}" if index else "")
        first = self.welcome.demo if index == 0 else self.next
        first.setFocus()

    def _show_message(self) -> None:
        self.message.setText(visible(self._state.message))
        self.message.setVisible(bool(self._state.message))
