"""Runs `alphadesk backtest` beside the window, in a process of its own, and reads what it wrote."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QProcess, QTimer, QUrl
from PySide6.QtGui import QDesktopServices

from terminal.domain.errors import StorageError
from terminal.domain.lab import LabAsk, LabReport, LabRow
from terminal.storage.lab_ledger import LabLedger, Trial
from terminal.ui.viewmodels.lab_book import LabBook

if TYPE_CHECKING:
    from terminal.app.session import Session

STOP_WITHIN_MS: Final = 3_000
GONE_WITHIN_MS: Final = 1_000
FOLDER: Final = "lab"
_STOPPED: Final = "Stopped. Nothing was counted and no report was written."


class ProcessRunner(QObject):
    """The `LabRunner` of the window. The child ends with the window at the latest."""

    def __init__(self, session: "Session", book: LabBook, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._book = book
        self._process: QProcess | None = None
        self._stopped = False
        self._buffer = b""

    def start(self, ask: LabAsk) -> None:
        process = self._process = QProcess(self)
        self._stopped, self._buffer = False, b""
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._ended)
        process.errorOccurred.connect(self._not_started)
        out = self._session.paths.root / FOLDER / str(self._session.clock.now_ms())
        base = ["backtest"] if getattr(sys, "frozen", False) else ["-m", "terminal", "backtest"]
        process.start(sys.executable, [*base, *_arguments(ask, self._session.profile.name, out)])

    def stop(self) -> None:
        """Ask a run to end, and insist after a while; the window does not wait for it."""
        process = self._process
        if process is None:
            return
        self._stopped = True
        process.terminate()
        QTimer.singleShot(STOP_WITHIN_MS, process, process.kill)

    def abandon(self) -> None:
        """End a run with the window, at once: it has counted nothing yet."""
        process = self._process
        if process is not None:
            self._stopped = True
            process.kill()
            process.waitForFinished(GONE_WITHIN_MS)

    def rows(self) -> tuple[LabRow, ...]:
        try:
            return tuple(map(_row, LabLedger(self._session.paths.root).trials()))
        except StorageError as error:
            self._book.fail(str(error))
            return ()

    def models(self) -> tuple[str, ...]:
        return tuple(each.strategist for each in self._session.profile.strategy.models)

    def report(self, row: LabRow) -> LabReport | None:
        page = Path(row.report)
        try:
            return _report(json.loads(page.with_suffix(".json").read_text("utf-8")), page)
        except OSError:
            self._book.fail(f"The report of run {row.trial} is not at {page.parent} any more. Make the run again.")
        except (ValueError, LookupError, TypeError):
            self._book.fail(f"The report of run {row.trial} is damaged or of another version. Make the run again.")
        return None

    # -- inside ------------------------------------------------------------------

    def _read(self) -> None:
        if self._process is None:
            return
        self._buffer += bytes(self._process.readAllStandardOutput().data())
        *lines, self._buffer = self._buffer.split(b"\n")
        for line in lines:
            told = json.loads(line)
            if "done" in told:
                self._book.move(float(told["done"]), str(told["words"]))

    def _ended(self, code: int, _status: object) -> None:
        process, self._process = self._process, None
        errors = b"" if process is None else bytes(process.readAllStandardError().data())
        if process is not None:
            process.deleteLater()
        if self._stopped:
            self._book.end(_STOPPED)
        elif code != 0:
            self._book.end(_last_words(errors))
        else:
            self._book.end()

    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._process = None
            self._book.end("The lab could not be started. Check that the program is installed completely.")


def open_page(path: str) -> None:
    """Show a report's page in the browser."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(path))


def _arguments(ask: LabAsk, profile: str, out: Path) -> list[str]:
    return [
        *("--strategist", ask.strategist),
        *("--from", ask.from_day),
        *("--to", ask.to_day),
        *("--seed", str(ask.seed)),
        *("--pattern", str(ask.pattern)),
        *("--retrain-days", str(ask.retrain_days)),
        *("--source", ask.source),
        *("--profile", profile),
        *("--out", str(out)),
        *(("--open-lock-box",) if ask.open_lock_box else ()),
        "--progress",
    ]


def _last_words(errors: bytes) -> str:
    lines = errors.decode(errors="replace").strip().splitlines()
    return lines[-1].removeprefix("alphadesk: ") if lines else "The lab ended without a word. Try a shorter time."


def _row(trial: Trial) -> LabRow:
    return LabRow(
        trial.trial,
        trial.at_ms,
        trial.strategist,
        trial.source,
        trial.from_ms,
        trial.to_ms,
        trial.trades,
        trial.net_bp,
        trial.low_bp,
        trial.drawdown,
        trial.deflated,
        trial.earned,
        trial.headline,
        trial.report,
        trial.opened_lock_box,
    )


def _sharpe(summary: dict[str, Any]) -> str:
    bounds = summary["sharpe_interval"]
    yearly = f"{summary['sharpe']['yearly']:.2f}"
    return yearly if bounds["low"] is None else f"{yearly}, 90 %: {bounds['low']:.1f} to {bounds['high']:.1f}"


def _report(found: dict[str, Any], page: Path) -> LabReport:
    verdict, summary = found["verdict"], found["summary"]
    bins = (found["calibration"] or {"bins": []})["bins"]
    return LabReport(
        headline=verdict["headline"],
        tone=verdict["tone"],
        sentences=tuple(verdict["sentences"]),
        figures=(
            ("Trades", f"{summary['trades']:,}"),
            ("Net a trade", f"{summary['net_bp']['mean']:+.1f} bp"),
            ("Gross a trade", f"{summary['gross_bp']:+.1f} bp"),
            ("Fees / funding", f"{summary['fees']:,.2f} / {summary['funding']:,.2f} USDT"),
            ("Deepest fall", f"{100 * summary['drawdown']:.1f} %"),
            ("Sharpe a year", _sharpe(summary)),
            (f"Deflated, {found['versions_tried']} tried", f"{100 * summary['sharpe']['deflated']:.0f} %"),
        ),
        equity=tuple((point[0], point[1], point[2]) for point in found["equity"]),
        bins=tuple((each["forecast"], each["observed"], each["low"], each["high"]) for each in bins),
        page=str(page),
    )
