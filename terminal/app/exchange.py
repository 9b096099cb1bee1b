"""`alphadesk exchange --venue NAME`: which built-in exchanges there are; each is imported only when it is run."""

import argparse
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

Start = Callable[[], dict[str, Any]]


def _run_weex(start: Start) -> int:
    from terminal.sim.weex.options import ExchangeOptions
    from terminal.sim.weex.server import run

    return run(ExchangeOptions(**start()))


def _run_hashkey(start: Start) -> int:
    from terminal.sim.hashkey.options import ExchangeOptions
    from terminal.sim.hashkey.server import run

    return run(ExchangeOptions(**start()))


def _run_woox(start: Start) -> int:
    from terminal.sim.woox.options import ExchangeOptions
    from terminal.sim.woox.server import run

    return run(ExchangeOptions(**start()))


def _run_bitz(start: Start) -> int:
    from terminal.sim.bitz.server import run
    from terminal.sim.bitz.venue import BitzOptions

    return run(BitzOptions(**start()))


_RUNNERS: Final[Mapping[str, Callable[[Start], int]]] = {
    "weex": _run_weex,
    "hashkey": _run_hashkey,
    "woox": _run_woox,
    "bitz": _run_bitz,
}
EXCHANGES: Final = tuple(_RUNNERS)
"""The venues that can be run on this machine."""
_START: Final = (
    "port",
    "seed",
    "speed",
    "state",
    "balance",
    "pattern",
    "start_ms",
    "anchor_ms",
    "exit_with_parent",
    "rate",
)


def run_exchange(options: argparse.Namespace) -> int:
    """Serve until it is ended; gives the exit code."""
    return _RUNNERS[options.venue](lambda: start_of(options, time.time() * 1000))


def start_of(options: argparse.Namespace, now_ms: float) -> dict[str, Any]:
    """Give what the exchange starts with.

    `at_wall_ms` is the machine's time when exchange time was `start_ms`: what has passed since, until everything
    is imported, is made up for, so that exchanges started one after another show one market.
    """
    start = {name: getattr(options, name) for name in _START}
    if options.start_ms is not None and options.at_wall_ms is not None:
        start["start_ms"] = options.start_ms + round(max(0.0, now_ms - options.at_wall_ms) * options.speed)
    return start
