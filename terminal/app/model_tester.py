"""Tests and saves language models for the window. A test runs on a thread and loop of its own."""

import asyncio
import logging
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from terminal.domain.causes import OWN_FAULT
from terminal.domain.errors import TerminalError
from terminal.domain.language_model import LanguageModel, StrategySettings
from terminal.domain.model_probe import ProbeReport, ProbeStep
from terminal.storage.profiles import strategy_file
from terminal.ui.viewmodels.model_shelf import ModelShelf, NewKey, Saved

if TYPE_CHECKING:
    from terminal.app.session import Session

_log = logging.getLogger(__name__)
_NOT_AT_HAND: Final = "it is not at hand here; type it again for the test"


class ModelTester(QObject):
    """What the models' forms ask of the program.

    Signals:
        done (ProbeReport): emitted on the test's thread, delivered on the window's.
        placed (str): likewise, where keys lie; "" where there is no vault.
    """

    done = Signal(object)
    placed = Signal(str)

    def __init__(self, session: "Session", shelf: ModelShelf) -> None:
        super().__init__(shelf)
        self._session = session
        self.done.connect(shelf.take_report)
        self.placed.connect(shelf.take_place)
        shelf.offer(session.profile.strategy, self.test, self.save, self.look, self.forget)

    def test(self, model: LanguageModel, key: str) -> None:
        """Test without holding up the window; a test that breaks down is a failed one."""
        threading.Thread(target=self._run, args=(model, key), name="model test", daemon=True).start()

    def look(self) -> None:
        """Find out where keys lie without holding up the window: a vault may take its time."""
        threading.Thread(target=self._find_vault, name="vault", daemon=True).start()

    def save(self, settings: StrategySettings, new_key: NewKey | None) -> Saved:
        """Keep a new key in the best place there is, then write the tables, which say where it lies."""
        from terminal.app.language import model_keys
        from terminal.storage.profile_strategy import save_strategy

        try:
            if new_key is not None:
                self._session.log_filter.watch(new_key.key)
                place = model_keys(self._session).keep(new_key.model, new_key.key, new_key.password)
                kept = replace(new_key.model, key_place=place)
                models = tuple(kept if each.name == kept.name else each for each in settings.models)
                settings = replace(settings, models=models)
            save_strategy(strategy_file(self._session.profile.name), settings)
        except TerminalError as error:
            return Saved(None, str(error))
        return Saved(settings)

    def forget(self, model: LanguageModel, password: str) -> str:
        """Delete a removed model's key; gives "" or why it is still there."""
        from terminal.app.language import model_keys

        try:
            model_keys(self._session).forget(model, password)
        except TerminalError as error:
            return str(error)
        return ""

    def _find_vault(self) -> None:
        from terminal.app.language import model_keys

        self.placed.emit(model_keys(self._session).vault_words())

    def _run(self, model: LanguageModel, key: str) -> None:
        try:
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
                report = runner.run(self._probe(model, key))
        except TerminalError as error:
            report = ProbeReport((ProbeStep("Test", ok=False, words=str(error)),))
        except Exception as error:  # noqa: BLE001  # boundary of a thread: a silent one would leave the button waiting
            _log.exception("the test of a language model broke down", exc_info=error)
            words = f"It could not be finished: {OWN_FAULT}."
            report = ProbeReport((ProbeStep("Test", ok=False, words=words),))
        self.done.emit(report)

    async def _probe(self, model: LanguageModel, key: str) -> ProbeReport:
        from terminal.app.language import model_keys
        from terminal.strategy.language.probe import probe

        profile = self._session.profile
        if not key and model.has_key:
            key = model_keys(self._session).stored(model) or ""
            if not key:
                return ProbeReport((ProbeStep("Key", ok=False, words=_NOT_AT_HAND),))
        if key:
            self._session.log_filter.watch(key)
        return await probe(model, key or None, self._session.clock, profile.proxy)
