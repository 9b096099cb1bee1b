"""The lab as the window sees it: the runs made, the one that runs, and the report that is open."""

from typing import Protocol

from PySide6.QtCore import QObject, Signal

from terminal.domain.lab import LAB_STRATEGISTS, LabAsk, LabReport, LabRow


class LabRunner(Protocol):
    """Does the work elsewhere, never in the window's own thread or process."""

    def start(self, ask: LabAsk) -> None: ...

    def stop(self) -> None: ...

    def rows(self) -> tuple[LabRow, ...]:
        """Give the ledger's runs, oldest first. Errors are told through `LabBook.fail`."""
        ...

    def report(self, row: LabRow) -> LabReport | None: ...

    def models(self) -> tuple[str, ...]:
        """Name the language models of the profile, as strategists: their recorded answers can be replayed."""
        ...


class LabBook(QObject):
    """State of the panel.

    Signals:
        changed: runs, or whether one runs.
        moved: how far it is (0..1) and what it does.
        opened: a report to show.
        failed: words for a person.
    """

    changed = Signal()
    moved = Signal(float, str)
    opened = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner: LabRunner | None = None
        self.rows: tuple[LabRow, ...] = ()
        self.is_running = False
        self.strategists: tuple[str, ...] = LAB_STRATEGISTS

    def use(self, runner: LabRunner) -> None:
        self._runner = runner
        self.strategists = (*LAB_STRATEGISTS, *runner.models())

    def refresh(self) -> None:
        """Read the ledger again."""
        if self._runner is not None:
            self.rows = self._runner.rows()
            self.changed.emit()

    def start(self, ask: LabAsk) -> None:
        """Begin a run; nothing happens while another one is under way."""
        if self._runner is None or self.is_running:
            return
        if ask.to_day <= ask.from_day:
            self.failed.emit("The last day must come after the first. Choose a later one.")
            return
        self.is_running = True
        self.changed.emit()
        self.moved.emit(0.0, "starting")
        self._runner.start(ask)

    def stop(self) -> None:
        if self._runner is not None and self.is_running:
            self._runner.stop()

    def show(self, row: LabRow) -> None:
        """Open the report of a run."""
        report = None if self._runner is None else self._runner.report(row)
        if report is not None:
            self.opened.emit(report)

    # -- told by the runner ---------------------------------------------------------

    def move(self, done: float, words: str) -> None:
        self.moved.emit(done, words)

    def end(self, why_not: str = "") -> None:
        """A run is over; `why_not` says why there is no report."""
        self.is_running = False
        self.refresh()
        self.changed.emit()
        if why_not:
            self.failed.emit(why_not)
        elif self.rows:
            self.show(self.rows[-1])

    def fail(self, words: str) -> None:
        self.failed.emit(words)
