"""Arguments of what plays a recorded day, and of the list of recordings."""

import argparse
import os
import re
import sys
from datetime import date
from pathlib import Path
from typing import Final

from terminal.storage.paths import DEMO

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_HOUR: Final = re.compile(r"(\d{1,2}):(\d{2})")
_SPEED_WORDS: Final = "how many times faster than it was, 0.1 to 1000 (default 1)"


def is_day(text: str) -> bool:
    """Tell whether it names a day, e.g. `2026-11-21`; ids of decisions never do."""
    return _DAY.fullmatch(text) is not None


def add_recordings(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    listing = commands.add_parser("recordings", help="recorded days of market data: hours, sizes, gaps")
    listing.add_argument("--profile", default=DEMO, metavar="NAME", help="whose recordings (default: demo)")
    listing.set_defaults(run=_run_recordings)


def add_day_options(replay: argparse.ArgumentParser) -> None:
    """Add what counts where a day is played; for a decision it has no effect."""
    day = replay.add_argument_group("a recorded day")
    day.add_argument("--speed", type=_speed, default=1.0, metavar="N", help=_SPEED_WORDS)
    day.add_argument("--take", type=int, metavar="N", help="only this take of the day (default: all that fit together)")
    day.add_argument("--from", type=_hour, default=0, dest="start_ms", metavar="HH:MM", help="where to begin, UTC")
    day.add_argument("--headless", action="store_true", help="no window on the screen; ends with a line of JSON")
    day.add_argument("--seconds", type=_seconds, default=60.0, metavar="S", help="how long (headless; default 60)")
    day.add_argument("--out", type=Path, default=Path("alphadesk-replay"), metavar="DIR", help="where the picture goes")


def run_day(options: argparse.Namespace) -> int:
    """Play a day, in a window or without a display."""
    from terminal.app.cli import has_display
    from terminal.app.replay_run import ReplayWish
    from terminal.app.session import SessionOptions

    wish = ReplayWish(options.decision, options.profile, options.speed, options.take, options.start_ms)
    session = SessionOptions(profile=options.profile, replay=wish)
    if not options.headless and not has_display():
        print("alphadesk: there is no display, so this goes on as with --headless.", file=sys.stderr)
        options.headless = True
    if options.headless:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        from terminal.app.headless import run_headless

        return run_headless(session, seconds=options.seconds, out=options.out)
    from terminal.app.window_app import run_window

    return run_window(session)


def _run_recordings(options: argparse.Namespace) -> int:
    from terminal.app.recording_run import list_recordings

    return list_recordings(options.profile)


def checked_day(text: str) -> str:
    """Give a day back. Raises `ArgumentTypeError` for one no calendar has."""
    try:
        date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no day; write it like 2026-11-21") from None
    return text


def _speed(text: str) -> float:
    value = _number(text)
    if not 0.1 <= value <= 1_000:
        raise argparse.ArgumentTypeError(f"{text} is not between 0.1 and 1000")
    return value


def _seconds(text: str) -> float:
    value = _number(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return value


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None


def _hour(text: str) -> int:
    match = _HOUR.fullmatch(text)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time of day, such as 14:30")
    return (int(match[1]) * 60 + int(match[2])) * 60_000
