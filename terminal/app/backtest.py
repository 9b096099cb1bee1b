"""`alphadesk backtest`: replays a strategist on past bars, counts the run, writes the report.

Nothing is sent anywhere and no key is read. With `--progress` each step is a line of JSON on standard output,
for the window, which runs this command in a process of its own.
"""

import csv
import json
import os
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from terminal.app.lab_sources import contaminated_until, kept_bars, recorded_answers
from terminal.domain.causes import cause
from terminal.domain.errors import ConfigError, StorageError
from terminal.domain.lab import BUILT_IN, CACHE
from terminal.lab.built_in import built_in_market
from terminal.lab.embedded import WINDOW_BARS
from terminal.lab.files import market_from_files
from terminal.lab.html import page_of
from terminal.lab.lock_box import LockBox, boxed
from terminal.lab.market import LabMarket
from terminal.lab.report import TRADE_COLUMNS, report_of, trade_rows
from terminal.lab.request import LabRequest, checked_strategist, claims_confidence
from terminal.lab.run import LabResult, LabRun
from terminal.runtime.clock import SystemClock
from terminal.storage.lab_ledger import LabLedger, Trial
from terminal.storage.paths import ProfilePaths, profile_paths
from terminal.storage.profiles import Profile, load_profile

PAGE: Final = "report.html"
DATA: Final = "report.json"
TRADES: Final = "trades.csv"
_NICER: Final = 10
_WARM_UP_BARS: Final = 300  # for averages; a fixed rule learns nothing


@dataclass(frozen=True, slots=True)
class BacktestOptions:
    """What the command line says. `source` is one of `LAB_SOURCES`; `bars`: a folder of CSV files instead of either.

    Unless `open_lock_box`, the newest fifth of the time is not looked at.
    """

    profile: str
    request: LabRequest
    out: Path
    source: str = BUILT_IN
    pattern: float = 1.0
    bars: Path | None = None
    progress: bool = False
    open_lock_box: bool = False


def run_backtest(options: BacktestOptions) -> int:
    """Run, count, write; 0 when the report is there.

    Raises:
        TerminalError: the text says what to do; nothing is left half written.
    """
    profile = load_profile(options.profile)
    until_ms = contaminated_until(profile, options.request.strategist, options.request.contaminated_until_ms)
    request = replace(
        options.request, limits=profile.limits, guardrails=profile.guardrails, contaminated_until_ms=until_ms
    )
    checked_strategist(request.strategist)
    say = _json_progress if options.progress else _plain_progress
    if options.progress and hasattr(os, "nice"):
        os.nice(_NICER)  # the window that asked, and what trades, come first
    began_s = time.perf_counter()
    paths = profile_paths(options.profile, mode=profile.kind)
    ledger = LabLedger(paths.root)
    answers = recorded_answers(paths, request, say)
    say(0.0, "making the history")
    market, box = boxed(_market(options, request, profile, paths), is_open=options.open_lock_box)
    run = LabRun(request, market, say, answers)
    trial, versions = len(ledger.trials()) + 1, ledger.versions(run.version_sha)
    found = run.go(trial, versions, _told(box, ledger, run.version_sha, market))
    result = replace(found, seconds=time.perf_counter() - began_s)
    report = report_of(result)
    _write(options.out, result, report)
    ledger.add(_trial(result, report, options.out))
    say(1.0, "done")
    _tell(report, options.out, as_json=options.progress)
    return 0


def _told(box: LockBox | None, ledger: LabLedger, version_sha256: str, market: LabMarket) -> LockBox | None:
    """Add what the ledger knows of a lock-box."""
    if box is None:
        return None
    seen = ledger.shown(market.source, box.from_ms, box.to_ms)
    openings = sum(each.opened_lock_box and each.version_sha256 == version_sha256 for each in seen)
    return replace(box, openings=openings, seen=len(seen))


def _market(options: BacktestOptions, request: LabRequest, profile: Profile, paths: ProfilePaths) -> LabMarket:
    training_bars = WINDOW_BARS if claims_confidence(request.strategist) else _WARM_UP_BARS
    if request.to_ms <= request.from_ms:
        raise ConfigError("--to must come after --from.")
    if options.bars is not None:
        return market_from_files(options.bars, from_ms=request.from_ms, to_ms=request.to_ms)
    if options.source == CACHE:
        kept = kept_bars(profile, paths)
        return kept.market(from_ms=request.from_ms, to_ms=request.to_ms, training_bars=training_bars)
    return built_in_market(
        seed=request.seed,
        pattern=options.pattern,
        from_ms=request.from_ms,
        to_ms=request.to_ms,
        training_bars=training_bars,
    )


def _write(folder: Path, result: LabResult, report: dict[str, Any]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / PAGE).write_text(page_of(result), encoding="utf-8")
        (folder / DATA).write_text(json.dumps(report, allow_nan=False, indent=1) + "\n", encoding="utf-8")
        with (folder / TRADES).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(TRADE_COLUMNS)
            writer.writerows(trade_rows(result))
    except OSError as error:
        raise StorageError(
            f"The report cannot be written to {folder} ({cause(error)}). Name another folder with --out."
        ) from error


def _trial(result: LabResult, report: dict[str, Any], out: Path) -> Trial:
    summary, market = report["summary"], report["market"]
    bound, sharpe = summary["net_bp"], summary["sharpe"]
    return Trial(
        trial=result.trial,
        at_ms=SystemClock().now_ms(),
        strategist=report["strategist"],
        version_sha256=result.version_sha,
        source=market["source"],
        from_ms=market["from_ms"],
        to_ms=market["to_ms"],
        trades=summary["trades"],
        net_bp=bound["mean"] if summary["trades"] else None,
        low_bp=bound["low"],
        drawdown=summary["drawdown"],
        sharpe_yearly=sharpe["yearly"],
        deflated=sharpe["deflated"],
        earned=report["gate_earned"],
        headline=report["verdict"]["headline"],
        report=str((out / PAGE).absolute()),
        opened_lock_box=result.box is not None and result.box.is_open,
    )


def _tell(report: dict[str, Any], out: Path, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"report": str((out / DATA).absolute())}), flush=True)
        return
    verdict = report["verdict"]
    print(verdict["headline"])
    for sentence in verdict["sentences"]:
        print(f"  {sentence}")
    print(f"Report: {out / PAGE} ({report['seconds']} s; run {report['trial']} of this profile)")


def _json_progress(done: float, words: str) -> None:
    print(json.dumps({"done": round(done, 4), "words": words}), flush=True)


def _plain_progress(done: float, words: str) -> None:
    print(f"{100 * done:3.0f} %  {words}", file=sys.stderr, flush=True)
