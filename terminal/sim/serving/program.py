"""A loopback exchange as a program: its arguments, its one JSON line, its end."""

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson

from terminal.sim.serving.loopback import CannotStart
from terminal.sim.serving.server import RunningExchange
from terminal.sim.serving.store import StateFileError

EXIT_OK = 0
EXIT_CANNOT_START = 2
Opened = Callable[[asyncio.Event], AbstractAsyncContextManager[RunningExchange[Any]]]


def arguments_of(prog: str, description: str | None, arguments: list[str]) -> dict[str, Any]:
    """What the command line says, by the names of `StartOptions`."""
    parser = argparse.ArgumentParser(prog=prog, description=description)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1, 0 picks a free one")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same market")
    parser.add_argument("--speed", type=float, default=1.0, help="exchange seconds per real second")
    parser.add_argument("--state", type=Path, default=None, help="file the exchange keeps itself in")
    parser.add_argument("--balance", type=Decimal, default=Decimal(1000), help="USDT at first start")
    parser.add_argument("--pattern", type=float, default=1.0, help="strength of the hidden pattern, 0 = none")
    parser.add_argument("--start-ms", type=int, default=None, help="exchange time at first start, Unix ms")
    parser.add_argument(
        "--anchor-ms", type=int, default=None, help="genesis_ms of the exchange whose market this one shares"
    )
    parser.add_argument("--exit-with-parent", action="store_true", help="stop when stdin ends")
    return vars(parser.parse_args(arguments))


def run(opened: Opened, *, exit_with_parent: bool) -> int:
    """Serve until SIGINT, SIGTERM or (if asked) the end of stdin.

    Args:
        opened: opens the exchange; is given the event that ends the program.
        exit_with_parent: the end of stdin is the end of the program.

    Returns:
        The exit code; 2 when the exchange cannot start, with a sentence on stderr.
    """
    try:
        with asyncio.Runner() as runner:
            runner.run(_run(opened, exit_with_parent=exit_with_parent))
    except (CannotStart, StateFileError) as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_CANNOT_START
    return EXIT_OK


async def _run(opened: Opened, *, exit_with_parent: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def ask_to_stop(*_: object) -> None:
        loop.call_soon_threadsafe(stop.set)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask_to_stop)
    if exit_with_parent:
        threading.Thread(target=_wait_for_eof, args=(ask_to_stop,), daemon=True).start()
    async with opened(stop) as exchange:
        sys.stdout.write(orjson.dumps(exchange.info).decode() + "\n")
        sys.stdout.flush()
        await stop.wait()


def _wait_for_eof(ask_to_stop: Callable[[], None]) -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    with contextlib.suppress(RuntimeError):  # the loop has ended first
        ask_to_stop()
