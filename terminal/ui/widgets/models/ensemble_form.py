"""Choosing an ensemble: who votes, who may only stop, and what an action needs."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from terminal.domain.ensemble import WEIGHT_MAX
from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import INSET
from terminal.ui.viewmodels.ensemble_form import (
    PARTS,
    VOTE_MODES,
    EnsembleEntry,
    MemberEntry,
    MemberPart,
    NotAnEnsemble,
    ensemble_entry,
    with_ensemble,
    without_ensemble,
)
from terminal.ui.viewmodels.model_form import AT_NEXT_START
from terminal.ui.viewmodels.model_shelf import ModelShelf
from terminal.ui.widgets.models.result_words import ResultWords, WrappedWords

WIDTH_PX: Final = 532  # of what is in it
_FIELD_PX: Final = 6
BY_SKILL: Final = "by measured skill"
_NOTE: Final = (
    "All are asked at once. Members that want opposite sides hold; one that fails is counted as failed, never "
    "replaced and never a hold. Size and expectation are those of the most cautious supporter."
)
ALONE: Final = "An ensemble needs two models or more. Set one up and test it under View, Language models."
FEWEST: Final = 2
_UNTESTED: Final = "Test it first under Language models: a model that fails its test may not decide"


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    title: QLabel
    part: QComboBox
    weight: QLineEdit


class EnsembleForm(QDialog):
    """Nothing is in force before the next start."""

    def __init__(self, shelf: ModelShelf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self.setWindowTitle("Ensemble")
        self.setAccessibleName("Ensemble")
        self.setModal(False)
        self.rows: list[_Row] = []
        self.quorum, self.mode = QSpinBox(), QComboBox()
        self.decides = QCheckBox("The ensemble decides in this profile")
        self.words = ResultWords(WIDTH_PX)
        self.save_button, self.remove_button = QPushButton("Save"), QPushButton("Remove")
        self._grid = QGridLayout()
        self._dress()
        self._lay_out()
        self.save_button.clicked.connect(self.save)
        self.remove_button.clicked.connect(self.remove)
        shelf.changed.connect(self.show_saved)
        shelf.tested.connect(lambda _report: self._refresh())
        self.show_saved()

    def _dress(self) -> None:
        self.quorum.setRange(2, 9)
        self.quorum.lineEdit().setTextMargins(_FIELD_PX, 0, 0, 0)  # the style's own inset does not reach into it
        self.quorum.setAccessibleName("Quorum")
        self.quorum.setToolTip("So many voters must have answered, or the cycle has failed")
        self.mode.setAccessibleName("What an action needs")
        for mode, (title, tip) in VOTE_MODES.items():
            self.mode.addItem(title, mode)
            self.mode.setItemData(self.mode.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        set_role(self.save_button, "kind", "primary")

    def _lay_out(self) -> None:
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 1)
        for at, title in enumerate(("Model", "Part", "Weight")):
            head = QLabel(title)
            set_role(head, "size", "hint")
            set_role(head, "tone", "muted")
            self._grid.addWidget(head, 0, at)
        rule = QHBoxLayout()
        for words, field in (("Voters that must answer", self.quorum), ("An action needs", self.mode)):
            rule.addWidget(QLabel(words))
            rule.addWidget(field)
            rule.addSpacing(12)
        rule.addStretch(1)
        note = WrappedWords(WIDTH_PX, _NOTE)
        set_role(note, "tone", "muted")
        buttons = QHBoxLayout()
        buttons.addWidget(self.remove_button)
        buttons.addStretch(1)
        buttons.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(INSET + 4, INSET, INSET + 4, INSET + 4)
        column.setSpacing(10)
        column.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)  # it grows and shrinks with its words
        column.addLayout(self._grid)
        column.addLayout(rule)
        column.addWidget(self.decides)
        column.addWidget(note)
        column.addWidget(self.words)
        column.addLayout(buttons)

    # -- rows ------------------------------------------------------------------------

    def show_saved(self) -> None:
        """Write what is saved into the rows; they follow the models there are."""
        entry = ensemble_entry(self._shelf.settings)
        self._make_rows(tuple(each.strategist for each in entry.members))
        for row, member in zip(self.rows, entry.members, strict=True):
            row.part.setCurrentIndex(row.part.findData(member.part))
            row.weight.setText(member.weight)
        self.quorum.setValue(entry.quorum)
        self.mode.setCurrentIndex(self.mode.findData(entry.mode))
        self.decides.setChecked(entry.decides)
        self._refresh()

    def _make_rows(self, names: tuple[str, ...]) -> None:
        if names == tuple(row.name for row in self.rows):
            return
        for row in self.rows:
            for widget in (row.title, row.part, row.weight):
                self._grid.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        self.rows = [self._make_row(name, at + 1) for at, name in enumerate(names)]

    def _make_row(self, name: str, at: int) -> _Row:
        row = _Row(name, QLabel(name), QComboBox(), QLineEdit())
        for part, (title, tip) in PARTS.items():
            row.part.addItem(title, part)
            row.part.setItemData(row.part.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        row.part.setAccessibleName(f"Part of {name}")
        row.part.activated.connect(lambda _at: self._refresh())
        row.weight.setAccessibleName(f"Weight of {name}")
        row.weight.setPlaceholderText(BY_SKILL)
        row.weight.setToolTip(
            f"More than 0, at most {WEIGHT_MAX:g}. Empty: half a vote without proven skill, one and more with it"
        )
        row.weight.setMaxLength(12)
        for column, widget in enumerate((row.title, row.part, row.weight)):
            self._grid.addWidget(widget, at, column)
        return row

    def _refresh(self) -> None:
        """Only a model that passed its test may be let in; one that is in may leave."""
        for row in self.rows:
            may = self._shelf.may_decide(row.name)
            part: MemberPart = row.part.currentData()
            row.part.setEnabled(may or part is not MemberPart.NONE)
            row.part.setToolTip("" if may else _UNTESTED)
            row.weight.setEnabled(part is MemberPart.VOTES)
        self.remove_button.setEnabled(self._shelf.settings.ensemble is not None)

    def entry(self) -> EnsembleEntry:
        members = tuple(MemberEntry(row.name, row.part.currentData(), row.weight.text()) for row in self.rows)
        return EnsembleEntry(members, self.quorum.value(), self.mode.currentData(), self.decides.isChecked())

    # -- acts ------------------------------------------------------------------------

    def open(self) -> None:
        """Show the form with what is saved, or bring it to the front."""
        if not self.isVisible():
            self.show_saved()
            self.words.say(ALONE if len(self.rows) < FEWEST else "")
        self.show()
        self.raise_()
        self.activateWindow()

    def save(self) -> None:
        entry = self.entry()
        untested = [
            row.strategist
            for row in entry.members
            if row.part is not MemberPart.NONE and not self._shelf.may_decide(row.strategist)
        ]
        if untested and entry.decides:
            self.words.say(f"{untested[0]} has not passed its test. {_UNTESTED}.", "down")
            return
        try:
            settings = with_ensemble(self._shelf.settings, entry)
        except NotAnEnsemble as error:
            self.words.say(str(error), "down")
            return
        words = self._shelf.save(settings)
        self.words.say(words or AT_NEXT_START, "down" if words else "up")

    def remove(self) -> None:
        words = self._shelf.save(without_ensemble(self._shelf.settings))
        self.words.say(words or AT_NEXT_START, "down" if words else "up")
