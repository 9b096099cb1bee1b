"""Gets a profile's key at the start of a run, from where it was kept."""

import asyncio
from typing import Final, Protocol

from terminal.domain.errors import ConfigError, StorageError
from terminal.ports.clock import Clock
from terminal.storage.account import AccountKey, KeyLost, Place, account_record, find_key
from terminal.storage.paths import ProfilePaths
from terminal.storage.profiles import Profile
from terminal.storage.secret_file import FileSecrets
from terminal.storage.secrets import KeyringSecrets

_WATCHING: Final = "Until then prices can be watched, and nothing can be sent."


class KeyAsk(Protocol):
    """A person who can be asked. None means that they would rather only watch."""

    async def password(self, problem: str) -> str | None:
        """Ask for the password of the key's file; `problem` is why the last one was not right."""
        ...

    async def key(self) -> AccountKey | None:
        """Ask for the three secrets of a key that was kept for one run only."""
        ...


async def session_key(profile: Profile, paths: ProfilePaths, clock: Clock, ask: KeyAsk | None) -> AccountKey:
    """Give the key of a live or competition profile.

    Raises:
        ConfigError: none was ever entered.
        KeyLost: one was, but it cannot be had now.
    """
    record = account_record(paths)
    if record is None:
        raise ConfigError(
            f"Profile {profile.name} ({profile.mode.value}) has no key yet. Enter it with "
            f"'alphadesk account --profile {profile.name} --mode {profile.mode.value}'."
        )
    if record.place is Place.VAULT:
        return await _from_vault(profile)
    if record.place is Place.FILE:
        return await _from_file(profile, paths, clock, ask)
    key = None if ask is None else await ask.key()
    if key is None:
        raise KeyLost(
            f"The key was kept for one run only, and was not entered again. Start again to do so. {_WATCHING}"
        )
    return key


async def _from_vault(profile: Profile) -> AccountKey:
    try:
        key = await asyncio.to_thread(lambda: find_key(KeyringSecrets(profile.vault_name)))
    except StorageError as error:
        raise KeyLost(f"{error} Then start again. {_WATCHING}") from error
    if key is None:
        raise KeyLost(
            "The system's vault no longer holds the key. Unlock the right one, or enter the key anew with "
            f"'alphadesk account --profile {profile.name}', then start again. {_WATCHING}"
        )
    return key


async def _from_file(profile: Profile, paths: ProfilePaths, clock: Clock, ask: KeyAsk | None) -> AccountKey:
    file = FileSecrets(paths.secrets_file, profile.vault_name, monotonic_s=clock.monotonic_s)
    if not file.exists:
        raise KeyLost(
            f"The file with the key, {paths.secrets_file}, is gone. Restore it, or enter the key anew with "
            f"'alphadesk account --profile {profile.name}'. {_WATCHING}"
        )
    problem = ""
    while True:
        password = None if ask is None else await ask.password(problem)
        if password is None:
            raise KeyLost(f"The password of the key's file was not given. Start again to give it. {_WATCHING}")
        try:
            await asyncio.to_thread(file.unlock, password)
        except StorageError as error:
            problem = str(error)
            continue
        key = find_key(file)
        if key is None:
            raise KeyLost(f"The file under your password holds no key. Enter it anew. {_WATCHING}")
        return key
