"""Tests and saves language models for the window. A test runs on a thread and loop of its own."""

import asyncio
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from terminal.domain.errors import TerminalError
from terminal.domain.language_model import LanguageModel, StrategySettings
from terminal.domain.model_probe import ProbeReport, ProbeStep
from terminal.storage.profiles import strategy_file
from terminal.ui.viewmodels.model_form import ModelShelf

if TYPE_CHECKING:
    from terminal.app.session import Session


class ModelTester(QObject):
    """What the models' form asks of the program.

    Signals:
        done (ProbeReport): emitted on the test's thread, delivered on the window's.
    """

    done = Signal(object)

    def __init__(self, session: "Session", shelf: ModelShelf) -> None:
        super().__init__(shelf)
        self._session = session
        self.done.connect(shelf.tested)
        shelf.offer(session.profile.strategy, self.test, self.save)

    def test(self, model: LanguageModel, key: str) -> None:
        """Test without holding up the window; a test that breaks down is a failed one."""
        threading.Thread(target=self._run, args=(model, key), name="model test", daemon=True).start()

    def save(self, settings: StrategySettings, model: LanguageModel | None, key: str) -> str:
        """Write the tables, and a new key into the vault first; gives "" or why it could not be."""
        from terminal.app.language import keep_key
        from terminal.storage.profile_strategy import save_strategy

        profile = self._session.profile
        try:
            if model is not None and key:
                self._session.log_filter.watch(key)
                keep_key(profile.vault_name, model, key)
            save_strategy(strategy_file(profile.name), settings)
        except TerminalError as error:
            return str(error)
        return ""

    def _run(self, model: LanguageModel, key: str) -> None:
        try:
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
                report = runner.run(self._probe(model, key))
        except TerminalError as error:
            report = ProbeReport((ProbeStep("Test", ok=False, words=str(error)),))
        except Exception as error:  # noqa: BLE001  # boundary of a thread: a silent one would leave the button waiting
            words = f"it broke down ({type(error).__name__})"
            report = ProbeReport((ProbeStep("Test", ok=False, words=words),))
        self.done.emit(report)

    async def _probe(self, model: LanguageModel, key: str) -> ProbeReport:
        from terminal.app.language import stored_key
        from terminal.strategy.language.probe import probe

        profile = self._session.profile
        if not key and model.has_key:
            key = stored_key(profile.vault_name, model) or ""
        if key:
            self._session.log_filter.watch(key)
        return await probe(model, key or None, self._session.clock, profile.proxy)
