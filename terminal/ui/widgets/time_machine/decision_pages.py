"""The decision looked at, page by page, with only what was on record at the moment."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from terminal.domain.time_messages import AskingAgain, DecisionThen, ModelChoice, PastPart, PastSection
from terminal.ui.theme.qss import set_role
from terminal.ui.widgets.time_machine.again_page import AgainPage
from terminal.ui.widgets.time_machine.part_view import PartView, plain_label, scrolled

NONE_YET: Final = "No decision by this moment. Move on with J, or choose another day."
NOT_YET: Final = {
    PastSection.INPUTS: "The inputs of this decision were not frozen: it was made by an earlier version.",
    PastSection.DECISION: "Not decided yet at this moment.",
    PastSection.APPROVAL: "Not answered yet at this moment.",
    PastSection.CHECKS: "Not checked yet at this moment.",
    PastSection.FILLS: "Nothing was sent yet at this moment.",
    PastSection.LOG: "No AI log yet at this moment.",
}
AGAIN: Final = "Ask again"
_SHORT: Final = {PastSection.FILLS: "Fills"}


class DecisionPages(QWidget):
    """Title, tabs, one scrolled page.

    Attributes:
        parts: the parts shown on the open page, in order.

    Signals:
        asked (str): ask the frozen inputs again, of this choice.
    """

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._then: DecisionThen | None = None
        self._seq = 0
        self._with_later = False
        self._drawn: tuple[object, ...] = ()
        self.parts: list[PartView] = []
        self.title = plain_label(NONE_YET)
        set_role(self.title, "size", "title")
        self.empty = plain_label("")
        set_role(self.empty, "tone", "muted")
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setUsesScrollButtons(False)
        set_role(self.tabs, "narrow", "true")
        for section in PastSection:
            self.tabs.addTab(_SHORT.get(section, section.value))
        self.tabs.addTab(AGAIN)
        self.again = AgainPage()
        self.again.asked.connect(self.asked)
        self._page = QWidget()
        self._column = QVBoxLayout(self._page)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self.empty)
        self._column.addStretch(1)
        self._pages = QStackedWidget()
        self._pages.addWidget(scrolled(self._page))
        self._pages.addWidget(scrolled(self.again))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.title)
        column.addWidget(self.tabs)
        column.addWidget(self._pages, 1)
        self.tabs.currentChanged.connect(self._draw)
        self._draw()

    @property
    def section(self) -> PastSection | None:
        """The page that is open; None for asking again."""
        sections = list(PastSection)
        at = self.tabs.currentIndex()
        return sections[at] if 0 <= at < len(sections) else None

    def offer(self, choices: tuple[ModelChoice, ...]) -> None:
        self.again.offer(choices)

    def show_asking(self, asking: AskingAgain | None) -> None:
        self.again.show_asking(asking)

    def show_then(self, then: DecisionThen | None, seq: int, *, with_later: bool) -> None:
        """Show a decision as it was after a record; `with_later` adds what followed, dimmed."""
        if then is not self._then:
            self.again.show_answers(then)
        self._then, self._seq, self._with_later = then, seq, with_later
        self._draw()

    def _draw(self, _: int = 0) -> None:
        then, section = self._then, self.section
        self.title.setText(self._title())
        self._pages.setCurrentIndex(1 if section is None else 0)
        if section is None:
            return
        all_parts = () if then is None else then.parts(section)
        now = [part for part in all_parts if part.seq <= self._seq]
        later = [part for part in all_parts if part.seq > self._seq] if self._with_later else []
        wanted = (id(then), section, len(now), len(later))
        if wanted == self._drawn:
            return
        self._drawn = wanted
        self._fill(now, later)
        problem = "" if then is None else then.problem
        self.empty.setText(problem or ("" if now or then is None else NOT_YET[section]))
        self.empty.setVisible(bool(self.empty.text()))

    def _title(self) -> str:
        then = self._then
        if then is None or then.decision is None:
            return NONE_YET
        decided = then.parts(PastSection.DECISION)
        return decided[0].title if decided and decided[0].seq <= self._seq else "Not decided yet"

    def _fill(self, now: list[PastPart], later: list[PastPart]) -> None:
        for view in self.parts:
            self._column.removeWidget(view)
            view.hide()
            view.deleteLater()
        self.parts = [PartView(part, later=False) for part in now] + [PartView(part, later=True) for part in later]
        for at, view in enumerate(self.parts, 1):
            self._column.insertWidget(at, view)
        self._column.activate()  # now, or the new page is painted once in the height of the old one
