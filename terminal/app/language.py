"""Joins a profile's language models with their keys, their purse and the way out."""

import asyncio
from typing import TYPE_CHECKING, Final

from terminal.domain.errors import StorageError
from terminal.domain.language_model import LanguageModel
from terminal.domain.messages import Level, Notice
from terminal.domain.plain_words import joined, why
from terminal.storage.language_spend import SpendFile
from terminal.storage.secrets import KeyringSecrets
from terminal.strategy.language.team import Means

if TYPE_CHECKING:
    from collections.abc import Callable

    from terminal.app.session import Session
    from terminal.domain.messages import Event

SPEND_FILE: Final = "model-costs.json"


def spend_book(session: "Session") -> SpendFile:
    """Give the file that remembers what models cost."""
    return SpendFile(session.paths.root / SPEND_FILE)


async def language_means(session: "Session", emit: "Callable[[Event], None]", spending: SpendFile) -> Means:
    """Fetch the keys of the models that have one; a key that cannot be had is said, and its model will say so too."""
    keys: dict[str, str] = {}
    for model in session.profile.strategy.models:
        if not model.has_key:
            continue
        try:
            key = await asyncio.to_thread(stored_key, session.profile.vault_name, model)
        except StorageError as error:
            words = joined(f"The key of the language model {model.name} cannot be had", why(error))
            emit(Notice(Level.ERROR, "model", words, session.clock.now_ms()))
            continue
        if key is None:
            words = f"The vault holds no key of the language model {model.name}. Enter it in View, Models."
            emit(Notice(Level.ERROR, "model", words, session.clock.now_ms()))
            continue
        session.log_filter.watch(key)
        keys[model.name] = key
    return Means(keys, spending, session.profile.proxy)


def keep_key(vault_name: str, model: LanguageModel, key: str) -> None:
    """Keep a model's key in the system's vault.

    Raises:
        StorageError: there is none, or it refused.
    """
    KeyringSecrets(vault_name).set(model.key_name, key)


def stored_key(vault_name: str, model: LanguageModel) -> str | None:
    """Give a model's key, None when none was kept.

    Raises:
        StorageError: there is no vault, or it refused.
    """
    return KeyringSecrets(vault_name).get(model.key_name)
