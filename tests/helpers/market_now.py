"""A loopback exchange at real time and real speed: a stand-in for the venue itself."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helpers.loopback import Loopback
from terminal.storage.endpoints import Endpoints


@contextmanager
def market_now(folder: Path, *, seed: int = 7) -> Iterator[Loopback]:
    """Run it for the length of a block."""
    command = [sys.executable, "-m", "terminal", "exchange", "--venue", "weex", "--port", "0", "--seed", str(seed)]
    command += ["--state", str(folder / "exchange.json"), "--exit-with-parent"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        text = process.stdout.readline()
        link = folder / "exchange-line.json"
        link.write_text(text)
        try:
            yield Loopback(process, json.loads(text), link)
        finally:
            process.kill()


def endpoints_of(exchange: Loopback) -> Endpoints:
    line = exchange.line
    return Endpoints(line["rest"], line["ws_public"], line["ws_private"])
