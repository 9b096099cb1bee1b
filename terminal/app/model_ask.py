"""Asks for the keys of language models over the main window, at the start; never with a nested loop."""

from functools import partial
from typing import Final

from PySide6.QtWidgets import QWidget

from terminal.app.secret_ask import answer_of
from terminal.domain.language_model import LanguageModel
from terminal.ui.panic_keys import PanicKeys
from terminal.ui.widgets.account.form_secret import SecretForm, SecretWords

NOTHING_YET: Final = (
    "Nothing can be sent yet: the desk starts once this is answered. Until then orders and positions can only be "
    "stopped on the venue's own page."
)
_WITHOUT: Final = "The model cannot be asked then; it says so, and nothing else decides in its place."


class ModelWindowAsk:
    """`terminal.app.model_keys.ModelKeyAsk` with one form after another."""

    def __init__(self, parent: QWidget, panic_keys: PanicKeys) -> None:
        """`panic_keys` are the window's; nothing runs yet, so over these forms they can only say so."""
        self._parent = parent
        self._panic_keys = panic_keys
        self._unlock: SecretForm | None = None

    async def password(self, problem: str) -> str | None:
        """Show the form for the password; the same one stays while passwords are wrong."""
        if self._unlock is None:
            words = "The keys of your language models lie in a file under your password."
            self._unlock = self._form("Unlock the language models", words, "Password of the models' keys")
        return await answer_of(self._unlock, problem)

    async def key(self, model: LanguageModel, reason: str) -> str | None:
        """Show the form for one key, and take it away again."""
        self.done()
        words = (
            f"The language model {model.name} ({model.model} at {model.host}) decides in this profile, but its key is "
            f"not at hand: {reason}. What you enter is used in this run and kept nowhere."
        )
        form = self._form("Key of a language model", words, f"Key of {model.name}")
        try:
            given = await answer_of(form, "")
            return None if given is None else given.strip()
        finally:
            form.hide()
            form.deleteLater()

    def done(self) -> None:
        """Take the form for the password away: it was right, or will not come."""
        if self._unlock is not None:
            self._unlock.hide()
            self._unlock.deleteLater()
            self._unlock = None

    def _form(self, title: str, words: str, what: str) -> SecretForm:
        form = SecretForm(SecretWords(title, words, what, "Use it", "Go on without", _WITHOUT), self._parent)
        self._panic_keys.also_in(form, partial(form.say, NOTHING_YET))
        return form
