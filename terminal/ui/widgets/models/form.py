"""Setting up a language model: fill in, test, save. It decides only after a passed test."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLayout, QPushButton, QVBoxLayout, QWidget

from terminal.domain.language_model import PRESETS, KeyPlace, LanguageModel
from terminal.domain.model_probe import ProbeReport
from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import INSET
from terminal.ui.viewmodels.model_form import (
    AT_NEXT_START,
    ModelEntry,
    NotAModel,
    entry_of,
    model_of,
    preset_entry,
    remove_words,
    report_words,
    saved_words,
    with_model,
    without_model,
)
from terminal.ui.viewmodels.model_shelf import ModelShelf, NewKey
from terminal.ui.widgets.confirm_sheet import ConfirmSheet
from terminal.ui.widgets.models.model_fields import ModelFields
from terminal.ui.widgets.models.result_words import ResultWords, WrappedWords

WIDTH_PX: Final = 568  # of what is in it
NEW: Final = "New model…"
_NOTE: Final = (
    "At each question the prices, indicators, positions, equity and limits of this profile go to this address. "
    "Never a key of an exchange, an account number or a name."
)


class ModelForm(QDialog):
    """One language model at a time; `choice` says which. Nothing is in force before the next start.

    Signals:
        ensemble_asked: the form of the ensemble is wanted.
    """

    ensemble_asked = Signal()

    def __init__(self, shelf: ModelShelf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self.setWindowTitle("Language models")
        self.setAccessibleName("Language models")
        self.setModal(False)
        self._parts = parts = ModelFields()
        self.choice, self.preset, self.mode = parts.choice, parts.preset, parts.mode
        self.fields, self.key, self.password = parts.texts, parts.key, parts.password
        self.decides = QCheckBox("Decides in this profile")
        self.words = ResultWords(WIDTH_PX)
        self.test_button, self.save_button = QPushButton("Test"), QPushButton("Save")
        self.remove_button, self.ensemble_button = QPushButton("Remove"), QPushButton("Ensemble…")
        self.sheet: ConfirmSheet | None = None
        self._lay_out()
        self._listen()
        self._fill_choice("")
        self._show_place()

    # -- building ------------------------------------------------------------------

    def _lay_out(self) -> None:
        note = WrappedWords(WIDTH_PX, _NOTE)
        set_role(note, "tone", "muted")
        self.ensemble_button.setToolTip("Let several models decide together")
        set_role(self.save_button, "kind", "primary")
        buttons = QHBoxLayout()
        buttons.addWidget(self.remove_button)
        buttons.addWidget(self.ensemble_button)
        buttons.addStretch(1)
        buttons.addWidget(self.test_button)
        buttons.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(INSET + 4, INSET, INSET + 4, INSET + 4)
        column.setSpacing(10)
        # It grows and shrinks with its words; wrapped labels would otherwise squeeze the fields.
        column.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        column.addWidget(self._parts)
        column.addWidget(self.decides)
        column.addWidget(note)
        column.addWidget(self.words)
        column.addLayout(buttons)

    def _listen(self) -> None:
        self.choice.activated.connect(lambda _at: self._show_chosen())
        self.preset.activated.connect(self._take_preset)
        self.mode.activated.connect(lambda _at: self._refresh())
        for field in (*self.fields.values(), self.key):
            field.textChanged.connect(lambda _text: self._refresh())
        self.test_button.clicked.connect(self.test)
        self.save_button.clicked.connect(self.save)
        self.remove_button.clicked.connect(self.remove)
        self.ensemble_button.clicked.connect(self.ensemble_asked)
        self._shelf.tested.connect(self._on_tested)
        self._shelf.placed.connect(self._show_place)

    # -- reading and writing the fields ----------------------------------------------

    def entry(self) -> ModelEntry:
        return self._parts.entry(decides=self.decides.isChecked())

    def show_entry(self, entry: ModelEntry) -> None:
        self._parts.write(entry)
        self.decides.setChecked(entry.decides)
        self._refresh()

    def open(self) -> None:
        """Show the form with what is saved, or bring it to the front."""
        if not self.isVisible():
            chosen = self._shelf.settings.chosen
            self._fill_choice(chosen.name if chosen is not None else "")
        self._shelf.look()
        self.show()
        self.raise_()
        self.activateWindow()

    def _show_place(self) -> None:
        model = self._chosen()
        self._parts.show_place(self._shelf.vault, in_file=model is not None and model.key_place is KeyPlace.FILE)

    def _fill_choice(self, name: str) -> None:
        names = [each.name for each in self._shelf.settings.models]
        self.choice.clear()
        self.choice.addItems([*names, NEW])
        self.choice.setCurrentIndex(names.index(name) if name in names else 0)
        self._show_chosen()

    def _chosen(self) -> LanguageModel | None:
        return next((each for each in self._shelf.settings.models if each.name == self.choice.currentText()), None)

    def _show_chosen(self) -> None:
        model = self._chosen()
        self.words.say("")
        self._parts.forget()
        self._show_place()
        self.preset.setCurrentIndex(0)
        self.show_entry(ModelEntry() if model is None else entry_of(model, self._shelf.settings))

    def _take_preset(self, at: int) -> None:
        if at == 0:
            return
        preset = PRESETS[at - 1]
        self.show_entry(preset_entry(self.entry(), preset))
        self.words.say(preset.hint)

    def _model(self) -> LanguageModel:
        before = self._chosen()
        has_key = bool(self.key.text()) or (before is not None and before.has_key)
        return model_of(self.entry(), has_key=has_key, before=before)

    def _refresh(self) -> None:
        """A model may decide once exactly it has passed a test; one that decides already may go on."""
        try:
            model: LanguageModel | None = self._model()
        except NotAModel:
            model = None
        may_decide = model is not None and self._shelf.is_proven(model)
        self.decides.setEnabled(may_decide)
        if not may_decide:
            self.decides.setChecked(False)
        self.decides.setToolTip("" if may_decide else "Test it first: a model that fails its test may not decide")
        self.remove_button.setEnabled(self._chosen() is not None)

    # -- acts ----------------------------------------------------------------------

    def test(self) -> None:
        try:
            model = self._model()
        except NotAModel as error:
            self.words.say(str(error), "down")
            return
        self.test_button.setEnabled(False)
        self.words.say(f"Asking {model.host}…")
        self._shelf.test(model, self.key.text())

    def save(self) -> None:
        try:
            model = self._model()
        except NotAModel as error:
            self.words.say(str(error), "down")
            return
        settings = with_model(self._shelf.settings, model, decides=self.decides.isChecked())
        new_key = NewKey(model, self.key.text(), self.password.text()) if self.key.text() else None
        words = self._shelf.save(settings, new_key)
        if words:
            self.words.say(words, "down")
            return
        self._fill_choice(model.name)
        self.words.say(saved_words(self._chosen(), has_new_key=new_key is not None), "up")

    def remove(self) -> None:
        """Ask first: a key cannot be brought back."""
        model = self._chosen()
        if model is None:
            return
        self.sheet = self.sheet or ConfirmSheet(self)
        self.sheet.ask(f"Remove {model.name}", remove_words(model), "Remove it", lambda: self._remove(model))

    def _remove(self, model: LanguageModel) -> None:
        left = without_model(self._shelf.settings, model.name)
        words = self._shelf.remove(model, left, self.password.text())
        self._fill_choice(model.name if words else "")
        self.words.say(words or AT_NEXT_START, "down" if words else "up")

    def _on_tested(self, report: ProbeReport) -> None:
        self.test_button.setEnabled(True)
        self.words.say(report_words(report), "up" if report.passed else "down")
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """A key that was typed does not wait in a closed window."""
        self._parts.forget()
        super().hideEvent(event)
