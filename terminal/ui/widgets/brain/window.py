"""Brain: how every model does, and how old what it was given is. A window of its own that blocks nothing."""

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import INSET
from terminal.ui.viewmodels.brain_rows import INPUT_TITLES, MODEL_TITLES, headline, input_row, last_answer, model_row
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.widgets.brain.answers import AnswerList
from terminal.ui.widgets.cell_grid import CellGrid
from terminal.ui.widgets.plain_text import tooltip, visible

WIDTH_PX: Final = 1_240
HEIGHT_PX: Final = (240, 640)
_COLUMNS_APART_PX: Final = 48
_TICK_MS: Final = 1_000
_TWO_LEFT: Final = 2


class BrainWindow(QDialog):
    """Follows the desk while it is shown.

    Signals:
        models_asked: the form of the language models is wanted.
    """

    models_asked = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._book = desk, desk.brain
        self.setWindowTitle("Brain")
        self.setAccessibleName("Brain")
        self.setModal(False)
        self._fitted_px = 0
        self.resize(WIDTH_PX, HEIGHT_PX[0])  # so wide it is placed
        self._ticks = QTimer(self)
        self._ticks.setInterval(_TICK_MS)
        self._ticks.timeout.connect(self.refresh)
        self._fit_soon = QTimer(self)  # rows that were added are shown by then
        self._fit_soon.setSingleShot(True)
        self._fit_soon.timeout.connect(self._fit)
        self.headline = QLabel()
        self.headline.setTextFormat(Qt.TextFormat.PlainText)
        self.headline.setWordWrap(True)
        self.headline.setAccessibleName("State of the model that decides")
        set_role(self.headline, "strong", "true")
        self.models = CellGrid(MODEL_TITLES, _TWO_LEFT)
        self.inputs = CellGrid(INPUT_TITLES, _TWO_LEFT)
        self.answers = AnswerList()
        self.setup = QPushButton("Language models…")
        self.setup.setToolTip("Set up a language model, test it, and choose who decides")
        self.setup.clicked.connect(self.models_asked)
        self._lay_out()
        self._book.changed.connect(self._on_changed)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.headline, 1)
        head.addWidget(self.setup, 0, Qt.AlignmentFlag.AlignTop)
        self._inner = QWidget()
        self._inner.setMinimumHeight(1)  # or wrapped labels ask for the height of a narrow window
        self._rows = rows = QVBoxLayout(self._inner)
        rows.setContentsMargins(0, 0, 8, 0)  # apart from the bar, when one is needed
        rows.setSpacing(14)
        rows.addWidget(self.models)
        halves = QHBoxLayout()
        halves.setSpacing(_COLUMNS_APART_PX)
        halves.addLayout(_under("Inputs of the newest question, the oldest of all pairs", self.inputs))
        halves.addLayout(_under("What each answered last", self.answers), 1)
        rows.addLayout(halves)
        rows.addStretch(1)
        self.area = area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(self._inner)
        column = QVBoxLayout(self)
        column.setContentsMargins(INSET, INSET, INSET, INSET)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(area, 1)

    def open(self) -> None:
        """Show the window, or bring it to the front."""
        self.refresh()
        self.show()
        self.raise_()
        self.activateWindow()

    def refresh(self) -> None:
        """Write everything again, with the ages of this moment."""
        age_s = self._book.age_s()
        words, tone = headline(self._book.models, age_s)
        self.headline.setText(visible(words))
        self.headline.setToolTip(tooltip(words))
        set_role(self.headline, "tone", tone)
        self.models.show_rows([model_row(each, age_s) for each in self._book.models])
        self.inputs.show_rows([input_row(each) for each in self._book.inputs])
        self.answers.show_answers([last_answer(each, age_s, self._desk.model) for each in self._book.models])

    def _fit(self) -> None:
        """As high as what there is to say, within bounds."""
        for part in (self.models, self.inputs, self.answers):
            part.updateGeometry()  # rows were added unseen: the layouts around them do not know yet
        self._rows.activate()
        frame = self.sizeHint().height() - self.area.sizeHint().height()
        low, high = HEIGHT_PX
        wanted = self._inner.heightForWidth(WIDTH_PX - 2 * INSET) if self._inner.hasHeightForWidth() else -1
        wanted = frame + max(wanted, self._inner.sizeHint().height())
        if wanted > self._fitted_px:  # a hand that made it lower is followed until there is more to say
            self._fitted_px = wanted
            self.resize(self.width(), max(low, self.height(), min(high, wanted)))

    def _on_changed(self) -> None:
        if self.isVisible():
            self.refresh()
            self._fit_soon.start()

    def showEvent(self, event: QShowEvent) -> None:
        self._ticks.start()
        super().showEvent(event)
        if not event.spontaneous():
            self._fitted_px = 0
            self.resize(WIDTH_PX, HEIGHT_PX[0])
            self._fit()

    def hideEvent(self, event: QHideEvent) -> None:
        self._ticks.stop()
        super().hideEvent(event)


def _under(title: str, part: QWidget) -> QVBoxLayout:
    """Put a quiet title above a part; both stay at the top."""
    words = QLabel(title)
    set_role(words, "tone", "muted")
    column = QVBoxLayout()
    column.setSpacing(8)
    column.addWidget(words)
    column.addWidget(part)
    column.addStretch(1)
    return column
