"""`alphadesk pack`: writes the judge pack of a profile, in use or not."""

import json
import platform
import sqlite3
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from terminal import __version__
from terminal.domain.errors import ConfigError, StorageError
from terminal.storage.account import Place, account_record, find_key
from terminal.storage.journal import verify
from terminal.storage.journal_place import JournalPlace, journal_place, seal_key
from terminal.storage.pack.content import PackContent, PackFacts, pack_content
from terminal.storage.pack.writer import write_pack
from terminal.storage.private_file import write_private
from terminal.storage.secrets import KeyringSecrets

_PARTS = ("numpy", "httpx", "websockets", "pydantic", "orjson")


def make_pack(
    path: Path | None, profile: str, key_file: Path | None, out: Path, *, key_out: Path | None, force: bool
) -> int:
    """Check the journal, write its pack, and say what is in it.

    Raises:
        TerminalError: the journal is not whole, or the pack cannot be written; nothing was.
    """
    if key_out is not None and key_out.exists():
        raise ConfigError(f"{key_out} exists already. Name another file with --key-out.")
    place = journal_place(path, profile)
    notes: list[str] = []
    key = _key(place, key_file, notes)
    if key is not None:
        result = verify(place.journal, key)
        if not result.is_good:
            where = "" if result.first_bad_seq is None else f" from record {result.first_bad_seq} on"
            raise StorageError(
                f"The journal {place.journal} is not whole{where}: {result.reason}. No pack was written; "
                "keep the file as it is."
            )
    mode = "" if place.mode is None else place.mode.value
    made_ms = time.time_ns() // 1_000_000
    content = pack_content(place.journal, PackFacts(place.name, mode, _versions(), made_ms, sealed=key is not None))
    write_pack(content, out, secrets=_secrets(place, key, notes), force=force)
    if key_out is not None and key is not None:
        write_private(key_out, f"{key.hex()}\n".encode())
        notes.append(f"The chain key is in {key_out}: whoever has it can seal records. Hand it out when all is over.")
    _say(content, out, notes)
    return 0


def _key(place: JournalPlace, key_file: Path | None, notes: list[str]) -> bytes | None:
    try:
        return seal_key(place, key_file)
    except StorageError as error:
        notes.append(f"Packed without checking the seals. {error}")
        return None


def _versions() -> tuple[tuple[str, str], ...]:
    found = [("alphadesk", __version__), ("python", platform.python_version()), ("sqlite", sqlite3.sqlite_version)]
    found.append(("system", f"{platform.system()} {platform.machine()}"))
    for name in _PARTS:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            continue
    return tuple(found)


def _secrets(place: JournalPlace, key: bytes | None, notes: list[str]) -> list[str]:
    """Every secret of the profile that can be had without asking anybody."""
    found = [] if key is None else [key.hex()]
    found += _exchange_secrets(place.paths.exchange_state)
    record = account_record(place.paths)
    if record is None:
        return found
    if record.place is not Place.VAULT or place.vault_name is None:
        notes.append("The account's key is not open here, so the pack was not searched for it.")
        return found
    try:
        account = find_key(KeyringSecrets(place.vault_name))
    except StorageError as error:
        notes.append(f"The pack was not searched for the account's key: {error}")
        return found
    return found if account is None else [*found, account.key, account.secret, account.passphrase]


def _exchange_secrets(path: Path) -> list[str]:
    """Key, secret and passphrase the built-in exchange made for itself."""
    try:
        credentials = json.loads(path.read_bytes())["credentials"]
        return [credentials["key"], credentials["secret"], credentials["passphrase"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []  # no built-in exchange here


def _say(content: PackContent, out: Path, notes: list[str]) -> None:
    untraced = [order for order in content.orders if order.missing]
    print(f"{out}: {content.records:,} records, {len(content.orders)} orders at the venue, {len(untraced)} not traced.")
    for order in untraced:
        print(f"  Order {order.venue_order_id} ({order.client_order_id}): {'; '.join(order.missing)}")
    for words in (*content.strangers, *(f"Rule not kept: {rule.rule}" for rule in content.rules if not rule.kept)):
        print(f"  {words}")
    for words in notes:
        print(words)
