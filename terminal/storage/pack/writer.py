"""Writes a judge pack: whole or not at all, and never with a secret inside."""

import json
import os
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Final

from terminal.domain.causes import cause
from terminal.domain.errors import ConfigError, StorageError
from terminal.storage.flush import flush_folder
from terminal.storage.pack.content import PackContent
from terminal.storage.pack.judge_verify import JOURNAL

_LEAST_SECRET: Final = 4  # shorter ones stand in any text by chance
_DATE: Final = (1980, 1, 1, 0, 0, 0)  # the same content gives the same file


def write_pack(content: PackContent, out: Path, *, secrets: Iterable[str] = (), force: bool = False) -> None:
    """Write the zip file; durable when this returns.

    Args:
        content: the files.
        out: where the zip goes; its folder must exist.
        secrets: texts that must not be in it.
        force: replace a file that is there.

    Raises:
        ConfigError: the file exists already and `force` is False, or its folder is missing.
        StorageError: a secret stands in a file, or the disk refuses; nothing was written.
    """
    if not out.parent.is_dir():
        raise ConfigError(f"There is no folder {out.parent}. Make it first, or name another place with --out.")
    if out.is_dir():
        raise ConfigError(f"{out} is a folder. Name a file with --out, such as {out / 'pack.zip'}.")
    if out.exists() and not force:
        raise ConfigError(f"{out} exists already. Name another file, or replace it with --force.")
    _refuse_secrets(content, secrets)
    draft = out.with_name(f".{out.name}.new")
    try:
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            _zip(content, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(out)
        flush_folder(out.parent)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise StorageError(
            f"{out} cannot be written ({cause(error)}). Check that the disk is not full, or name another place."
        ) from error


def _zip(content: PackContent, file: IO[bytes]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, text in sorted(content.files.items()):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            pack.writestr(entry, text)


def _refuse_secrets(content: PackContent, secrets: Iterable[str]) -> None:
    """Look for each secret, also as it stands inside one or two layers of JSON."""
    for secret in {each for each in secrets if len(each) >= _LEAST_SECRET}:
        once = json.dumps(secret, ensure_ascii=False)[1:-1]
        forms = {secret, once, json.dumps(once, ensure_ascii=False)[1:-1]}
        for name, text in sorted(content.files.items(), key=lambda item: item[0] != JOURNAL):
            if any(form.encode() in text for form in forms):
                where = _record_of(text, forms) if name == JOURNAL else f"the file {name}"
                raise StorageError(
                    f"A secret of this profile stands in {where}, so no pack was written. Make a new key at the venue, "
                    "and tell us how it came there; the journal itself cannot be changed."
                )


def _record_of(journal: bytes, forms: set[str]) -> str:
    lines = journal.splitlines()
    found = (seq for seq, line in enumerate(lines, 1) if any(form.encode() in line for form in forms))
    return f"record {next(found, 0)} of the journal"
