"""The season's settings: dates, what it began with, and how far this team narrows the rules."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from terminal.domain.competition import ALLOWED_INSTRUMENTS, MIN_TRADES
from terminal.domain.instrument import InstrumentId, base_of
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.season_form import TIME_SHAPE, NotASeason, SeasonEntry, entry_of, season_of
from terminal.ui.widgets.plain_text import visible
from terminal.ui.widgets.sheet import Sheet

WIDTH_PX: Final = 620
HARD: Final = (
    "Leverage, order rate, AI logs and the list of pairs belong to the competition and cannot be set. "
    "Here a team can only be stricter."
)
SAVED: Final = "Saved in the profile. It is in force from the next start of the program on."
_FIELDS: Final = (
    ("start", "Begins (UTC)", TIME_SHAPE),
    ("end", "Ends (UTC)", TIME_SHAPE),
    ("start_equity", "Start equity, USDT", "what the account began with"),
    ("min_trades", "Least number of trades", f"{MIN_TRADES} by the rules; may be more"),
)


class SeasonSheet(Sheet):
    """Fields, Save, and the reason where nothing can be saved. Leaving it changes nothing."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__("Season settings", window, WIDTH_PX)
        self._shelf = desk.rules
        self.fields: dict[str, QLineEdit] = {}
        self.pairs: dict[InstrumentId, QPushButton] = {}
        self.problem = QLabel()
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setWordWrap(True)
        self.problem.setAccessibleName("What is to be corrected")
        self.save = QPushButton("Save")
        self.save.setAccessibleName("Save the season's settings")
        self.save.setAutoDefault(False)
        set_role(self.save, "kind", "accent")
        set_role(self.save, "tall", "true")
        self.save.clicked.connect(self._save)
        self._build()

    def _build(self) -> None:
        hint = QLabel(HARD)
        hint.setWordWrap(True)
        set_role(hint, "tone", "muted")
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for at, (name, title, example) in enumerate(_FIELDS):
            field = QLineEdit()
            field.setAccessibleName(title)
            field.setPlaceholderText(example)
            field.returnPressed.connect(self._save)
            self.fields[name] = field
            grid.addWidget(QLabel(title), at, 0)
            grid.addWidget(field, at, 1)
        grid.addWidget(QLabel("May be opened"), len(_FIELDS), 0)
        grid.addLayout(self._pair_row(), len(_FIELDS), 1)
        foot = QHBoxLayout()
        foot.addWidget(self.problem, 1)
        foot.addWidget(self.save)
        self.body.addWidget(hint)
        self.body.addLayout(grid)
        self.body.addLayout(foot)

    def _pair_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        for each in ALLOWED_INSTRUMENTS:
            button = QPushButton(base_of(each))
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setAccessibleName(f"{base_of(each)} may be opened")
            set_role(button, "kind", "segment")
            set_role(button, "snug", "true")
            row.addWidget(button)
            self.pairs[each] = button
        return row

    def open(self) -> None:
        """Show what is set; where this profile has no season, say so and let nothing be typed."""
        entry = entry_of(self._shelf.season)
        for name, field in self.fields.items():
            field.setText(getattr(entry, name))
        for each, button in self.pairs.items():
            button.setChecked(each in entry.pairs)
        fixed = self._shelf.why_fixed
        for part in (*self.fields.values(), *self.pairs.values(), self.save):
            part.setEnabled(not fixed)
        self._say(fixed, "muted")
        self.present(None if fixed else self.fields["start"])

    def _save(self) -> None:
        typed = {name: field.text() for name, field in self.fields.items()}
        chosen = tuple(each for each, button in self.pairs.items() if button.isChecked())
        try:
            season = season_of(SeasonEntry(**typed, pairs=chosen))
        except NotASeason as error:
            self._say(str(error), "down")
            if error.field in self.fields:
                self.fields[error.field].setFocus(Qt.FocusReason.OtherFocusReason)
            return
        trouble = self._shelf.save_season(season)
        self._say(trouble or SAVED, "down" if trouble else "up")

    def _say(self, words: str, tone: str) -> None:
        self.problem.setText(visible(words))
        set_role(self.problem, "tone", tone)
