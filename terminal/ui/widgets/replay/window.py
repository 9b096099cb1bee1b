"""Choose a recorded day and play it; it opens in a window of its own, beside this one."""

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from terminal.domain.recorded_words import gap_words, length_words, size_words, utc_second
from terminal.domain.recording import RecordedDayRow, TakeRow
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.recorded_days import RecordedDays
from terminal.ui.viewmodels.replay_book import SPEEDS

SIZE: Final = QSize(860, 420)
COLUMN_PX: Final = 96
TITLE: Final = "Recorded days"
STORY: Final = (
    "Market data of each day, as they came. A replay opens in a window of its own, marked REPLAY, with play money and "
    "a journal of its own; nothing of it can be sent. Recording is switched on and off in the settings."
)
EMPTY: Final = "Nothing is recorded yet. Let the desk run for a while with recording switched on, then look again."
COLUMNS: Final = ("Day (UTC)", "From", "To", "Recorded", "Size", "Gaps")
USUAL_SPEED: Final = 50.0
_Row = tuple[RecordedDayRow, TakeRow | None]


class RecordedDaysWindow(QDialog):
    """The list, the speed, and the button."""

    def __init__(self, book: RecordedDays, over: QWidget) -> None:
        super().__init__(over)
        self.book = book
        self._rows: list[_Row] = []
        self.setWindowTitle(TITLE)
        self.setModal(False)
        story = QLabel(STORY)
        story.setWordWrap(True)
        set_role(story, "tone", "muted")
        self.table = _table()
        self.empty = QLabel(EMPTY)
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.speed = QComboBox()
        self.speed.setAccessibleName("Speed of the replay")
        for speed in SPEEDS:
            self.speed.addItem(f"{speed:,g}x", speed)
        self.speed.setCurrentIndex(SPEEDS.index(USUAL_SPEED))
        self.play = QPushButton("Play this day")
        self.play.setDefault(True)
        self._lay_out(story)
        self.play.clicked.connect(self._play)
        self.table.itemSelectionChanged.connect(self._show_choice)
        self.table.cellDoubleClicked.connect(lambda *_: self._play())
        book.changed.connect(self._show_days)
        book.said.connect(self._say)
        self.resize(SIZE)
        self._show_days()

    def _lay_out(self, story: QLabel) -> None:
        foot = QHBoxLayout()
        foot.addWidget(self.words, 1)
        foot.addWidget(QLabel("Speed"))
        foot.addWidget(self.speed)
        foot.addWidget(self.play)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(story)
        column.addWidget(self.table, 1)
        column.addWidget(self.empty, 1)
        column.addLayout(foot)

    def _show_days(self) -> None:
        self._rows = [row for day in self.book.days for row in _rows_of(day)]
        self.table.setRowCount(len(self._rows))
        for at, row in enumerate(self._rows):
            for column, text in enumerate(_texts(*row)):
                item = QTableWidgetItem(text)
                if column:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(at, column, item)
        self.table.setVisible(bool(self._rows))
        self.empty.setVisible(not self._rows)
        if self._rows:
            self.table.selectRow(0)
        self._show_choice()

    def _show_choice(self) -> None:
        self.play.setEnabled(self._chosen() is not None)

    def _chosen(self) -> _Row | None:
        row = self.table.currentRow()
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def _play(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            day, take = chosen
            self.book.play(day.day, None if take is None else take.number, float(self.speed.currentData()))

    def _say(self, words: str, failed: bool) -> None:
        self.words.setText(words)
        set_role(self.words, "tone", "down" if failed else "muted")


def _table() -> QTableWidget:
    table = QTableWidget(0, len(COLUMNS))
    table.setHorizontalHeaderLabels(list(COLUMNS))
    table.setAccessibleName(TITLE)
    table.verticalHeader().hide()
    table.setShowGrid(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    header = table.horizontalHeader()
    header.setMinimumSectionSize(COLUMN_PX)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    first = table.horizontalHeaderItem(0)
    if first is not None:
        first.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return table


def _rows_of(day: RecordedDayRow) -> list[_Row]:
    """The day, and below it its takes where there are several."""
    takes = day.takes if len(day.takes) > 1 else ()
    return [(day, None), *((day, take) for take in takes)]


def _texts(day: RecordedDayRow, take: TakeRow | None) -> tuple[str, ...]:
    if take is None:
        gaps = day.gaps
        figures = (day.from_ms, day.to_ms, day.recorded_ms, day.size_bytes)
        name = f"{day.day}  {day.source.venue}{', simulated' if day.source.is_simulated else ''}"
    else:
        gaps = take.gaps
        figures = (take.from_ms, take.to_ms, take.to_ms - take.from_ms, take.size_bytes)
        name = f"      take {take.number}"
    from_ms, to_ms, long_ms, size = figures
    hours = (utc_second(from_ms), utc_second(to_ms), length_words(long_ms))
    return (name, *hours, size_words(size), gap_words(gaps))
