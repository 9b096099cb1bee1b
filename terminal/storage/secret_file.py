"""Secrets in a file under a password, where the system has no vault that can be trusted.

scrypt turns the password into a key, AES-GCM seals the secrets and vouches for the whole
file. A wrong password and a changed file cannot be told apart, in words or in time.
"""

import json
import secrets
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from terminal.domain.causes import cause
from terminal.domain.errors import ConfigError, StorageError
from terminal.storage.private_file import write_private

WHERE: Final = "a file under your password"
LEAST_PASSWORD: Final = 10
SCRYPT_N: Final = 2**17  # 128 MiB and about 0.3 s a guess
TRIES: Final = 5
PAUSE_S: Final = 60.0
_R: Final = 8
_P: Final = 1
_KEY_BYTES: Final = 32
_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_FORMAT: Final = 1
WRONG: Final = (
    "The password is wrong, or the file was changed. Try again, or enter the key anew with 'alphadesk account'."
)


@dataclass(frozen=True, slots=True)
class _Sealed:
    salt: bytes
    nonce: bytes
    box: bytes


class FileSecrets:
    """Named secrets of one owner in one file. `unlock` or `create` comes before anything else."""

    def __init__(self, path: Path, owner: str, *, monotonic_s: Callable[[], float], scrypt_n: int = SCRYPT_N) -> None:
        """`owner` is sealed with the secrets: a file copied to another profile does not open there."""
        self._path = path
        self._owner = owner
        self._monotonic_s = monotonic_s
        self._scrypt_n = scrypt_n
        self._failed = 0
        self._locked_until_s = float("-inf")
        self._key: bytes | None = None
        self._salt = b""
        self._kept: dict[str, str] = {}

    @property
    def where(self) -> str:
        """Say in plain words where secrets are kept, for the window."""
        return WHERE

    @property
    def exists(self) -> bool:
        return self._path.exists()

    def create(self, password: str) -> None:
        """Start an empty file under this password; it is written with the first secret.

        Raises:
            ConfigError: the password is too short.
        """
        if len(password) < LEAST_PASSWORD:
            raise ConfigError(f"The password needs at least {LEAST_PASSWORD} characters; a short sentence is good.")
        self._salt = secrets.token_bytes(_SALT_BYTES)
        self._key = self._derive(password, self._salt)
        self._kept = {}

    def unlock(self, password: str) -> None:
        """Open the file.

        Raises:
            StorageError: wrong password or changed file, five of them within a minute, or no
                readable file.
        """
        now_s = self._monotonic_s()
        if now_s < self._locked_until_s:
            left_s = self._locked_until_s - now_s
            raise StorageError(f"Too many wrong passwords. Wait {left_s:.0f} s, then try again.")
        sealed = self._read()
        salt = secrets.token_bytes(_SALT_BYTES) if sealed is None else sealed.salt
        key = self._derive(password, salt)  # also for a file that is no good: it must take as long
        kept = None if sealed is None else self._opened(key, sealed)
        if kept is None:
            self._note_failure(now_s)
            raise StorageError(WRONG)
        self._failed = 0
        self._key, self._salt, self._kept = key, salt, kept

    def get(self, name: str) -> str | None:
        """Give a secret, or None. Raises `StorageError` while locked."""
        self._unlocked()
        return self._kept.get(name)

    def set(self, name: str, value: str) -> None:
        """Keep a secret, durable when this returns. Raises `StorageError`."""
        self._save({**self._kept, name: value})

    def delete(self, name: str) -> None:
        """Forget a secret; one that is not there is no error. Raises `StorageError`."""
        self._save({each: value for each, value in self._kept.items() if each != name})

    # -- inside ----------------------------------------------------------------

    def _save(self, kept: dict[str, str]) -> None:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        box = AESGCM(self._unlocked()).encrypt(nonce, json.dumps(kept).encode(), self._header(self._salt))
        content = {**json.loads(self._header(self._salt)), "nonce": nonce.hex(), "box": b64encode(box).decode()}
        write_private(self._path, json.dumps(content).encode())
        self._kept = kept

    def _opened(self, key: bytes, sealed: _Sealed) -> dict[str, str] | None:
        try:
            text = AESGCM(key).decrypt(sealed.nonce, sealed.box, self._header(sealed.salt))
        except InvalidTag:
            return None
        kept: dict[str, str] = json.loads(text)
        return kept

    def _read(self) -> _Sealed | None:
        """Give the file's parts; None when they cannot be right."""
        try:
            text = self._path.read_text("utf-8")
        except UnicodeDecodeError:
            return None
        except OSError as error:
            raise StorageError(
                f"{self._path} cannot be read ({cause(error)}). Restore it, or enter the key anew with "
                "'alphadesk account'."
            ) from error
        try:
            parts: Any = json.loads(text)
            found = _Sealed(bytes.fromhex(parts["salt"]), bytes.fromhex(parts["nonce"]), b64decode(parts["box"]))
            header = {name: value for name, value in parts.items() if name not in {"nonce", "box"}}
        except (ValueError, KeyError, TypeError, AttributeError, Base64Error):
            return None
        is_ours = json.dumps(header, sort_keys=True).encode() == self._header(found.salt)
        return found if is_ours and len(found.nonce) == _NONCE_BYTES else None

    def _header(self, salt: bytes) -> bytes:
        """What is not secret, but vouched for."""
        header = {"format": _FORMAT, "kdf": "scrypt", "n": self._scrypt_n, "r": _R, "p": _P, "owner": self._owner}
        return json.dumps({**header, "salt": salt.hex()}, sort_keys=True).encode()

    def _derive(self, password: str, salt: bytes) -> bytes:
        return Scrypt(salt=salt, length=_KEY_BYTES, n=self._scrypt_n, r=_R, p=_P).derive(password.encode())

    def _note_failure(self, now_s: float) -> None:
        self._failed += 1
        if self._failed >= TRIES:
            self._failed = 0
            self._locked_until_s = now_s + PAUSE_S

    def _unlocked(self) -> bytes:
        if self._key is None:
            raise StorageError("The secrets file is locked. Enter its password first.")
        return self._key
