"""Joins a profile's language models with their keys, their purse and the way out."""

from typing import TYPE_CHECKING, Final

from terminal.app.model_keys import KEY_FILE, ModelKeyAsk, ModelKeys, NoKey
from terminal.domain.messages import Level, Notice
from terminal.storage.language_spend import SpendFile
from terminal.strategy.team import Means

if TYPE_CHECKING:
    from collections.abc import Callable

    from terminal.app.session import Session
    from terminal.domain.messages import Event

SPEND_FILE: Final = "model-costs.json"


def spend_book(session: "Session") -> SpendFile:
    """Give the file that remembers what models cost."""
    return SpendFile(session.paths.root / SPEND_FILE)


def model_keys(session: "Session") -> ModelKeys:
    """Give the places where this profile's model keys may be."""
    return ModelKeys(session.profile.vault_name, session.paths.root / KEY_FILE, session.clock.monotonic_s)


async def language_means(
    session: "Session", emit: "Callable[[Event], None]", spending: SpendFile, ask: ModelKeyAsk | None
) -> Means:
    """Fetch the keys of the models that have one; a person is asked only for those that decide.

    A key that cannot be had is said, and its model will say so too.
    """
    keys: dict[str, str] = {}
    shelf, strategy = model_keys(session), session.profile.strategy
    for model in strategy.models:
        if not model.has_key:
            continue
        decides = model.strategist in strategy.deciding
        try:
            key = await shelf.find(model, ask if decides else None)
        except NoKey as error:
            level = Level.ERROR if decides else Level.WARNING
            emit(Notice(level, "model", str(error), session.clock.now_ms()))
            continue
        session.log_filter.watch(key)
        keys[model.name] = key
    return Means(keys, spending, session.profile.proxy)
