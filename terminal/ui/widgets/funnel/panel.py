"""Why no trade: every step of the newest cycle for every pair, what each step stopped, and what is wrong with it."""

from typing import Final

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.funnel import FlagKind
from terminal.domain.instrument import InstrumentId, base_of
from terminal.ui import formatting as f
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.funnel_rows import (
    SIGNS,
    StepRow,
    cell_sentence,
    count_sentence,
    count_words,
    flag_sentence,
    flag_tone,
    row_sentence,
    step_rows,
    summary,
)
from terminal.ui.viewmodels.rows import Column
from terminal.ui.widgets.funnel.cells import BarDelegate, SignDelegate
from terminal.ui.widgets.funnel.flag_list import FlagList
from terminal.ui.widgets.funnel.matrix import MatrixModel, MatrixTable
from terminal.ui.widgets.plain_text import tooltip, visible

EMPTY: Final = "No cycle yet. Each time a bar closes, the way of every pair from its inputs to its fill is shown here."
HINT: Final = "Click a cell to read why."
SIDE_FROM_PX: Final = 980  # above this width flags and sentence stand beside the table
_ROW_PX: Final = 22
_TIGHT_ROW_PX: Final = 20
_AGE_MS: Final = 5_000
QWIDGETSIZE_MAX: Final = 16_777_215  # Qt's own limit; PySide does not name it
_FIRST_PAIR: Final = 1
_HOUR: Final = _FIRST_PAIR + len(ALLOWED_INSTRUMENTS)


def _pair_column(instrument_id: InstrumentId) -> Column[StepRow]:
    def sign(row: StepRow) -> tuple[str, str]:
        step = row.cell(instrument_id)
        return ("·", "muted") if step is None else SIGNS[step.state]

    return Column(
        base_of(instrument_id),
        lambda r: sign(r)[0],
        lambda r: sign(r)[0],
        "DOGE..",
        lambda r: sign(r)[1],
        narrow="DOGE",
        grow=0,
    )


def _name_tone(row: StepRow) -> str:
    return "muted" if row.folded else "text" if row.flag is None else flag_tone(row.flag)


COLUMNS: Final[tuple[Column[StepRow], ...]] = (
    Column(
        "Step",
        lambda r: f"▲ {r.title}" if r.flag else r.title,
        lambda r: r.title,
        "▲ Position and gross notional",
        _name_tone,
        row_sentence,
        right=False,
        narrow="▲ Price collar",
        grow=3,
    ),
    *(_pair_column(each) for each in ALLOWED_INSTRUMENTS),
    Column(
        "1 h",
        lambda r: count_words(r.hour),
        lambda r: float(r.hour.stopped),
        "128 of 128",
        lambda r: "down" if r.hour.stopped else "muted",
        lambda r: count_sentence(r, hour=True),
        narrow="88 of 128",
        drop=1,
        paints=lambda r: r.hour,
    ),
    Column(
        "24 h",
        lambda r: count_words(r.day),
        lambda r: float(r.day.stopped),
        "1,280 of 1,280",
        lambda r: "down" if r.day.stopped else "muted",
        lambda r: count_sentence(r, hour=False),
        narrow="288 of 768",
        paints=lambda r: r.day,
    ),
)


class FunnelPanel(QWidget):
    """The tab "Why no trade".

    Signals:
        told (int): how many things are wrong enough for red, whenever that may have changed.
    """

    told = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._book = desk.hindsight
        self._chosen: tuple[str, int] | None = None
        self._is_tight = False
        self.model = MatrixModel(COLUMNS, self)
        self.table = MatrixTable(self.model, EMPTY, self)
        self.flags = FlagList(self)
        self.sentence = QLabel(HINT)
        self.head = QLabel()
        self.fold = QPushButton("All checks")
        self._dress()
        self._lay_out()
        self.fold.toggled.connect(self._show)
        self.flags.chosen.connect(self._show_flag)
        self.table.selectionModel().currentChanged.connect(self._on_current)
        self.table.clicked.connect(self._choose)
        self._book.funnel_changed.connect(self._on_funnel)
        ages = QTimer(self)
        ages.setInterval(_AGE_MS)
        ages.timeout.connect(self._say_age)
        ages.start()
        self._show()

    @property
    def loud(self) -> int:
        """How many things are wrong enough for red."""
        funnel = self._book.funnel
        return 0 if funnel is None else sum(flag_tone(flag) == "down" for flag in funnel.flags)

    # -- building ------------------------------------------------------------------

    def _dress(self) -> None:
        self.table.setAccessibleName("Why no trade")
        self.table.set_row_height(_ROW_PX)
        signs, bars = SignDelegate(self.table), BarDelegate(self.table)
        for at in range(len(ALLOWED_INSTRUMENTS)):
            self.table.add_delegate(signs, _FIRST_PAIR + at)
        for at in (_HOUR, _HOUR + 1):
            self.table.add_delegate(bars, at)
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setAccessibleName("Why")
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sentence.setMinimumWidth(1)
        self.head.setTextFormat(Qt.TextFormat.PlainText)
        self.head.setMinimumWidth(1)
        set_role(self.head, "tone", "muted")
        set_role(self.head, "size", "hint")
        self.fold.setCheckable(True)
        self.fold.setToolTip("Show every check of the gate, also those that stopped nothing in 24 h")
        set_role(self.fold, "kind", "quiet")

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.head, 1)
        top.addWidget(self.fold)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addLayout(top)
        left.addWidget(self.table, 1)
        self._side = QWidget()
        column = QVBoxLayout(self._side)
        column.setContentsMargins(8, 4, 8, 0)
        column.setSpacing(4)
        column.addWidget(self.flags)
        column.addWidget(self.sentence, 1)
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._whole.setContentsMargins(8, 0, 4, 4)
        self._whole.setSpacing(4)
        self._whole.addLayout(left, 5)
        self._whole.addWidget(self._side, 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the words below the table where the panel is narrow."""
        super().resizeEvent(event)
        is_wide = self.width() >= SIDE_FROM_PX
        wanted = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        if self._whole.direction() is not wanted:
            self._whole.setDirection(wanted)
            self._whole.setStretch(1, 2 if is_wide else 0)
        self._is_tight = not is_wide
        self.flags.set_tight(self._is_tight)
        self.table.set_row_height(_TIGHT_ROW_PX if self._is_tight else _ROW_PX)
        two_lines = 2 * self.sentence.fontMetrics().lineSpacing()
        self.sentence.setMaximumHeight(two_lines if self._is_tight else QWIDGETSIZE_MAX)
        self._say()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what was told while nobody looked."""
        super().showEvent(event)
        self._show()

    # -- showing -------------------------------------------------------------------

    def _on_funnel(self) -> None:
        if self.isVisible():
            self._show()
        self.told.emit(self.loud)

    def _show(self, *_: object) -> None:
        funnel = self._book.funnel
        if funnel is None:
            return
        chosen = self._chosen
        rows = step_rows(funnel, folded=not self.fold.isChecked()) if funnel.newest else []
        self.model.replace((row.key, row) for row in rows)
        self._chosen = chosen
        self._say_age()
        self.flags.show_flags(funnel.flags)
        self._say()

    def _on_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self._choose(current)

    def _choose(self, index: QModelIndex) -> None:
        self._chosen = (self.table.key_at(index), index.column())
        self._say()
        pair = index.column() - _FIRST_PAIR
        if 0 <= pair < len(ALLOWED_INSTRUMENTS) and self.table.hasFocus():
            self._desk.select(ALLOWED_INSTRUMENTS[pair])

    def _say(self) -> None:
        """Say why, of the cell a person chose last."""
        funnel = self._book.funnel
        row = None if self._chosen is None else self.model.row(self._chosen[0])
        if funnel is None or row is None or self._chosen is None:
            self._write(HINT, "muted")
            self.sentence.setVisible(not self._is_tight)
            return
        column = self._chosen[1]
        if column >= _HOUR:
            words = count_sentence(row, hour=column == _HOUR)
        elif column >= _FIRST_PAIR:
            words = cell_sentence(row, ALLOWED_INSTRUMENTS[column - _FIRST_PAIR], funnel)
        else:
            words = row_sentence(row)
        self._write(words, "text")

    def _write(self, words: str, tone: str) -> None:
        self.sentence.setText(visible(words))
        self.sentence.setToolTip(tooltip(words))
        self.sentence.setVisible(True)
        set_role(self.sentence, "tone", tone)

    def _say_age(self) -> None:
        """Say how the newest cycle went and how long ago that was."""
        funnel = self._book.funnel
        if funnel is None or funnel.newest is None:
            return
        age_s = self._desk.cycle_age_s()
        ago = "" if age_s is None else f" ({f.age(age_s)} ago)"
        self.head.setText(visible(summary(funnel) + ago))
        self.head.setToolTip(f.both_times(funnel.newest.at_ms))

    def _show_flag(self, number: int) -> None:
        """Say a flag in full and bring its step in sight."""
        funnel = self._book.funnel
        if funnel is None or number >= len(funnel.flags):
            return
        flag = funnel.flags[number]
        if flag.kind is FlagKind.NEVER_RAN:
            self.fold.setChecked(True)
        self.table.select_key(flag.key)
        self.table.scrollTo(self.table.currentIndex())
        self._write(flag_sentence(flag), flag_tone(flag))
