"""A loopback exchange as a subprocess, the way a teammate would start one, and a look into its books."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

STARTED_MS = 1_795_000_000_000  # a fixed exchange time, so that a seed always gives the same first decisions
# Fast enough for bars and funding to move on, slow enough that a price does not run away between
# a proposal and its approval, however busy the machine is.
SPEED = 4.0
PATIENCE_S = 60.0  # a limit costs nothing while all is well


@dataclass
class Loopback:
    """A running exchange. `line` is what it printed, `link` the file that holds it."""

    process: subprocess.Popen[str]
    line: dict[str, Any]
    link: Path

    def state(self) -> dict[str, Any]:
        """Give the exchange's own books."""
        return self._call("/_sim/state")

    def until(self, happened: Callable[[dict[str, Any]], Any], *, within_s: float = PATIENCE_S) -> dict[str, Any]:
        """Look into the books until `happened` says yes; give them."""
        wait_for(lambda: happened(self.state()), within_s=within_s)
        return self.state()

    def fault(self, **fault: Any) -> None:
        self._call("/_sim/faults", fault)

    def faults(self) -> list[dict[str, Any]]:
        """Give the faults still in force: one with a count goes once it was applied."""
        return self._call("/_sim/faults")["active"]

    def clear_faults(self) -> None:
        self._call("/_sim/faults", {"clear": True})

    @property
    def port(self) -> int:
        return int(self.line["rest"].rpartition(":")[2])

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def _call(self, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = httpx.request("POST" if body else "GET", self.line["rest"] + path, json=body, trust_env=False)
        answer.raise_for_status()
        return answer.json() if answer.content else None


def lasting_port() -> int:
    """Give a free port that is still free when an exchange that used it is started again.

    It lies below those the system gives away by itself, so no connection made meanwhile takes it,
    and each process of a shared-out test run looks in a range of its own.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = 20_000 + 500 * (worker % 20)
    for port in range(first, first + 500):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
    raise AssertionError(f"no free port from {first} on")


def wait_for(happened: Callable[[], Any], *, within_s: float = PATIENCE_S) -> None:
    """Look again and again until another process has done something."""
    end_s = time.monotonic() + within_s
    while not happened():
        assert time.monotonic() < end_s, f"not seen within {within_s:g} s"
        threading.Event().wait(0.05)


def start_loopback(
    folder: Path,
    *,
    seed: int = 7,
    speed: float = SPEED,
    port: int = 0,
    venue: str = "weex",
    generous: bool = False,
    now: bool = False,
) -> Loopback:
    """Start an exchange that keeps its state in `folder` and wait for its line; a `generous` one has no rate limits.

    Its time is a fixed one unless `now`.
    """
    program = [str(Path(__file__).with_name("generous_exchange.py"))] if generous else ["-m", "terminal", "exchange"]
    command = [sys.executable, *program, "--venue", venue, "--port", str(port)]
    command += ["--seed", str(seed), "--speed", str(speed), "--state", str(folder / "exchange.json")]
    command += ["--exit-with-parent"] if now else ["--start-ms", str(STARTED_MS), "--exit-with-parent"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    text = process.stdout.readline()
    assert text, f"the exchange did not start: exit code {process.wait()}"
    link = folder / "exchange-line.json"
    link.write_text(text)
    return Loopback(process, json.loads(text), link)


@contextmanager
def loopback(folder: Path, **options: Any) -> Iterator[Loopback]:
    """Run an exchange for the length of a block."""
    running = start_loopback(folder, **options)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.wait()
        for pipe in (running.process.stdin, running.process.stdout):
            if pipe is not None:
                pipe.close()
