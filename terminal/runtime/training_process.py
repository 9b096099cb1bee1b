"""Fits in a process of their own, one process a fit, so that neither the window nor a crash notices.

The fit gets bars and gives back a model's text through a pipe. A child that dies, hangs or is
stopped ends as `TrainingFailed`; nothing here waits for ever. No Qt: any thread may call it.
"""

import logging
from contextlib import suppress
from multiprocessing import connection, get_context
from multiprocessing.context import SpawnProcess
from threading import Event, Lock, Timer
from typing import Final

from terminal.domain.causes import cause
from terminal.domain.errors import StrategyError
from terminal.runtime.training_child import serve
from terminal.strategy.learning.job import FitJob, FitResult, TrainingFailed

FIT_WITHIN_S: Final = 240.0
"""Four times what five folds on 5,000 bars of eight markets may take."""
_END_WITHIN_S: Final = 5.0
_log = logging.getLogger(__name__)

_STAYS: Final = "The model in use stays; the next fit starts afresh"


class TrainingProcess:
    """A `Trainer` that runs each job in a spawned child. `stop` may be called from any thread, and ends it for good.

    Args:
        within_s: after so many seconds the child is killed.
    """

    def __init__(self, within_s: float = FIT_WITHIN_S) -> None:
        self._within_s = within_s
        self._lock = Lock()
        self._child: SpawnProcess | None = None
        self._stopped = False

    @property
    def pid(self) -> int | None:
        """Of the child that fits now, None between fits."""
        with self._lock:
            return None if self._child is None else self._child.pid

    def __call__(self, job: FitJob) -> FitResult:
        """Run one job; blocks the calling thread until it is done.

        Raises:
            StrategyError: the fit itself was refused, as in `run_job`.
            TrainingFailed: the child crashed, was killed, took too long, or `stop` was called.
        """
        ours, theirs = get_context("spawn").Pipe()
        with ours:
            with theirs:
                child = self._start(theirs)
            try:
                return self._talk(child, ours, job)
            finally:
                self._end(child)

    def stop(self) -> None:
        """End the running fit at once, and refuse later ones."""
        with self._lock:
            self._stopped = True
            if self._child is not None:
                self._child.kill()

    def _start(self, theirs: connection.Connection) -> SpawnProcess:
        with self._lock:  # or a stop in between would miss the child
            if self._stopped:
                raise TrainingFailed("The program is closing: no fit is begun.")
            child = get_context("spawn").Process(target=serve, args=(theirs,), name="alphadesk training", daemon=True)
            try:
                child.start()
            except OSError as error:
                raise TrainingFailed(f"No process could be started for the fit: {cause(error)}. {_STAYS}.") from error
            self._child = child
        return child

    def _talk(self, child: SpawnProcess, ours: connection.Connection, job: FitJob) -> FitResult:
        late = Event()
        # Killing the child is the one thing that ends both a send nobody takes and a wait for an answer.
        timer = Timer(self._within_s, _kill_late, (child, late))
        timer.daemon = True
        timer.start()
        try:
            ours.send(job)
            answer = ours.recv()
        except (EOFError, OSError) as error:
            raise self._died(child, late=late.is_set()) from error
        finally:
            timer.cancel()
            timer.join()  # or it would kill a child that was forgotten meanwhile
        if isinstance(answer, FitResult):
            return answer
        if isinstance(answer, StrategyError):
            raise answer
        _log.error("the fit failed in its own process: %s", answer)
        raise TrainingFailed(f"The fit met an error of its own; the log file says more. {_STAYS}.")

    def _died(self, child: SpawnProcess, *, late: bool) -> TrainingFailed:
        if self._stopped:
            return TrainingFailed("The fit was stopped because the program is closing.")
        if late:
            return TrainingFailed(f"The fit did not end within {self._within_s:g} s and was stopped. {_STAYS}.")
        child.join(_END_WITHIN_S)
        words = f"The fit's process ended without an answer (exit code {child.exitcode})"
        return TrainingFailed(f"{words}. {_STAYS}; if it happens again, free some memory.")

    def _end(self, child: SpawnProcess) -> None:
        """Make the child go, also one that answered: the answer need not wait for its tidy end."""
        child.kill()
        child.join(_END_WITHIN_S)
        with self._lock:
            self._child = None
        with suppress(ValueError):  # still alive after a kill: the system is to blame, and reaps it later
            child.close()


def _kill_late(child: SpawnProcess, late: Event) -> None:
    late.set()
    child.kill()
