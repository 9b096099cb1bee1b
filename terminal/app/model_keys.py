"""Where the keys of language models are kept, best first: the system's vault, a file under a password, nowhere.

A key that is kept nowhere is asked for at each start and forgotten at the end. Which of them it is stands in
the profile, never the key.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from terminal.domain.errors import ConfigError, StorageError
from terminal.domain.language_model import KeyPlace, LanguageModel
from terminal.domain.plain_words import clause
from terminal.ports.secrets import SecretStore
from terminal.storage.secret_file import FileSecrets
from terminal.storage.secrets import KeyringSecrets

KEY_FILE: Final = "model-keys.json"
VaultOf = Callable[[str], SecretStore]


class ModelKeyAsk(Protocol):
    """A person who can be asked at the start. None means that they would rather go on without."""

    async def password(self, problem: str) -> str | None:
        """Ask for the password of the models' keys; `problem` is why the last one was not right."""
        ...

    async def key(self, model: LanguageModel, reason: str) -> str | None:
        """Ask for one model's key; `reason` says why it is not at hand."""
        ...


class NoKey(StorageError):
    """A model's key cannot be had in this run; the text says why and what to do."""


class ModelKeys:
    """Keys of one profile's models. `file` is used only where there is no vault."""

    def __init__(
        self, vault_name: str, file: Path, monotonic_s: Callable[[], float], vault_of: VaultOf = KeyringSecrets
    ) -> None:
        self._vault_name = vault_name
        self._vault_of = vault_of
        self._file = FileSecrets(file, vault_name, monotonic_s=monotonic_s)
        self._is_open = False

    def vault_words(self) -> str:
        """Say where a key would lie; "" where there is no vault. May wait for the system."""
        vault = self._vault()
        return "" if vault is None else vault.where

    def keep(self, model: LanguageModel, key: str, password: str) -> KeyPlace:
        """Keep a key in the best place there is; without vault and password it is kept nowhere.

        Raises:
            TerminalError: the vault refused, or the password is too short or not the file's.
        """
        vault = self._vault()
        if vault is not None:
            vault.set(model.key_name, key)
            return KeyPlace.VAULT
        if not password:
            return KeyPlace.ASKED
        self._open(password)
        self._file.set(model.key_name, key)
        return KeyPlace.FILE

    def stored(self, model: LanguageModel) -> str | None:
        """Give a key that needs nobody's help now; None where a person would have to be asked.

        Raises:
            StorageError: there is no vault, or it refused.
        """
        if model.key_place is KeyPlace.VAULT:
            return self._vault_of(self._vault_name).get(model.key_name)
        if model.key_place is KeyPlace.FILE and self._is_open:
            return self._file.get(model.key_name)
        return None

    def forget(self, model: LanguageModel, password: str) -> None:
        """Delete a model's key from where it is kept; one that is not there is no error.

        Raises:
            TerminalError: the vault cannot be reached or refused, or the password of the file is missing or wrong.
        """
        if model.key_place is KeyPlace.VAULT:
            self._vault_of(self._vault_name).delete(model.key_name)
        elif model.key_place is KeyPlace.FILE and self._file.exists:
            if not self._is_open and not password:
                raise StorageError("Its key lies in a file under your password. Type the password, then remove it.")
            if not self._is_open:
                self._open(password)
            self._file.delete(model.key_name)

    async def find(self, model: LanguageModel, ask: ModelKeyAsk | None) -> str:
        """Give a model's key, asking a person where it takes one.

        Raises:
            NoKey: it cannot be had.
        """
        try:
            if model.key_place is KeyPlace.FILE and not self._is_open:
                await self._unlock(ask)
            key = await asyncio.to_thread(self.stored, model)
            reason = _WHERE[model.key_place]
        except StorageError as error:
            key, reason = None, clause(str(error))
        if key is None and ask is not None:
            key = await ask.key(model, reason)
        if key is None:
            raise NoKey(f"The language model {model.name} has no key in this run: {reason}. Start again to give it.")
        return key

    # -- inside --------------------------------------------------------------------

    def _vault(self) -> SecretStore | None:
        try:
            return self._vault_of(self._vault_name)
        except StorageError:  # none that can be trusted, or none that answers
            return None

    def _open(self, password: str) -> None:
        if self._file.exists:
            self._file.unlock(password)
        elif not self._is_open:
            self._file.create(password)
        self._is_open = True

    async def _unlock(self, ask: ModelKeyAsk | None) -> None:
        """Raises `StorageError` when the file does not open."""
        if not self._file.exists:
            raise StorageError("The file with the models' keys is gone.")
        problem = ""
        while True:
            password = None if ask is None else await ask.password(problem)
            if password is None:
                raise StorageError("The password of the models' keys was not given.")
            try:
                await asyncio.to_thread(self._open, password)
            except (StorageError, ConfigError) as error:
                problem = str(error)
            else:
                return


_WHERE: Final = {
    KeyPlace.NONE: "none was ever entered",
    KeyPlace.VAULT: "the system's vault does not hold it",
    KeyPlace.FILE: "the file with the models' keys does not hold it",
    KeyPlace.ASKED: "this machine has no vault for secrets, so it is not kept",
}
