"""Secrets in the operating system's vault, and the key of a journal's chain.

A demo or paper account has no secrets worth a vault, and asking one may open a password
dialog: its chain key is a file only this user may read.
"""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, Final, TypeVar

from terminal.domain.causes import cause
from terminal.domain.errors import StorageError
from terminal.storage.flush import flush_folder
from terminal.storage.paths import ProfilePaths
from terminal.storage.profiles import Profile

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

KEY_BYTES: Final = 32
_CHAIN_KEY: Final = "chain-key"
VAULT_LIMIT_S: Final = 15.0

VAULTS: Final = {
    ("keyring.backends.SecretService", "Keyring"): "the desktop's Secret Service",
    ("keyring.backends.kwallet", "DBusKeyring"): "KWallet",
    ("keyring.backends.macOS", "Keyring"): "the macOS Keychain",
    ("keyring.backends.Windows", "WinVaultKeyring"): "the Windows Credential Manager",
}
"""Backends we trust, by module and class. Plain-text and prompting ones are not among them."""


class KeyringSecrets:
    """Named secrets of one profile in the system's vault."""

    def __init__(
        self, profile: str, *, backend: "KeyringBackend | None" = None, limit_s: float = VAULT_LIMIT_S
    ) -> None:
        """Find a trusted vault.

        Raises:
            StorageError: there is none, or it did not answer in time.
        """
        self._service = f"alphadesk/{profile}"
        self._limit_s = limit_s
        found = _within(limit_s, lambda: _trusted(backend))
        if found is None:
            raise StorageError(
                "This computer has no vault for secrets that can be used. Start the system's keyring (on Linux: "
                "GNOME Keyring or KWallet, unlocked) and try again."
            )
        self._vault = found

    @property
    def where(self) -> str:
        """Say in plain words where secrets are kept, for the window."""
        return VAULTS[_name_of(self._vault)]

    def get(self, name: str) -> str | None:
        """Give a secret, or None when it was never set.

        Raises:
            StorageError: the vault is locked, failed, or did not answer in time.
        """
        value: str | None = self._ask(lambda: self._vault.get_password(self._service, name))
        return value

    def set(self, name: str, value: str) -> None:
        """Keep a secret. Raises as `get`."""
        self._ask(lambda: self._vault.set_password(self._service, name, value))

    def delete(self, name: str) -> None:
        """Forget a secret; one that is not there is no error. Raises as `get`."""
        from keyring.errors import PasswordDeleteError  # noqa: PLC0415 - see `_trusted`

        def forget() -> None:
            with suppress(PasswordDeleteError):  # not there
                self._vault.delete_password(self._service, name)

        self._ask(forget)

    def _ask(self, question: Callable[[], T]) -> T:
        return _within(self._limit_s, question)


def chain_key(profile: Profile, paths: ProfilePaths) -> bytes:
    """Give the key of a profile's hash chain, made at its first start.

    The caller holds the profile's lock. A journal without its key gets no new one: it
    could not be checked with it.

    Raises:
        StorageError: the key cannot be read or kept, or is gone.
    """
    in_file = FileKey(paths.chain_key)
    if profile.mode.is_simulated or in_file.exists:
        return in_file.read() if in_file.exists else in_file.make(_new_key(paths))
    try:
        vault = KeyringSecrets(profile.vault_name)
    except StorageError:  # no usable vault
        return in_file.make(_new_key(paths))
    text = vault.get(_CHAIN_KEY)
    if text is None:
        text = _new_key(paths)
        vault.set(_CHAIN_KEY, text)
    return _from_hex(text, f"The chain key in {vault.where}")


def find_chain_key(paths: ProfilePaths, vault_name: str | None) -> bytes | None:
    """Give the key of a journal that is only to be read, or None when it is not here; none is ever made.

    `vault_name` is the profile's (see `Profile.vault_name`); None where no vault can hold it.

    Raises:
        StorageError: the key is here but damaged, or the vault failed.
    """
    in_file = FileKey(paths.chain_key)
    if in_file.exists:
        return in_file.read()
    if vault_name is None:
        return None
    vault = KeyringSecrets(vault_name)
    text = vault.get(_CHAIN_KEY)
    return None if text is None else _from_hex(text, f"The chain key in {vault.where}")


def _new_key(paths: ProfilePaths) -> str:
    if paths.journal.exists():
        raise StorageError(
            f"The chain key of {paths.journal} is not there, so the journal cannot be checked. Bring the key back "
            "(unlock the system's vault, or restore chain.key), or move the journal out of its folder to start afresh."
        )
    return secrets.token_hex(KEY_BYTES)


class FileKey:
    """A key in a file with its owner's rights only."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def exists(self) -> bool:
        return self._path.exists()

    def read(self) -> bytes:
        """Give the key.

        Raises:
            StorageError: the file cannot be read, or holds no key.
        """
        try:
            text = self._path.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise self._unusable(error) from error
        return _from_hex(text, f"The chain key {self._path}")

    def make(self, text: str) -> bytes:
        """Keep a new key, durable when this returns, and give it.

        Raises:
            StorageError: the file cannot be written.
        """
        # Written whole under another name first: a crash half-way must not leave half a key.
        draft = self._path.with_name(f"{self._path.name}.new")
        try:
            draft.unlink(missing_ok=True)
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                os.write(handle, f"{text}\n".encode())
                os.fsync(handle)
            finally:
                os.close(handle)
            draft.replace(self._path)
            flush_folder(self._path.parent)
        except OSError as error:
            raise self._unusable(error) from error
        return self.read()

    def _unusable(self, error: Exception) -> StorageError:
        return StorageError(
            f"The chain key {self._path} cannot be read or made: {cause(error)}. "
            f"Give this user access to {self._path.parent}."
        )


def _from_hex(text: str, what: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise StorageError(
            f"{what} is damaged, so the journal cannot be checked. Bring it back from a backup, or move the profile's "
            "journal and chain key out of its folder to start afresh."
        )
    return key


def _name_of(backend: "KeyringBackend") -> tuple[str, str]:
    return type(backend).__module__, type(backend).__qualname__


def _trusted(backend: "KeyringBackend | None") -> "KeyringBackend | None":
    if backend is None:
        import keyring  # noqa: PLC0415 - slow, and a demo never needs it

        backend = keyring.get_keyring()
    # A chainer stands for several: take the first of them we trust, never the chainer itself.
    candidates = [backend, *getattr(backend, "backends", ())]
    return next((candidate for candidate in candidates if _name_of(candidate) in VAULTS), None)


def _within(limit_s: float, question: Callable[[], T]) -> T:
    """Ask the vault on a thread of its own: a locked one may wait for a person for ever."""
    answers: SimpleQueue[tuple[bool, Any]] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put((True, question()))
        except Exception as error:  # noqa: BLE001 - every backend raises its own library's errors
            answers.put((False, error))

    Thread(target=ask, name="vault", daemon=True).start()
    try:
        good, answer = answers.get(timeout=limit_s)
    except Empty:
        raise StorageError(
            f"The system's vault did not answer within {limit_s:g} s. Unlock it and try again."
        ) from None
    if not good:
        raise StorageError("The system's vault failed. Unlock it and try again.") from answer
    value: T = answer
    return value
