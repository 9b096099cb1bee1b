"""A loopback exchange that lets a hurried test suite ask as often as it likes; all else is as ever.

Run as a program with the arguments of `alphadesk exchange`. WEEX's has no such switch: its suite keeps the limits.
"""

import sys
import time
from typing import Any

from terminal.app.cli import build_parser
from terminal.app.exchange import start_of

PLENTY = 100_000


def run(arguments: list[str]) -> int:
    """Serve until it is ended; gives the exit code."""
    options = build_parser().parse_args(["exchange", *arguments])
    start: dict[str, Any] = start_of(options, time.time() * 1000)
    if options.venue == "hashkey":
        from terminal.sim.hashkey.options import ExchangeOptions as HashKeyOptions
        from terminal.sim.hashkey.server import run as run_hashkey

        return run_hashkey(HashKeyOptions(**start, queries_per_s=PLENTY, orders_per_s=PLENTY))
    if options.venue == "woox":
        from terminal.sim.woox.options import ExchangeOptions as WooxOptions
        from terminal.sim.woox.server import run as run_woox

        return run_woox(WooxOptions(**start, generosity=PLENTY))
    from terminal.sim.bitz.server import run as run_bitz
    from terminal.sim.bitz.venue import BitzOptions

    return run_bitz(BitzOptions(**start, calls_per_s=PLENTY))


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
