"""The steps of a test, a line each: how it stands, what was found, its requests, and a button to run it alone."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QLabel, QPushButton, QSizePolicy, QWidget

from terminal.domain.rehearsal import RehearsalRow, RowState
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.rehearsal_book import SIGN, row_words
from terminal.ui.widgets.plain_text import visible

SIGN_COLUMN, TITLE_COLUMN, WORDS_COLUMN, TRAFFIC_COLUMN, RUN_COLUMN = range(5)
TITLE_PX: Final = 206


class RowList(QWidget):
    """Shows rows; they keep their order and number once shown.

    Signals:
        run_asked: the name of the step to run alone.
        chosen: the name of the row whose requests are wanted.
    """

    run_asked = Signal(str)
    chosen = Signal(str)

    def __init__(self, *, runs: bool, parent: QWidget | None = None) -> None:
        """`runs`: each row has a button of its own."""
        super().__init__(parent)
        self._runs = runs
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(WORDS_COLUMN, 1)
        self._group = QButtonGroup(self)
        self.signs: dict[str, QLabel] = {}
        self.words: dict[str, QLabel] = {}
        self.traffic: dict[str, QPushButton] = {}
        self.run: dict[str, QPushButton] = {}

    def show_rows(self, rows: tuple[RehearsalRow, ...], *, may_run: bool) -> None:
        for row in rows:
            if row.name not in self.signs:
                self._add(row)
            self._show(row, may_run=may_run)

    def text_of(self, name: str) -> str:
        """Give a row's words as a person reads them."""
        return self.words[name].text()

    def _add(self, row: RehearsalRow) -> None:
        at = self._grid.rowCount()
        sign, title, words = QLabel(), QLabel(row.title), QLabel()
        title.setFixedWidth(TITLE_PX)
        title.setWordWrap(True)
        words.setWordWrap(True)
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setAccessibleName(f"Result: {row.title}")
        words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)
        traffic = QPushButton()
        traffic.setCheckable(True)
        traffic.setAutoDefault(False)
        traffic.setAccessibleName(f"Requests of {row.title}")
        traffic.setToolTip("Show the requests of this step and their answers")
        set_role(traffic, "kind", "segment")
        stays = traffic.sizePolicy()
        stays.setRetainSizeWhenHidden(True)  # or the words would wrap anew with the first request
        traffic.setSizePolicy(stays)
        traffic.clicked.connect(lambda _on=False, name=row.name: self.chosen.emit(name))
        self._group.addButton(traffic)
        self.signs[row.name], self.words[row.name], self.traffic[row.name] = sign, words, traffic
        for column, widget in ((SIGN_COLUMN, sign), (TITLE_COLUMN, title), (WORDS_COLUMN, words)):
            self._grid.addWidget(widget, at, column, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(traffic, at, TRAFFIC_COLUMN, Qt.AlignmentFlag.AlignVCenter)
        if self._runs:
            self._grid.addWidget(self._run_button(row), at, RUN_COLUMN, Qt.AlignmentFlag.AlignVCenter)

    def _run_button(self, row: RehearsalRow) -> QPushButton:
        button = QPushButton("Run")
        button.setAutoDefault(False)
        button.setAccessibleName(f"Run {row.title}")
        set_role(button, "kind", "small")
        button.clicked.connect(lambda _on=False, name=row.name: self.run_asked.emit(name))
        self.run[row.name] = button
        return button

    def _show(self, row: RehearsalRow, *, may_run: bool) -> None:
        mark, tone = SIGN[row.state]
        sign, words, count = self.signs[row.name], self.words[row.name], len(row.exchanges)
        sign.setText(mark)
        set_role(sign, "tone", tone)
        words.setText(visible(row_words(row)))
        loud = {RowState.FAILED: "down", RowState.LOOK: "amber", RowState.ASKS: "amber"}
        set_role(words, "tone", loud.get(row.state, "muted"))
        self.traffic[row.name].setText("1 request" if count == 1 else f"{count} requests")
        self.traffic[row.name].setVisible(count > 0)
        if row.name in self.run:
            self.run[row.name].setEnabled(may_run)
