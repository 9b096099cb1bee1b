"""The profile's language models and its ensemble, for the forms: what is saved, what was tested, where keys lie."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from terminal.domain.language_model import EMBEDDED, KeyPlace, LanguageModel, StrategySettings
from terminal.domain.model_probe import ProbeReport


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just typed for a model, and the password to keep it under where there is no vault; "" for none."""

    model: LanguageModel
    key: str
    password: str = ""

    def __repr__(self) -> str:
        return f"NewKey({self.model.name})"


@dataclass(frozen=True, slots=True)
class Saved:
    """What is in force from the next start on; None where nothing was saved, and `words` say why."""

    settings: StrategySettings | None
    words: str = ""


Test = Callable[[LanguageModel, str], None]
Save = Callable[[StrategySettings, NewKey | None], Saved]
Forget = Callable[[LanguageModel, str], str]
"""Deletes a model's key; the text is the password of the keys' file. Gives "" or why the key is still there."""


class ModelShelf(QObject):
    """GUI thread only.

    Attributes:
        settings: as saved last.
        vault: where a key would lie, in words; "" where there is no vault, None while nobody knows.

    Signals:
        tested (ProbeReport): a test has ended.
        changed: `settings` were replaced.
        placed: `vault` became known.
    """

    tested = Signal(object)
    changed = Signal()
    placed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = StrategySettings()
        self.vault: str | None = None
        self._proven: set[LanguageModel] = set()
        self._under_test: LanguageModel | None = None
        self._test: Test | None = None
        self._save: Save | None = None
        self._look: Callable[[], None] | None = None
        self._forget: Forget | None = None

    def offer(
        self,
        settings: StrategySettings,
        test: Test,
        save: Save,
        look: Callable[[], None] | None = None,
        forget: Forget | None = None,
    ) -> None:
        """Let models be tested and saved. `test` answers through `take_report`, `look` through `take_place`."""
        self.settings, self._test, self._save, self._look = settings, test, save, look
        self._forget = forget
        decide = {_bare(each) for each in settings.models if each.strategist in settings.deciding}
        self._proven |= decide  # each was tested before it was let in
        self.changed.emit()

    def test(self, model: LanguageModel, key: str) -> None:
        if self._test is not None:
            self._under_test = model
            self._test(model, key)

    def take_report(self, report: ProbeReport) -> None:
        """Hear how the test ended that runs."""
        if report.passed and self._under_test is not None:
            self._proven.add(_bare(self._under_test))
        self._under_test = None
        self.tested.emit(report)

    def look(self) -> None:
        """Find out where keys lie, once."""
        if self.vault is None and self._look is not None:
            self._look()

    def take_place(self, vault: str) -> None:
        self.vault = vault
        self.placed.emit()

    def is_proven(self, model: LanguageModel) -> bool:
        """True for a model that passed its test as it is, or decided already."""
        return _bare(model) in self._proven

    def may_decide(self, strategist: str) -> bool:
        """Tell whether a strategist, as it is saved, may be let in."""
        saved = next((each for each in self.settings.models if each.strategist == strategist), None)
        return strategist == EMBEDDED or (saved is not None and self.is_proven(saved))

    def save(self, settings: StrategySettings, new_key: NewKey | None = None) -> str:
        """Save, and keep a new key first. Gives "" or why it could not, in words."""
        if self._save is None:
            return "There is nowhere to save it here."
        saved = self._save(settings, new_key)
        if saved.settings is None:
            return saved.words
        self.settings = saved.settings
        self.changed.emit()
        return ""

    def remove(self, model: LanguageModel, left: StrategySettings, password: str = "") -> str:
        """Delete a model's key, then save what is left. Gives "" or why it was not removed, in words."""
        if model.has_key and self._forget is not None:
            words = self._forget(model, password)
            if words:
                return f"{words} Nothing was removed."
        return self.save(left)


def _bare(model: LanguageModel) -> LanguageModel:
    """What a test is about: not where the key lies, nor what the model may have read."""
    return replace(model, key_place=KeyPlace.NONE, contaminated_until_ms=None)
