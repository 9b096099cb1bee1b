"""An account's key: three secrets kept together in one of three places, and what may be said of them.

The places, best first: the system's vault, a file under a password, this run's memory.
`account.json` in the profile's folder says which one it is, and nothing secret.
"""

import json
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from terminal.domain.causes import cause
from terminal.domain.errors import ConfigError, StorageError
from terminal.domain.venues import COMPETITION_VENUE, venue_title
from terminal.ports.secrets import SecretStore
from terminal.storage.paths import ProfilePaths
from terminal.storage.private_file import write_private

_SECRET: Final = "account"  # noqa: S105 - the name it is kept under
_SHOWN: Final = 4
_LEAST_TO_SHOW: Final = 12  # of a shorter key four characters would tell too much


@dataclass(frozen=True, slots=True)
class AccountKey:
    """What signs requests. Nothing of it shows when it is printed."""

    key: str = field(repr=False)
    secret: str = field(repr=False)
    passphrase: str = field(repr=False)

    @property
    def ending(self) -> str:
        """The last characters of the key, to tell one from another; "" for a short one."""
        return self.key[-_SHOWN:] if len(self.key) >= _LEAST_TO_SHOW else ""


class KeyLost(StorageError):
    """A key was entered, but cannot be had now; the text says why and what to do."""


class Place(Enum):
    """Where the three secrets are."""

    VAULT = "vault"
    FILE = "file"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """What may be said of a key. `where` is plain words; `tested` False when it was saved untested."""

    place: Place
    where: str
    ending: str
    tested: bool
    saved_ms: int

    @property
    def words(self) -> str:
        """Say which key it is and where it lies, in one line."""
        name = f"key ends with …{self.ending}" if self.ending else "key saved"
        return f"{name}, kept in {self.where}{'' if self.tested else ', saved without a test'}"


class _RecordFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    place: Place
    where: Annotated[str, Field(max_length=80)]
    ending: Annotated[str, Field(max_length=_SHOWN)]
    tested: bool
    saved_ms: int


class _KeyEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    key: str
    secret: str
    passphrase: str


def checked_key(key: str, secret: str, passphrase: str, venue: str = COMPETITION_VENUE) -> AccountKey:
    """Give the three as a key, without the spaces that copying brings along; only WEEX has a passphrase.

    Raises:
        ConfigError: one is missing, or holds what no header can carry. The text shows none of it.
    """
    parts = {"key": key.strip(), "secret": secret.strip(), "passphrase": passphrase.strip()}
    if venue != COMPETITION_VENUE:
        del parts["passphrase"]
    for name, value in parts.items():
        if not value:
            raise ConfigError(f"The {name} is missing. Paste it from the {venue_title(venue)} account's API page.")
        # A passphrase is chosen by a person and may hold spaces; the other two are made by the venue.
        if not (value.isascii() and value.isprintable()) or (name != "passphrase" and " " in value):
            raise ConfigError(f"The {name} holds a character it cannot have. Copy it again, whole and alone.")
    return AccountKey(**{"passphrase": "", **parts})


def keep_key(
    paths: ProfilePaths, store: SecretStore, place: Place, key: AccountKey, *, tested: bool, now_ms: int
) -> AccountRecord:
    """Keep a key and note where it lies; a copy in a password file of earlier is removed.

    Raises:
        StorageError: it could not be kept; nothing says that it was.
    """
    store.set(_SECRET, json.dumps({"key": key.key, "secret": key.secret, "passphrase": key.passphrase}))
    record = AccountRecord(place, store.where, key.ending, tested, now_ms)
    written = _RecordFile(place=place, where=record.where, ending=record.ending, tested=tested, saved_ms=now_ms)
    write_private(paths.account, written.model_dump_json().encode())
    if place is not Place.FILE:
        paths.secrets_file.unlink(missing_ok=True)
    return record


def find_key(store: SecretStore) -> AccountKey | None:
    """Give the key, or None when the store has none.

    Raises:
        StorageError: the store cannot be asked, or holds something else.
    """
    text = store.get(_SECRET)
    if text is None:
        return None
    try:
        entry = _KeyEntry.model_validate_json(text)
    except ValidationError as error:
        raise StorageError(
            f"What is kept in {store.where} is not a key of this program. Enter it anew with 'alphadesk account'."
        ) from error
    return AccountKey(entry.key, entry.secret, entry.passphrase)


def account_record(paths: ProfilePaths) -> AccountRecord | None:
    """Give what is known of the profile's key; None when none was entered.

    Raises:
        StorageError: the note is damaged.
    """
    try:
        text = paths.account.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError(f"{paths.account} cannot be read ({cause(error)}).") from error
    try:
        found = _RecordFile.model_validate_json(text)
    except ValidationError as error:
        raise StorageError(f"{paths.account} is damaged. Enter the key anew with 'alphadesk account'.") from error
    return AccountRecord(found.place, found.where, found.ending, found.tested, found.saved_ms)
