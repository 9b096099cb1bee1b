"""The `alphadesk` command: reads the arguments, imports only what the command needs."""

import argparse
import os
import re
import sys
import traceback
from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from terminal import __version__
from terminal.app.arguments import money
from terminal.app.audit_options import add_audit
from terminal.app.bench.options import add_bench
from terminal.app.exchange import EXCHANGES
from terminal.app.lab_options import add_backtest
from terminal.app.replay_options import add_recordings
from terminal.app.selftest.options import add_selftest
from terminal.domain.errors import ConfigError, TerminalError

if TYPE_CHECKING:
    from terminal.app.session import SessionOptions

FAILED = 1
STOPPED = 130  # as a shell counts an end by Ctrl+C
OWN_FAULT = (
    "alphadesk: the program met an error of its own and stopped; what was in the journal is safe. Start it again. "
    "If it comes back, send the lines below with a report."
)
COMPARED = ("hashkey", "woox")  # a demo's other venues; each is one more process of about 100 MB
NONE = "none"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; expected failures become one line on stderr and an exit code."""
    if getattr(sys, "frozen", False):  # in a bundle the training process is this very program, called again
        from multiprocessing import freeze_support

        freeze_support()
    # The model's matrices are small: more threads than one only fight over the cores. Read at numpy's first import.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    options = read_arguments(argv)
    try:
        code: int = options.run(options)
    except TerminalError as error:
        print(f"alphadesk: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("alphadesk: stopped.", file=sys.stderr)
        return STOPPED
    except Exception:  # noqa: BLE001 - boundary: the words come first, what a programmer needs stands below them
        print(OWN_FAULT, file=sys.stderr)
        traceback.print_exc()
        return FAILED
    return code


def read_arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line.

    Options of the window count for `demo` too, wherever they stand; before another command they
    would have no effect and are refused.
    """
    parser = build_parser()
    options = parser.parse_args(argv)
    if options.early and options.command not in {None, "demo"}:
        early, command = ", ".join(options.early), options.command
        parser.error(f"{early} before {command} would have no effect. Write the options of a command behind its name.")
    return options


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="alphadesk",
        description="A trading terminal where a person reviews what the AI proposes. "
        "Without a command it opens the window on the demo: a built-in exchange, no key, no network.",
    )
    parser.add_argument("--version", action="version", version=f"alphadesk {__version__}")
    _add_session_options(parser, action=_Early)
    parser.set_defaults(run=_run_window, early=())
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    _add_demo(commands)
    _add_shot(commands)
    _add_exchange(commands)
    _add_account(commands)
    add_audit(commands)
    add_recordings(commands)
    add_backtest(commands)
    add_bench(commands)
    add_selftest(commands)
    return parser


class _Early(argparse.Action):
    """Keeps a value, and that it was named before any command."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002 - argparse's own signature
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        setattr(namespace, self.dest, values)
        namespace.early = (*namespace.early, option_string or self.dest)


def _add_session_options(parser: argparse.ArgumentParser, action: type[_Early] | str = "store") -> None:
    """Add what says which desk is opened; a command's own that are not given leave the window's as they are."""
    default = None if action is _Early else argparse.SUPPRESS
    profile = "demo" if action is _Early else argparse.SUPPRESS
    add = partial(parser.add_argument, action=action)
    add("--profile", default=profile, metavar="NAME", help="profile to open (default: demo)")
    add(
        "--connect",
        type=Path,
        default=default,
        metavar="FILE",
        help="use a built-in exchange that already runs; FILE holds its line",
    )
    add("--seed", type=int, default=default, metavar="N", help="seed of the built-in market (default: the profile's)")
    add(
        "--speed",
        type=_positive,
        default=default,
        metavar="X",
        help="how many times faster than real time the built-in market runs",
    )
    add(
        "--references",
        default=default,
        type=_venues,
        metavar="NAMES",
        help="demo: also run these venues (hashkey,woox,bitz) and compare their prices (default: "
        f"{','.join(COMPARED)}); none for no others",
    )


def _add_demo(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    demo = commands.add_parser("demo", help="the demo, in a window or without a display")
    _add_session_options(demo)
    demo.add_argument("--headless", action="store_true", help="no window on the screen; ends with a line of JSON")
    demo.add_argument("--seconds", type=_positive, default=60.0, metavar="S", help="how long (headless; default 60)")
    demo.add_argument("--out", type=Path, default=Path("alphadesk-demo"), metavar="DIR", help="where the picture goes")
    demo.set_defaults(run=_run_demo)


def _add_shot(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    shot = commands.add_parser("shot", help="pictures of the window and every panel, from a seeded run")
    shot.add_argument("--out", type=Path, required=True, metavar="DIR")
    shot.add_argument("--size", type=_size, default=(1840, 980), metavar="WxH", help="window size (default 1840x980)")
    shot.add_argument(
        "--only", type=_names, default=(), metavar="NAMES", help="only these pictures, e.g. window,flatten,brain"
    )
    shot.add_argument("--seed", type=int, default=7, metavar="N")
    shot.add_argument("--seconds", type=_positive, default=30.0, metavar="S", help="how long the desk runs before")
    shot.set_defaults(run=_run_shot)


def _add_exchange(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    exchange = commands.add_parser("exchange", help="a loopback exchange that speaks a venue's real protocol")
    exchange.add_argument("--venue", choices=EXCHANGES, default="weex")
    exchange.add_argument("--port", type=int, default=0, metavar="N", help="0 picks a free one")
    exchange.add_argument("--seed", type=int, default=7, metavar="N")
    exchange.add_argument("--speed", type=_positive, default=1.0, metavar="X")
    exchange.add_argument("--state", type=Path, metavar="FILE", help="keep accounts and bars here over restarts")
    exchange.add_argument("--balance", type=money, default=Decimal(1000), metavar="USDT", help="equity at first start")
    exchange.add_argument("--pattern", type=float, default=1.0, metavar="X", help="strength of the planted pattern")
    exchange.add_argument("--start-ms", type=int, metavar="MS", help="exchange time at the start (Unix ms)")
    exchange.add_argument(
        "--at-wall-ms", type=int, metavar="MS", help="machine time (Unix ms) when exchange time was --start-ms"
    )
    exchange.add_argument(
        "--anchor-ms", type=int, metavar="MS", help="genesis_ms of the exchange whose market this one shares"
    )
    exchange.add_argument(
        "--rate", type=_count, default=0, metavar="N", help="load mode: send N market messages a second in total"
    )
    exchange.add_argument("--exit-with-parent", action="store_true", help="end when standard input closes")
    exchange.set_defaults(run=_run_exchange)


def _add_account(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    account = commands.add_parser("account", help="set up a profile for paper, live or the competition; test its key")
    modes = ["paper", "live", "competition", "demo"]
    account.add_argument("--mode", choices=modes, help="default: the profile's, or its name; demo: an exchange here")
    account.add_argument("--profile", metavar="NAME", help="profile to set up (default: named like its mode)")
    account.add_argument("--venue", choices=EXCHANGES, default="", help="default: the profile's; bitz: mode demo only")
    account.add_argument("--site", default="", metavar="NAME", help="hashkey: pro, global, ...-sandbox; woox: staging")
    account.add_argument("--product", choices=["perpetual", "spot"], default="", help="woox: what is traded there")
    account.add_argument(
        "--connection", default="", metavar="FILE", help="mode demo: what 'alphadesk exchange > FILE' wrote"
    )
    account.set_defaults(run=_run_account)
    profiles = commands.add_parser("profiles", help="every profile: its mode, and where its key lies")
    profiles.set_defaults(run=_run_profiles)


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return value


def _venues(text: str) -> tuple[str, ...]:
    if text.strip() == NONE:
        return ()
    names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    strangers = [name for name in names if name not in EXCHANGES]
    if strangers or not names:
        raise argparse.ArgumentTypeError(f"{text!r} names no venues of {', '.join(EXCHANGES)}, nor {NONE}")
    return names


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _count(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to 999999")
    return int(text)


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{3,5})x(\d{3,5})", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r} is not WIDTHxHEIGHT, e.g. 1366x768")
    return int(match[1]), int(match[2])


def has_display() -> bool:
    """Tell whether a window can be shown (or a platform plugin was chosen on purpose)."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _run_window(options: argparse.Namespace) -> int:
    if not has_display():
        print("alphadesk: there is no display, so this goes on as 'alphadesk demo --headless'.", file=sys.stderr)
        headless = build_parser().parse_args(["demo", "--headless"])
        headless.profile, headless.connect = options.profile, options.connect
        headless.seed, headless.speed, headless.references = options.seed, options.speed, options.references
        return _run_demo(headless)
    from terminal.app.window_app import run_window

    return run_window(_session_options(options))


def _run_demo(options: argparse.Namespace) -> int:
    if not options.headless:
        return _run_window(options)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from terminal.app.headless import run_headless

    return run_headless(_session_options(options), seconds=options.seconds, out=options.out)


def _run_shot(options: argparse.Namespace) -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from terminal.app.shot import run_shot

    return run_shot(
        options.out,
        size=options.size,
        seed=options.seed,
        seconds=options.seconds,
        only=options.only,
        beside=COMPARED,
    )


def _session_options(options: argparse.Namespace) -> "SessionOptions":
    from terminal.app.session import SessionOptions

    return SessionOptions(
        profile=options.profile,
        connect=options.connect,
        seed=options.seed,
        speed=options.speed,
        references=options.references,
        beside=COMPARED,
        is_plain=options.command is None and not options.early,
    )


def _run_exchange(options: argparse.Namespace) -> int:
    from terminal.app.exchange import run_exchange

    return run_exchange(options)


def _run_account(options: argparse.Namespace) -> int:
    name = options.profile or (f"demo-{options.venue or 'weex'}" if options.mode == "demo" else options.mode)
    if name is None:
        raise ConfigError("Say what to set up: --mode paper, live or competition, and --profile NAME if it has a name.")
    from terminal.app.account_setup import AccountSetup
    from terminal.app.session import login_name
    from terminal.runtime.chance import SystemChance
    from terminal.runtime.clock import SystemClock

    setup = AccountSetup(
        name,
        SystemClock(),
        SystemChance(),
        venue=options.venue,
        site=options.site,
        product=options.product,
        connection=options.connection,
    )
    start = setup.start_entry(options.mode or "", login_name())
    if has_display():
        from terminal.app.account_window import run_account_window

        return run_account_window(setup, start)
    from terminal.app.account_prompt import run_account_prompt

    return run_account_prompt(setup, start)


def _run_profiles(_: argparse.Namespace) -> int:
    from terminal.app.profile_list import list_profiles

    return list_profiles()
