"""The small form of one indicator over the chart: numbers and colours, drawn as they are typed."""

from dataclasses import replace
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from terminal.ui.charts.studies.inks import INK_WORDS, INKS, ink_colour
from terminal.ui.charts.studies.study import Study
from terminal.ui.theme.look import LOOK
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.numbers import parse
from terminal.ui.widgets.number_field import NumberField

_SWATCH_PX: Final = 12
_FIELD_PX: Final = 104
_WIDTH_PX: Final = 284


class StudyForm(QFrame):
    """Blocks nothing: the chart behind it can be moved while it is open. Esc closes it.

    Attributes:
        fields: one for each parameter.
        colours: one for each line.
        words: why the numbers cannot be drawn; the last ones that could stay on the chart.

    Signals:
        changed (Study): other numbers or colours, all of them usable.
        removed: the indicator is to go.
        closed: the form is gone.
    """

    changed = Signal(object)
    removed = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "role", "card")
        self.setFixedWidth(_WIDTH_PX)
        self._study: Study | None = None
        self.fields: list[NumberField] = []
        self.colours: list[QComboBox] = []
        self.title = QLabel()
        set_role(self.title, "strong", "true")
        self.words = QLabel()
        self.words.setWordWrap(True)
        set_role(self.words, "tone", "amber")
        self.remove = QPushButton("Remove")
        self.remove.setToolTip("Take this indicator off the chart")
        self.remove.clicked.connect(self.removed)
        self.done = QPushButton("Done")
        self.done.clicked.connect(self.end)
        buttons = QHBoxLayout()
        buttons.addWidget(self.remove)
        buttons.addStretch(1)
        buttons.addWidget(self.done)
        self._body = QWidget()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 10, 12, 10)
        self._column.setSpacing(8)
        self._column.addWidget(self.title)
        self._column.addWidget(self._body)
        self._column.addWidget(self.words)
        self._column.addLayout(buttons)
        LOOK.changed.connect(self._dress)
        self.hide()

    @property
    def study(self) -> Study | None:
        """What was last given or announced; None while the form is closed."""
        return self._study

    def begin(self, study: Study) -> None:
        """Open for an indicator, the keyboard in its first field."""
        self._study = study
        self.title.setText(study.kind.title)
        self._build(study)
        self._say("")
        self.show()
        self.raise_()
        first = self.fields[0] if self.fields else self.colours[0]
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if self.fields:
            self.fields[0].selectAll()

    def end(self) -> None:
        """Close."""
        if self._study is not None:
            self._study = None
            self.hide()
            self.closed.emit()

    # -- inside -----------------------------------------------------------------

    def _build(self, study: Study) -> None:
        """Make a row for each parameter and for each line's colour."""
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        self.fields = []
        for parameter, value in zip(study.kind.parameters, study.values, strict=True):
            field = NumberField(parameter.name)
            field.step = Decimal(str(parameter.step)).normalize()
            field.setFixedWidth(_FIELD_PX)
            field.show_text(f"{value:g}")
            field.typed.connect(self._on_typed)
            self._add_row(grid, parameter.name, field)
            self.fields.append(field)
        self.colours = []
        for line, ink in zip(study.kind.lines, study.inks, strict=True):
            box = _colour_box(ink)
            name = f"Colour of {line.name}" if line.name else "Colour"
            if line.bars and not line.name:
                name = "Colour of rows"
            box.setAccessibleName(name)
            box.setFixedWidth(_FIELD_PX)
            box.activated.connect(self._on_colour)
            self._add_row(grid, name, box)
            self.colours.append(box)
        self._column.replaceWidget(self._body, body)
        self._body.deleteLater()
        self._body = body

    def _dress(self) -> None:
        """Show the colours as another look has them."""
        for box in self.colours:
            for place, ink in enumerate(INKS):
                box.setItemIcon(place, _swatch(ink))

    @staticmethod
    def _add_row(grid: QGridLayout, name: str, field: QWidget) -> None:
        row = grid.rowCount()
        label = QLabel(name)
        label.setBuddy(field)
        set_role(label, "tone", "muted")
        grid.addWidget(label, row, 0)
        grid.addWidget(field, row, 1)

    def _on_typed(self) -> None:
        if self._study is None:
            return
        numbers = [parse(field.text()) for field in self.fields]
        for parameter, number in zip(self._study.kind.parameters, numbers, strict=True):
            if number is None:
                self._say(f"{parameter.name}: type a number from {parameter.least:g} to {parameter.most:g}.")
                return
        self._take(replace(self._study, values=tuple(float(number) for number in numbers if number is not None)))

    def _on_colour(self) -> None:
        if self._study is not None:
            self._take(replace(self._study, inks=tuple(box.currentData() for box in self.colours)))

    def _take(self, study: Study) -> None:
        """Announce an indicator that can be drawn, or say why it cannot."""
        words = study.refusal()
        self._say(words)
        if not words and study != self._study:
            self._study = study
            self.changed.emit(study)

    def _say(self, words: str) -> None:
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.adjustSize()

    def event(self, event: QEvent) -> bool:
        """Close on Escape; no key typed in the form reaches the chart."""
        if isinstance(event, QKeyEvent) and event.type() in {QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress}:
            escape = event.key() == Qt.Key.Key_Escape
            if escape:
                event.accept()
            if event.type() is QEvent.Type.KeyPress and event.key() not in {Qt.Key.Key_Tab, Qt.Key.Key_Backtab}:
                if escape:
                    self.end()
                event.accept()
                return True
            if escape:
                return True
        return super().event(event)


def _colour_box(chosen: str) -> QComboBox:
    box = QComboBox()
    for ink in INKS:
        box.addItem(_swatch(ink), INK_WORDS[ink], ink)
    box.setCurrentIndex(INKS.index(chosen))
    return box


def _swatch(ink: str) -> QIcon:
    picture = QPixmap(_SWATCH_PX, _SWATCH_PX)
    picture.fill(QColor(ink_colour(ink)))
    return QIcon(picture)
