"""Arguments of `alphadesk backtest`."""

import argparse
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

_NAMES = ("embedded", "ridge", "flat", "buy-and-hold", "ema-cross", "random", "inverted")


def add_backtest(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    lab = commands.add_parser("backtest", help="replay a strategist on past bars and write an honest report")
    lab.add_argument(
        "--from", dest="from_ms", type=_day_ms, required=True, metavar="DATE", help="first day, YYYY-MM-DD UTC"
    )
    lab.add_argument(
        "--to", dest="to_ms", type=_day_ms, required=True, metavar="DATE", help="the day after the last one"
    )
    lab.add_argument("--strategist", choices=_NAMES, default="embedded")
    lab.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the report goes")
    lab.add_argument("--profile", default="demo", metavar="NAME", help="whose limits and ledger (default: demo)")
    lab.add_argument("--bars", type=Path, metavar="DIR", help="CSV files of bars, one a pair, not the built-in market")
    lab.add_argument("--seed", type=int, default=7, metavar="N", help="of the built-in market, the fits and the draws")
    lab.add_argument("--pattern", type=float, default=1.0, metavar="X", help="strength of the pattern, 0 = none")
    lab.add_argument("--retrain-days", type=_count, default=45, metavar="N", help="days between two fits (default 45)")
    lab.add_argument("--latency-bars", type=int, choices=range(5), default=0, help="bars between decision and fill")
    lab.add_argument("--slippage-bp", type=float, default=0.5, metavar="X", help="paid beyond half the spread")
    lab.add_argument("--equity", type=_money, default=Decimal(1000), metavar="USDT")
    lab.add_argument(
        "--contaminated-until",
        type=_day_ms,
        metavar="DATE",
        help="the model may have seen history before this day: such a run proves nothing and says so",
    )
    lab.add_argument("--progress", action="store_true", help="lines of JSON on standard output, for the window")
    lab.set_defaults(run=_run_backtest)


def _day_ms(text: str) -> int:
    try:
        return int(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write YYYY-MM-DD") from None


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 1 or more")
    return int(text)


def _money(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise argparse.ArgumentTypeError(f"{text!r} is not an amount") from None
    if not (value.is_finite() and value > 0):
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return value


def _run_backtest(options: argparse.Namespace) -> int:
    from terminal.app.backtest import BacktestOptions, run_backtest
    from terminal.lab.request import LabRequest

    request = LabRequest(
        strategist=options.strategist,
        from_ms=options.from_ms,
        to_ms=options.to_ms,
        seed=options.seed,
        retrain_days=options.retrain_days,
        latency_bars=options.latency_bars,
        slippage_bp=options.slippage_bp,
        equity=options.equity,
        contaminated_until_ms=options.contaminated_until,
    )
    return run_backtest(
        BacktestOptions(options.profile, request, options.out, options.pattern, options.bars, options.progress)
    )
