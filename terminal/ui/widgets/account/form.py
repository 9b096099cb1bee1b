"""Entering an account: paste, test, save, and never see it again. Open it with `open()`."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QHideEvent
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from terminal.domain.venues import COMPETITION_VENUE
from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import BUTTON_HEIGHT, INSET
from terminal.ui.viewmodels.account_form import (
    API_VERSIONS,
    BOUND,
    MODES,
    NO_KEY_NEEDED,
    AccountEntry,
    AccountFormState,
)
from terminal.ui.viewmodels.account_place import DEMO, KEEPS, NOT_IN_COMPETITION, differences
from terminal.ui.widgets.account.form_fields import Choice, ClipboardKeeper, SecretField
from terminal.ui.widgets.account.form_place import PlaceFields
from terminal.ui.widgets.account.form_steps import StepList
from terminal.ui.widgets.plain_text import visible

WIDTH_PX = 560
FIELD_PX = 30
_PLAY: Final = "play money is never one profile with an account"


class AccountForm(QDialog):
    """The form of one profile's account.

    Attributes:
        secrets: the fields that hold something secret, emptied on saving and on closing.
    """

    def __init__(self, state: AccountFormState, start: AccountEntry, parent: QWidget | None = None) -> None:
        """Show `start`'s choices; its secrets, if any, are not shown."""
        super().__init__(parent)
        self._state = state
        self._stands_in = False
        self.setAccessibleName("Account form")
        self._build_fields(start)
        self._build_words()
        self._build_buttons()
        self._lay_out()
        self._offer_modes(start)
        self._listen()
        self.mode.choose(start.mode)
        self._first_field().setFocus()

    # -- building ------------------------------------------------------------------

    def _build_fields(self, start: AccountEntry) -> None:
        self.place = PlaceFields(start.place, self)
        self.kept = QLabel(start.place.title)
        self.kept.setAccessibleName("Venue")
        self.kept.setToolTip(KEEPS)
        if self._state.keeps_place:
            self.place.keep(start.place)
        self.mode = Choice("Mode", MODES)
        self.api_version = Choice("API version", API_VERSIONS)
        self.api_version.choose(start.api_version)
        self.reviewer = QLineEdit(start.reviewer)
        self.reviewer.setAccessibleName("Reviewer")
        self.reviewer.setMaxLength(40)
        self.proxy = QLineEdit(start.proxy)
        self.proxy.setAccessibleName("Proxy")
        self.proxy.setPlaceholderText("none; proxies of the environment are ignored")
        self.key, self.secret, self.passphrase = SecretField("Key"), SecretField("Secret"), SecretField("Passphrase")
        self.password = SecretField("Password for the file")
        self.password_again = SecretField("Password again")
        self.secrets = (self.key, self.secret, self.passphrase, self.password, self.password_again)
        self.is_bound = QPushButton(f"○  {BOUND}")
        self.is_bound.setCheckable(True)
        self.is_bound.setAutoDefault(False)
        self.is_bound.setAccessibleName(BOUND)
        set_role(self.is_bound, "kind", "segment")
        self.is_bound.toggled.connect(lambda on: self.is_bound.setText(f"{'●' if on else '○'}  {BOUND}"))
        for field in (self.reviewer, self.proxy, *self.secrets):
            field.setFixedHeight(FIELD_PX)

    def _build_words(self) -> None:
        self.known, self.about, self.where, self.message = QLabel(), QLabel(), QLabel(), QLabel()
        self._words = (self.known, self.about, self.where, self.message)
        for label in self._words:
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        for label in (self.known, self.about, self.where):
            set_role(label, "tone", "muted")
        self.about.setAccessibleName("What differs there")
        self.message.setAccessibleName("Result")
        self.clipboard = ClipboardKeeper()
        self.steps = StepList()

    def _build_buttons(self) -> None:
        self.test = QPushButton("Test")
        self.save = QPushButton("Save")
        self.save_untested = QPushButton("Save untested")
        self.leave = QPushButton("Close")
        for button in (self.test, self.save, self.save_untested, self.leave):
            button.setAutoDefault(False)
            button.setAccessibleName(button.text())
            button.setFixedHeight(BUTTON_HEIGHT)
        set_role(self.test, "kind", "accent")
        set_role(self.save, "kind", "fill")
        set_role(self.save_untested, "kind", "quiet")
        self.save_untested.setToolTip("Keeps the key although no test has passed. That is written down beside it.")

    def _lay_out(self) -> None:
        self.fields = QWidget()
        form = QFormLayout(self.fields)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(8)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._form = form
        for name, field in (
            ("Mode", self.mode), ("Venue", self.kept), ("Venue", self.place.venue), *self.place.rows,
            ("API version", self.api_version),
            ("Reviewer", self.reviewer), ("Proxy", self.proxy),
            ("Key", self.key), ("Secret", self.secret), ("Passphrase", self.passphrase), ("", self.is_bound),
            ("File password", self.password), ("… again", self.password_again),
        ):  # fmt: skip
            label = QLabel(name)
            label.setFixedHeight(max(field.minimumHeight(), field.sizeHint().height()))  # its words on the field's line
            form.addRow(label, field)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.save_untested)
        buttons.addStretch(1)
        for button in (self.leave, self.test, self.save):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * INSET, INSET, 2 * INSET, INSET)
        column.setSpacing(10)
        for part in (self.known, self.fields, self.about, self.where, self.clipboard, self.steps, self.message):
            column.addWidget(part)
        column.addLayout(buttons)
        # It grows and shrinks with its words; wrapped labels would otherwise squeeze the fields.
        column.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        for part in (*self._words, self.steps):
            part.setFixedWidth(WIDTH_PX)
        self.fields.setFixedWidth(WIDTH_PX)

    def _listen(self) -> None:
        self._state.changed.connect(self.refresh)
        self._state.emptied.connect(self.empty)
        self.mode.chosen.connect(self.refresh)
        self.place.changed.connect(self.refresh)
        self.place.moved.connect(self.empty)  # a key is never sent to another venue than its own
        self.api_version.chosen.connect(self.refresh)
        for field in (self.reviewer, self.proxy, *self.secrets):
            field.textEdited.connect(self.refresh)
            field.returnPressed.connect(self._on_return)
        for field in self.secrets:
            field.pasted.connect(self.clipboard.begin)
            field.pasted.connect(self.refresh)
        self.is_bound.toggled.connect(self.refresh)
        self.test.clicked.connect(lambda: self._state.test(self.entry()))
        self.save.clicked.connect(self._save)
        self.save_untested.clicked.connect(lambda: self._save(untested=True))
        self.leave.clicked.connect(self.reject)

    # -- use -----------------------------------------------------------------------

    def entry(self) -> AccountEntry:
        """Give what stands in the form now; a paper account has no key."""
        keyed = self.mode.word not in NO_KEY_NEEDED
        return AccountEntry(
            mode=self.mode.word,
            api_version=self.api_version.word,
            reviewer=self.reviewer.text().strip(),
            proxy=self.proxy.text().strip(),
            key=self.key.text().strip() if keyed else "",
            secret=self.secret.text().strip() if keyed else "",
            passphrase=self.passphrase.text().strip() if keyed else "",
            password=self.password.text() if keyed else "",
            is_bound=keyed and self.is_bound.isChecked(),
        ).at(self.place.place)

    def stand_in(self) -> None:
        """Become part of another window, which has asked for venue and mode already and has its own way out."""
        self.setWindowFlags(Qt.WindowType.Widget)
        self._stands_in = True
        self.leave.hide()
        self.refresh()
        self.finished.connect(lambda _result: self.show())  # Esc leaves the window around it, not the form

    def empty(self) -> None:
        """Forget everything secret that was typed."""
        for field in self.secrets:
            field.forget()
        self.is_bound.setChecked(False)

    def refresh(self, *_: object) -> None:
        """Read everything from the state again."""
        state = self._state
        self._show_place()
        entry = self.entry()
        keyed, done = entry.needs_key, bool(state.done)
        for field in (self.key, self.secret, self.is_bound):
            self._form.setRowVisible(field, keyed)
        self._form.setRowVisible(self.passphrase, keyed and "passphrase" in entry.secrets)
        self._form.setRowVisible(self.api_version, entry.venue == COMPETITION_VENUE and entry.mode != DEMO)
        self._form.setRowVisible(self.proxy, entry.mode != DEMO)
        for field in (self.password, self.password_again):
            self._form.setRowVisible(field, keyed and not state.has_vault)
        self.fields.setVisible(not done)
        self.known.setText(visible(state.known))
        self.known.setVisible(bool(state.known) and not done)
        self.where.setText(state.key_words(entry))
        self.where.setVisible(not done)
        self.about.setText(differences(entry.place, entry.mode) + (f" {KEEPS}" if state.keeps_place else ""))
        self.about.setVisible(not done and not self._stands_in)
        self.setWindowTitle(f"Account of profile {state.profile} at {entry.place.title}")
        self.steps.show_steps(state.steps)
        self.steps.setVisible(bool(state.steps) and not done)
        self.message.setText(visible(state.message))
        self.message.setVisible(bool(state.message))
        set_role(self.message, "tone", state.tone)
        self._show_buttons(entry, busy=state.is_testing or state.is_saving, done=done)

    def _show_place(self) -> None:
        """Ask for what an account of this mode needs there, unless the window around the form has done so."""
        kept = self._state.keeps_place
        self.place.ask(self.mode.word, self._form)
        self._form.setRowVisible(self.mode, not self._stands_in)
        self._form.setRowVisible(self.kept, kept and not self._stands_in)
        self._form.setRowVisible(self.place.venue, not kept and not self._stands_in)
        if self._stands_in:
            for _, field in self.place.rows:
                self._form.setRowVisible(field, False)

    def _offer_modes(self, start: AccountEntry) -> None:
        """An account that is there keeps its venue, and stays real or play money."""
        if not self._state.keeps_place:
            return
        is_play = start.mode == DEMO
        reasons = {mode: f"Another profile: {_PLAY}." for mode in MODES if (mode == DEMO) is not is_play}
        if start.venue != COMPETITION_VENUE:
            reasons["competition"] = NOT_IN_COMPETITION
        self.mode.offer(reasons)

    def _first_field(self) -> QWidget:
        entry = self.entry()
        if entry.mode == DEMO and not entry.connection:
            return self.place.file.path
        return self.key if entry.needs_key else self.reviewer

    def _show_buttons(self, entry: AccountEntry, *, busy: bool, done: bool) -> None:
        tested = self._state.is_tested(entry)
        if busy and self.test.hasFocus():
            self.setFocus()  # a button that goes dark hands it on, and a space bar would choose the first mode
        self.test.setEnabled(not busy)
        self.save.setEnabled(not busy and tested)
        self.save.setToolTip("" if tested else "Test it first.")
        self.save_untested.setEnabled(not busy and not tested)
        for button in (self.test, self.save, self.save_untested):
            button.setVisible(not done)

    def _save(self, *_: object, untested: bool = False) -> None:
        entry = self.entry()
        if entry.needs_key and not self._state.has_vault and entry.password != self.password_again.text():
            self._state.refused("The two passwords differ. Type the same one twice, or leave both empty.")
            return
        self._state.save(entry, untested=untested)

    def _on_return(self) -> None:
        """Return goes on to what comes next; it never saves by itself."""
        self._state.test(self.entry())

    # -- leaving ---------------------------------------------------------------------

    def hideEvent(self, event: QHideEvent) -> None:
        """A form nobody sees holds nothing."""
        if not event.spontaneous():
            self.empty()
        super().hideEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.empty()
        super().closeEvent(event)
