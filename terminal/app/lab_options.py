"""Arguments of `alphadesk backtest`."""

import argparse
from datetime import UTC, datetime
from decimal import Decimal
from math import isfinite, nan
from pathlib import Path

from terminal.app.arguments import money
from terminal.domain.lab import BUILT_IN, CACHE, LAB_SOURCES

_LANGUAGE = "language:"
_NAMES = ("embedded", "ridge", "flat", "buy-and-hold", "ema-cross", "random", "inverted")


def add_backtest(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    lab = commands.add_parser("backtest", help="replay a strategist on past bars and write an honest report")
    lab.add_argument(
        "--from", dest="from_ms", type=_day_ms, required=True, metavar="DATE", help="first day, YYYY-MM-DD UTC"
    )
    lab.add_argument(
        "--to", dest="to_ms", type=_day_ms, required=True, metavar="DATE", help="the day after the last one"
    )
    lab.add_argument(
        "--strategist",
        type=_strategist,
        default="embedded",
        metavar="NAME",
        help=f"{', '.join(_NAMES)}, or language:NAME for a model's recorded answers (default: embedded)",
    )
    lab.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the report goes")
    lab.add_argument("--profile", default="demo", metavar="NAME", help="whose limits, bars and ledger (default: demo)")
    lab.add_argument(
        "--source",
        choices=LAB_SOURCES,
        help="the built-in market, or the bars this profile has kept (default: built-in, cache for language:NAME)",
    )
    lab.add_argument("--bars", type=Path, metavar="DIR", help="CSV files of bars, one a pair, not the built-in market")
    lab.add_argument(
        "--seed", type=_seed, default=7, metavar="N", help="of the built-in market, the fits and the draws"
    )
    lab.add_argument(
        "--pattern", type=_not_negative, default=1.0, metavar="X", help="strength of the pattern, 0 = none"
    )
    lab.add_argument("--retrain-days", type=_count, default=45, metavar="N", help="days between two fits (default 45)")
    lab.add_argument(
        "--latency-bars",
        type=int,
        choices=range(5),
        help="bars between decision and fill (default: none, 1 for language:NAME)",
    )
    lab.add_argument("--slippage-bp", type=_not_negative, default=0.5, metavar="X", help="paid beyond half the spread")
    lab.add_argument("--equity", type=money, default=Decimal(1000), metavar="USDT")
    lab.add_argument(
        "--contaminated-until",
        type=_day_ms,
        metavar="DATE",
        help="the model may know history before this day: what lies before it is shown apart and proves nothing",
    )
    lab.add_argument(
        "--open-lock-box",
        action="store_true",
        help="look at the newest fifth of the time as well: once, when a version is final; the ledger keeps it",
    )
    lab.add_argument("--progress", action="store_true", help="lines of JSON on standard output, for the window")
    lab.set_defaults(run=_run_backtest)


def _strategist(text: str) -> str:
    if text not in _NAMES and not (text.startswith(_LANGUAGE) and text.removeprefix(_LANGUAGE)):
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(_NAMES)} and no language:NAME")
    return text


def _day_ms(text: str) -> int:
    try:
        return int(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write YYYY-MM-DD") from None


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 1 or more")
    return int(text)


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 0 or more")
    return int(text)


def _not_negative(text: str) -> float:
    """A negative slippage would be paid to the trader, and the report would flatter."""
    try:
        value = float(text)
    except ValueError:
        value = nan
    if not (isfinite(value) and value >= 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 0 or more")
    return value


def _run_backtest(options: argparse.Namespace) -> int:
    from terminal.app.backtest import BacktestOptions, run_backtest
    from terminal.lab.request import LabRequest

    is_language = options.strategist.startswith(_LANGUAGE)
    late = options.latency_bars if options.latency_bars is not None else int(is_language)
    request = LabRequest(
        strategist=options.strategist,
        from_ms=options.from_ms,
        to_ms=options.to_ms,
        seed=options.seed,
        retrain_days=options.retrain_days,
        latency_bars=late,
        slippage_bp=options.slippage_bp,
        equity=options.equity,
        contaminated_until_ms=options.contaminated_until,
    )
    return run_backtest(
        BacktestOptions(
            options.profile,
            request,
            options.out,
            source=options.source or (CACHE if is_language else BUILT_IN),
            pattern=options.pattern,
            bars=options.bars,
            progress=options.progress,
            open_lock_box=options.open_lock_box,
        )
    )
