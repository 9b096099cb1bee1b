"""Everything ever tried in the lab of one profile: lines are only added, each sealed to the one before it.

Who counts only the versions that did well fools himself; so every run is counted before its report exists.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from terminal.domain.causes import cause
from terminal.domain.errors import StorageError

FILE: Final = "lab-ledger.jsonl"


@dataclass(frozen=True, slots=True)
class Trial:
    """One run. `version_sha256` tells versions apart; figures are None for a run without trades.

    `to_ms`: the end of what was shown. `opened_lock_box`: whether that was all that was asked for.
    `net_bp`, `low_bp`: mean result of a trade after costs and its lower bound. `report` is the page's path.
    """

    trial: int
    at_ms: int
    strategist: str
    version_sha256: str
    source: str
    from_ms: int
    to_ms: int
    trades: int
    net_bp: float | None
    low_bp: float | None
    drawdown: float
    sharpe_yearly: float
    deflated: float
    earned: bool
    headline: str
    report: str
    opened_lock_box: bool = False  # lines of earlier programs do not say it


class LabLedger:
    """Reads and adds; there is nothing here that changes or removes a line."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE

    def trials(self) -> tuple[Trial, ...]:
        """Give all runs, oldest first.

        Raises:
            StorageError: a line was changed, removed or cannot be read.
        """
        return self._sealed()[0]

    def shown(self, source: str, from_ms: int, to_ms: int) -> tuple[Trial, ...]:
        """Give the runs that were shown some of a time of a history.

        Raises:
            StorageError: see `trials`.
        """
        return tuple(
            each for each in self.trials() if each.source == source and each.from_ms < to_ms and each.to_ms > from_ms
        )

    def _sealed(self) -> tuple[tuple[Trial, ...], str]:
        """Give all runs and the last one's seal, as it stands in the file."""
        seal, found = "", []
        for number, line in enumerate(self._lines(), start=1):
            try:
                parts = json.loads(line)
                found.append(Trial(**parts["trial"]))
                told = parts["seal"]
            except (ValueError, TypeError, KeyError) as error:
                raise StorageError(self._damaged(number)) from error
            seal = _seal(seal, parts["trial"])
            if told != seal:
                raise StorageError(self._damaged(number))
        return tuple(found), seal

    def versions(self, version_sha256: str) -> int:
        """Count the different versions tried, this one included.

        Raises:
            StorageError: see `trials`.
        """
        return len({each.version_sha256 for each in self.trials()} | {version_sha256})

    def add(self, trial: Trial) -> None:
        """Add a run; durable at return.

        Raises:
            StorageError: the ledger is damaged or cannot be written; then the run must not be shown as counted.
        """
        known, seal = self._sealed()
        if trial.trial != len(known) + 1:
            raise StorageError(
                f"Another run was added to {self._file} meanwhile. Run this one again, so that it is counted after it."
            )
        line = json.dumps({"trial": asdict(trial), "seal": _seal(seal, asdict(trial))}, sort_keys=True)
        try:
            handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(handle, "a", encoding="utf-8") as file:
                file.write(line + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise StorageError(
                f"{self._file} cannot be written ({cause(error)}). Give this user write access and try again."
            ) from error

    def _lines(self) -> list[str]:
        try:
            return self._file.read_text("utf-8").splitlines()
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as error:
            raise StorageError(f"{self._file} cannot be read. Give this user read access to it.") from error

    def _damaged(self, number: int) -> str:
        return (
            f"Line {number} of {self._file} was changed or is damaged, so nobody can say how many versions were tried. "
            "Put back a copy, or move the file away: the count then starts anew, and says so"
        )


def _seal(before: str, trial: Mapping[str, Any]) -> str:
    return sha256((before + json.dumps(dict(trial), sort_keys=True)).encode()).hexdigest()
