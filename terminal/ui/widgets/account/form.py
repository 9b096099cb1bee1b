"""Entering an account: paste, test, save, and never see it again. Open it with `open()`."""

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

from terminal.domain.venues import COMPETITION_VENUE, venue_title
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
from terminal.ui.widgets.account.form_fields import Choice, ClipboardKeeper, SecretField
from terminal.ui.widgets.account.form_steps import StepList
from terminal.ui.widgets.plain_text import visible

WIDTH_PX = 560
FIELD_PX = 30
OTHER_VENUES = (
    "Each venue has an account of its own, and a key is never sent to another venue. For an account elsewhere:\n"
    "alphadesk account --profile {profile} --venue hashkey (or woox)"
)


class AccountForm(QDialog):
    """The form of one profile's account.

    Attributes:
        secrets: the fields that hold something secret, emptied on saving and on closing.
    """

    def __init__(self, state: AccountFormState, start: AccountEntry, parent: QWidget | None = None) -> None:
        """Show `start`'s choices; its secrets, if any, are not shown."""
        super().__init__(parent)
        self._state = state
        self._venue = start.venue
        self.setWindowTitle(f"Account of profile {state.profile} at {venue_title(start.venue)}")
        self.setAccessibleName("Account form")
        self._build_fields(start)
        self._build_words()
        self._build_buttons()
        self._lay_out()
        self._listen()
        self.mode.choose(start.mode)
        self.refresh()
        (self.key if self.entry().needs_key else self.reviewer).setFocus()

    # -- building ------------------------------------------------------------------

    def _build_fields(self, start: AccountEntry) -> None:
        self.venue = QLabel(venue_title(start.venue))
        self.venue.setAccessibleName("Venue")
        self.venue.setToolTip(OTHER_VENUES.format(profile=self._state.profile))
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
        self.known, self.where, self.message = QLabel(), QLabel(), QLabel()
        for label in (self.known, self.where, self.message):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self.known, "tone", "muted")
        set_role(self.where, "tone", "muted")
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
            ("Venue", self.venue), ("Mode", self.mode), ("API version", self.api_version),
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
        for part in (self.known, self.fields, self.where, self.clipboard, self.steps, self.message):
            column.addWidget(part)
        column.addLayout(buttons)
        # It grows and shrinks with its words; wrapped labels would otherwise squeeze the fields.
        column.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        for part in (self.known, self.where, self.message, self.steps):
            part.setFixedWidth(WIDTH_PX)
        self.fields.setFixedWidth(WIDTH_PX)

    def _listen(self) -> None:
        self._state.changed.connect(self.refresh)
        self._state.emptied.connect(self.empty)
        self.mode.chosen.connect(self.refresh)
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
            venue=self._venue,
        )

    def stand_in(self) -> None:
        """Become part of another window, which has asked for venue and mode already and has its own way out."""
        self.setWindowFlags(Qt.WindowType.Widget)
        self._form.setRowVisible(self.venue, False)
        self._form.setRowVisible(self.mode, False)
        self.leave.hide()
        self.finished.connect(lambda _result: self.show())  # Esc leaves the window around it, not the form

    def empty(self) -> None:
        """Forget everything secret that was typed."""
        for field in self.secrets:
            field.forget()
        self.is_bound.setChecked(False)

    def refresh(self, *_: object) -> None:
        """Read everything from the state again."""
        state, entry = self._state, self.entry()
        keyed, done = entry.needs_key, bool(state.done)
        for field in (self.key, self.secret, self.is_bound):
            self._form.setRowVisible(field, keyed)
        self._form.setRowVisible(self.passphrase, keyed and "passphrase" in entry.secrets)
        self._form.setRowVisible(self.api_version, self._venue == COMPETITION_VENUE)
        for field in (self.password, self.password_again):
            self._form.setRowVisible(field, keyed and not state.has_vault)
        self.fields.setVisible(not done)
        self.known.setText(visible(state.known))
        self.known.setVisible(bool(state.known) and not done)
        self.where.setText(_where_words(state) if keyed else "A paper account has no key: nothing can be sent.")
        self.where.setVisible(not done)
        self.steps.show_steps(state.steps)
        self.steps.setVisible(bool(state.steps) and not done)
        self.message.setText(visible(state.message))
        self.message.setVisible(bool(state.message))
        set_role(self.message, "tone", state.tone)
        self._show_buttons(entry, busy=state.is_testing or state.is_saving, done=done)

    def _show_buttons(self, entry: AccountEntry, *, busy: bool, done: bool) -> None:
        tested = self._state.is_tested(entry)
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


def _where_words(state: AccountFormState) -> str:
    if not state.has_vault:
        return (
            "This computer has no vault for secrets that can be used. With a password the key is kept in an encrypted "
            "file; without one it is kept in memory, only until the program ends."
        )
    if not state.where:
        return "Asking the system where keys can be kept…"
    return f"The key will be kept in {state.where}. It is never shown again and cannot be exported."
