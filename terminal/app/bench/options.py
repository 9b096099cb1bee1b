"""Arguments of `alphadesk bench`."""

import argparse
import os
import re
from typing import Final

from terminal.app.bench.plan import Plan

_COUNT: Final = re.compile(r"[0-9]{1,6}")


def add_bench(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    bench = commands.add_parser("bench", help="measure this program on this machine; prints JSON")
    kinds = bench.add_subparsers(title="what to measure", metavar="WHAT", required=True)
    ui = kinds.add_parser("ui", help="the window under a steady load of market messages, all panels open")
    ui.add_argument("--rate", type=_count, default=100, metavar="N", help="market messages a second (default 100)")
    ui.add_argument("--seconds", type=_count, default=30, metavar="S", help="how long is measured (default 30)")
    ui.add_argument("--warm", type=_count, default=10, metavar="S", help="how long it runs before (default 10)")
    ui.add_argument("--switches", type=_whole, default=0, metavar="N", help="clicks on other pairs, timed afterwards")
    ui.add_argument("--seed", type=_whole, default=7, metavar="N", help="of the built-in market (default 7)")
    ui.set_defaults(run=_run_ui)


def _whole(text: str) -> int:
    if not _COUNT.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to 999999")
    return int(text)


def _count(text: str) -> int:
    number = _whole(text)
    if not number:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return number


def _run_ui(options: argparse.Namespace) -> int:
    from terminal.app.cli import has_display

    if not has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from terminal.app.bench.ui_run import run_bench

    return run_bench(Plan(options.rate, options.seconds, options.warm, options.switches, options.seed))
