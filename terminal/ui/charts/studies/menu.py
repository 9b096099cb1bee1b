"""The menu of indicators: those on the chart to be changed, and those that can be added."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from terminal.ui.charts.studies.kinds import KINDS
from terminal.ui.charts.studies.study import BUILT_IN, MOST, MOST_PANES, Studies, room_for


class StudyMenu(QMenu):
    """Says what there is; what is chosen is announced, not done here.

    Signals:
        edit_wanted (int): the indicator at this place is to be changed.
        add_wanted (str): one of this kind is to be added.
        same_wanted: every pair is to show these.
        plain_wanted: this pair is to show the built-in ones.
    """

    edit_wanted = Signal(int)
    add_wanted = Signal(str)
    same_wanted = Signal()
    plain_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Indicators")
        self.setToolTipsVisible(True)
        self.changes: list[QAction] = []
        self.adds: dict[str, QAction] = {}

    def offer(self, base: str, studies: Studies) -> None:
        """List what is on the chart of a pair, and what there is to add."""
        self.clear()
        self.changes = [
            self._act(f"{study.name}…", partial(self.edit_wanted.emit, number)) for number, study in enumerate(studies)
        ]
        if not studies:
            self._act(f"No indicators on {base}").setEnabled(False)
        self.addSeparator()
        self.adds = {}
        for kind in KINDS:
            act = self._act(f"Add {kind.title}", partial(self.add_wanted.emit, kind.key))
            if not room_for(studies, kind):
                act.setEnabled(False)
                act.setToolTip(
                    f"A chart has room for {MOST} indicators, {MOST_PANES} of them below the prices. Remove one first."
                )
            self.adds[kind.key] = act
        self.addSeparator()
        self.same = self._act("Use these for every pair", self.same_wanted.emit)
        self.plain = self._act("Back to EMA 21 and EMA 55", self.plain_wanted.emit)
        self.plain.setEnabled(studies != BUILT_IN)

    def _act(self, words: str, act: Callable[[], object] | None = None) -> QAction:
        made = self.addAction(words)
        if act is not None:
            made.triggered.connect(lambda _checked=False: act())
        return made
