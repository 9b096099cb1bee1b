"""The paper account's file: read once, then replaced whole whenever something happened."""

import asyncio
import os
import threading
from decimal import Decimal
from pathlib import Path
from typing import Final

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked_dataclass

from terminal.domain.causes import cause
from terminal.domain.errors import StorageError
from terminal.venues.paper.records import PaperAccount

FORMAT: Final = 1
_IDS_PER_MS: Final = 1000  # ids start at the time, so that an account started anew repeats none


@checked_dataclass(config=ConfigDict(extra="forbid", hide_input_in_errors=True))
class _File:
    format: int
    account: PaperAccount


_CODEC: Final = TypeAdapter(_File)


def fresh_account(equity: Decimal, now_ms: int) -> PaperAccount:
    return PaperAccount(cash=equity, next_id=now_ms * _IDS_PER_MS)


class AccountFile:
    """Reads and writes one account."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = threading.Lock()  # a write whose caller was cancelled goes on in its thread

    def load(self, equity: Decimal, now_ms: int) -> PaperAccount:
        """Give the account; a fresh one with `equity` USDT where none was written.

        Raises:
            StorageError: it cannot be read, or is damaged; it is left as it is.
        """
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return fresh_account(equity, now_ms)
        except OSError as error:
            raise StorageError(f"The paper account {self._path} cannot be read ({cause(error)}).") from error
        try:
            found = _CODEC.validate_json(content)
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors()[0]["loc"])
            raise StorageError(
                f"The paper account {self._path} is damaged at {where or 'its start'}. Restore it from a backup, or "
                "move it away (and the journal beside it) to start afresh."
            ) from error
        if found.format != FORMAT:
            raise StorageError(f"The paper account {self._path} was written by a newer version. Start that one.")
        return found.account

    async def save(self, account: PaperAccount) -> None:
        """Write the account as it is now; durable when this returns.

        Raises:
            StorageError: the disk did not take it; the earlier file still stands.
        """
        content = _CODEC.dump_json(_File(FORMAT, account))
        await asyncio.to_thread(self._write, content)

    def _write(self, content: bytes) -> None:
        with self._writing:
            self._replace(content)

    def _replace(self, content: bytes) -> None:
        draft = self._path.with_name(f"{self._path.name}.new")
        try:
            draft.unlink(missing_ok=True)
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._path)
        except OSError as error:
            raise StorageError(
                f"The paper account {self._path} cannot be written ({cause(error)}). Free the disk or give this user "
                "write access."
            ) from error
