"""Arguments of `alphadesk selftest`."""

import argparse
import os
from pathlib import Path


def add_selftest(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    selftest = commands.add_parser("selftest", help="does this installation work; a minute, no display, no network")
    selftest.add_argument("--out", type=Path, metavar="DIR", help="keep the report and a picture of the window here")
    selftest.add_argument(
        "--patience", type=_seconds, default=120.0, metavar="S", help="how long a step may wait (default 120)"
    )
    selftest.set_defaults(run=_run_selftest)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not 1 <= value <= 3600:
        raise argparse.ArgumentTypeError(f"{text} is not from 1 to 3600 seconds")
    return value


def _run_selftest(options: argparse.Namespace) -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from terminal.app.selftest.run import SelftestOptions, run_selftest

    return run_selftest(SelftestOptions(out=options.out, patience_s=options.patience))
