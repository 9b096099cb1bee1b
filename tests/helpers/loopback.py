"""A loopback exchange as a subprocess, the way a teammate would start one, and a look into its books."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

STARTED_MS = 1_795_000_000_000  # a fixed exchange time, so that a seed always gives the same first decisions


@dataclass
class Loopback:
    """A running exchange. `line` is what it printed, `link` the file that holds it."""

    process: subprocess.Popen[str]
    line: dict[str, Any]
    link: Path

    def state(self) -> dict[str, Any]:
        """Give the exchange's own books."""
        return self._call("/_sim/state")

    def until(self, happened: Callable[[dict[str, Any]], Any], *, within_s: float = 20.0) -> dict[str, Any]:
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


def wait_for(happened: Callable[[], Any], *, within_s: float = 20.0) -> None:
    """Look again and again until another process has done something."""
    end_s = time.monotonic() + within_s
    while not happened():
        assert time.monotonic() < end_s, f"not seen within {within_s:g} s"
        threading.Event().wait(0.05)


def start_loopback(folder: Path, *, seed: int = 7, speed: float = 20.0, port: int = 0) -> Loopback:
    """Start an exchange that keeps its state in `folder` and wait for its line."""
    command = [sys.executable, "-m", "terminal", "exchange", "--venue", "weex", "--port", str(port)]
    command += ["--seed", str(seed), "--speed", str(speed), "--state", str(folder / "exchange.json")]
    command += ["--start-ms", str(STARTED_MS), "--exit-with-parent"]
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
