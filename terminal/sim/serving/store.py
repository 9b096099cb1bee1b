"""The state file: JSON, replaced atomically, current after every account change.

The account is written before the answer that promised it leaves. The market
moves all the time and can be replayed from its seed, so its part is refreshed
every few seconds only. `resume_ms` runs ahead of the clock by more than that
interval: after a kill the exchange continues from there and its clock never
goes back.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from terminal.domain.causes import cause
from terminal.sim.serving.options import Credentials
from terminal.sim.serving.venue import ServedVenue

_FORMAT = 1
_MARKET_EVERY_S = 2.0
_DUMP_SHARE = 40.0  # the market's dump may take at most 1/40 of the time
_LEASE_MS = 3_000  # real milliseconds the clock may run ahead of the file


class StateFileError(Exception):
    """The state file cannot be used; it is left as it is. The text says what to do."""


@dataclass(frozen=True, slots=True)
class SavedState:
    """What a state file holds, checked only for its outline."""

    seed: int
    pattern: float
    genesis_ms: int
    resume_ms: int
    credentials: Credentials
    account: dict[str, Any]
    market: dict[str, Any]


def read_state(path: Path, venue: str = "weex") -> SavedState | None:
    """The saved state, None when there is no file yet.

    Raises:
        StateFileError: the file is there but unreadable, or another venue's.
    """
    try:
        raw = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    found = raw.get("format") if isinstance(raw, dict) else None
    if found != _FORMAT:
        raise _unreadable(path, ValueError(f"its format is {found}, not {_FORMAT}"))
    if raw.get("venue") != venue:
        raise _unreadable(path, ValueError(f"it is of the venue {raw.get('venue')}, not {venue}"))
    try:
        return SavedState(
            seed=int(raw["seed"]),
            pattern=float(raw["pattern"]),
            genesis_ms=int(raw["genesis_ms"]),
            resume_ms=int(raw["resume_ms"]),
            credentials=Credentials(**raw["credentials"]),
            account=dict(raw["account"]),
            market=dict(raw["market"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> StateFileError:
    return StateFileError(
        f"The exchange's state file {path} cannot be read: {cause(error)}. It was left as it is: "
        "move it away to start a fresh exchange, or name another file with --state."
    )


class StateStore:
    """Keeps the state file current; does nothing without a path."""

    def __init__(self, venue: ServedVenue, path: Path | None) -> None:
        self._venue = venue
        self._path = path
        self._saved_revision = -1
        self._market: orjson.Fragment | None = None
        self._market_due_s = 0.0
        self._interval_s = _MARKET_EVERY_S

    def save_if_changed(self) -> None:
        """Write the file if the account changed since it was last written."""
        if self._path is not None and self._venue.revision != self._saved_revision:
            self._write(self._lease_end())

    def save_if_due(self) -> None:
        """As `save_if_changed`, and refresh the market's part when it is old enough."""
        if self._path is None:
            return
        if self._venue.clock.real_s() >= self._market_due_s:
            self._refresh_market()
            self._write(self._lease_end())
        else:
            self.save_if_changed()

    def save_last(self) -> None:
        """Write everything as it stands; the next run continues at this very moment."""
        if self._path is None:
            return
        self._refresh_market()
        self._write(self._venue.now_ms)

    def _lease_end(self) -> int:
        clock = self._venue.clock
        return clock.now_ms() + clock.exchange_ms(_LEASE_MS + self._interval_s * 1000)

    def _refresh_market(self) -> None:
        started = self._venue.clock.real_s()
        self._market = orjson.Fragment(orjson.dumps(self._venue.market.snapshot()))
        ended = self._venue.clock.real_s()
        self._interval_s = max(_MARKET_EVERY_S, (ended - started) * _DUMP_SHARE)
        self._market_due_s = ended + self._interval_s

    def _write(self, resume_ms: int) -> None:
        if self._path is None:
            return
        if self._market is None:
            self._refresh_market()
        revision = self._venue.revision
        credentials = self._venue.credentials
        content = orjson.dumps(
            {
                "format": _FORMAT,
                "venue": self._venue.name,
                "seed": self._venue.options.seed,
                "pattern": self._venue.options.pattern,
                "genesis_ms": self._venue.genesis_ms,
                "resume_ms": resume_ms,
                "credentials": {
                    "key": credentials.key,
                    "secret": credentials.secret,
                    "passphrase": credentials.passphrase,
                },
                "account": orjson.Fragment(self._venue.dump_account()),
                "market": self._market,
            }
        )
        replace_file(self._path, content)
        self._saved_revision = revision


def replace_file(path: Path, content: bytes) -> None:
    """Write beside the file, flush to the disk, then take its place."""
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
