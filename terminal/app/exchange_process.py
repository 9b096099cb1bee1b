"""The built-in exchange as a child process."""

import asyncio
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from terminal.app.own_program import own_command
from terminal.domain.errors import ConfigError
from terminal.domain.venues import COMPETITION_VENUE
from terminal.storage.profiles import VenueConnection

READY_WITHIN_S: Final = 20.0
STOP_WITHIN_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class MarketMoment:
    """A running exchange's market: when it began, and its time `market_ms` at a time of this machine. Unix ms."""

    genesis_ms: int
    market_ms: int
    wall_ms: int


class ExchangeProcess:
    """A built-in exchange that lives and dies with this program."""

    def __init__(
        self,
        *,
        seed: int,
        speed: float,
        state: Path | None,
        log: Path,
        rate: int = 0,
        venue: str = COMPETITION_VENUE,
        beside: MarketMoment | None = None,
        start_ms: int | None = None,
    ) -> None:
        """Start it at once; `ready` waits for its line.

        `rate`: market messages a second, 0 = as the market goes. `state` None keeps nothing. `beside`: another
        exchange's market at a moment, which this one is to share. `start_ms`: its time at the start, None = this
        machine's.
        """
        self._log = log
        arguments = ["exchange", "--venue", venue, "--seed", str(seed), "--speed", str(speed), "--rate", str(rate)]
        arguments += [] if state is None else ["--state", str(state)]
        arguments += [] if start_ms is None else ["--start-ms", str(start_ms)]
        if beside is not None:
            arguments += ["--anchor-ms", str(beside.genesis_ms), "--start-ms", str(beside.market_ms)]
            arguments += ["--at-wall-ms", str(beside.wall_ms)]
        with log.open("ab") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own arguments
                [*own_command(), *arguments, "--exit-with-parent"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                # Ctrl-C in a terminal goes to the whole group; the exchange must outlive what we still have to send.
                start_new_session=True,
                # The same on Windows, and no console window beside ours.
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
                | getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    async def ready(self) -> VenueConnection:
        """Wait until it listens.

        Raises:
            ConfigError: it ended or stayed silent; the text quotes its own words.
        """
        stdout = self._process.stdout
        assert stdout is not None  # noqa: S101 - it was opened as a pipe above
        try:
            line = await asyncio.wait_for(asyncio.to_thread(stdout.readline), READY_WITHIN_S)
        except TimeoutError as error:
            raise ConfigError(
                f"The built-in exchange was not ready after {READY_WITHIN_S:.0f} s. See {self._log}; then start again."
            ) from error
        if not line:
            raise ConfigError(f"The built-in exchange did not start: {self._last_words()}")
        from terminal.storage.profile_file import parse_connection

        return parse_connection(line.decode(), "The built-in exchange's first line")

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"it said nothing. See {self._log}."

    def stop(self) -> None:
        """Ask it to end, then insist."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.terminate()
        try:
            self._process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        # Last: closing it earlier would wait for a `ready` that is still reading.
        if self._process.stdout is not None:
            self._process.stdout.close()
