"""What to replay, the button that does it, and how far it is."""

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from terminal.domain.lab import BUILT_IN, CACHE, LabAsk
from terminal.domain.language_model import LANGUAGE
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.lab_book import LabBook

_DAYS = 30
FIELD_PX = 6
_DAY_FORMAT = "yyyy-MM-dd"
_PERMILLE = 1_000
_SOURCES = {BUILT_IN: "Built-in market", CACHE: "Kept by this profile"}
_LANGUAGE = f"{LANGUAGE}:"
_FITTED = frozenset({"embedded", "ridge", "inverted"})


class LabForm(QWidget):
    """The run form. It only asks; the work is done in a process of its own."""

    def __init__(self, book: LabBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._book = book
        self.strategist = QComboBox()
        self.strategist.addItems(book.strategists)
        self.source = QComboBox()
        for name, words in _SOURCES.items():
            self.source.addItem(words, name)
        today = QDate.currentDate()
        self.first = _day(today.addDays(-_DAYS), "First day")
        self.last = _day(today, "Day after the last")
        self.seed = QSpinBox()
        self.seed.setRange(0, 999_999)
        self.seed.setValue(7)
        self.pattern = QDoubleSpinBox()
        self.pattern.setRange(0.0, 3.0)
        self.pattern.setSingleStep(0.25)
        self.pattern.setValue(1.0)
        self.pattern.setToolTip("How strong the planted pattern is. At 0 there is nothing to find.")
        self.seed.setToolTip("Of the built-in market, the fits and the draws: the same seed gives the same report.")
        self.source.setToolTip("The market this program makes, or the closed bars the desk has kept of its venue.")
        self.box = QCheckBox("Look at the newest fifth as well")
        self.box.setToolTip(
            "Without it the newest fifth of the days stays out of the report. Open it once, when a version is final: "
            "what is chosen after looking proves less, and every opening is counted."
        )
        self.retrain = QSpinBox()
        self.retrain.setRange(1, 365)
        self.retrain.setValue(15)
        self.retrain.setSuffix(" days")
        self.strategist.currentTextChanged.connect(self._fit_fields)
        self.source.currentIndexChanged.connect(self._fit_fields)
        self.run = QPushButton("Run")
        set_role(self.run, "kind", "primary")
        self.run.clicked.connect(self._ask)
        self.cancel = QPushButton("Stop")
        self.cancel.clicked.connect(book.stop)
        self.bar = QProgressBar()
        self.bar.setRange(0, _PERMILLE)
        self.bar.setTextVisible(False)
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self._lay_out()
        self._fit_fields()
        book.changed.connect(self._show_state)
        book.moved.connect(self._show_progress)
        book.failed.connect(self._show_failure)
        self._show_state()

    def _lay_out(self) -> None:
        rows = QFormLayout()
        for name, field in (
            ("Strategist", self.strategist),
            ("Bars", self.source),
            ("First day", self.first),
            ("Day after the last", self.last),
            ("Seed", self.seed),
            ("Planted pattern", self.pattern),
            ("A new fit every", self.retrain),
            ("Lock-box", self.box),
        ):
            field.setAccessibleName(name)
            if isinstance(field, QSpinBox | QDoubleSpinBox):
                field.lineEdit().setTextMargins(FIELD_PX, 0, 0, 0)  # the style's own inset does not reach into them
            rows.addRow(name, field)
        buttons = QHBoxLayout()
        buttons.addWidget(self.run, 1)
        buttons.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(rows)
        column.addLayout(buttons)
        column.addWidget(self.bar)
        column.addWidget(self.words)

    def asked(self) -> LabAsk:
        """Read the form."""
        return LabAsk(
            self.strategist.currentText(),
            self.first.date().toString(_DAY_FORMAT),
            self.last.date().toString(_DAY_FORMAT),
            self.seed.value(),
            self.pattern.value(),
            self.retrain.value(),
            self.source.currentData(),
            self.box.isChecked(),
        )

    def _fit_fields(self) -> None:
        """A model's recorded answers were about the profile's own bars; only the built-in market has a pattern."""
        name = self.strategist.currentText()
        recorded = name.startswith(_LANGUAGE)
        if recorded:
            self.source.setCurrentIndex(self.source.findData(CACHE))
        self.source.setEnabled(not recorded)
        self.pattern.setEnabled(self.source.currentData() == BUILT_IN)
        self.retrain.setEnabled(name in _FITTED)

    def _ask(self) -> None:
        asked = self.asked()
        self.box.setChecked(False)  # never opened again by a tick that was left behind
        self._book.start(asked)

    def _show_state(self) -> None:
        running = self._book.is_running
        self.run.setEnabled(not running)
        self.cancel.setEnabled(running)
        self.bar.setVisible(running)
        if not running:
            self.words.clear()

    def _show_progress(self, done: float, words: str) -> None:
        self.bar.setValue(round(done * _PERMILLE))
        set_role(self.words, "tone", "muted")
        self.words.setText(words.capitalize())

    def _show_failure(self, words: str) -> None:
        set_role(self.words, "tone", "down")
        self.words.setText(words)


def _day(at: QDate, name: str) -> QDateEdit:
    field = QDateEdit(at)
    field.setDisplayFormat(_DAY_FORMAT)
    field.setCalendarPopup(True)
    field.setAccessibleName(name)
    return field
