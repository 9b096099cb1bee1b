"""The other end of `training_process`: what runs in the spawned child.

This module is imported before anything else there, so it imports nothing heavy itself: the
number of threads must be set before numpy is loaded.
"""

import os
import signal
import sys
import traceback
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Final

_THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_NICENESS: Final = 5


def serve(pipe: Connection) -> None:
    """Take one job from the pipe, send its result, a `StrategyError`, or the text of a crash."""
    _become_modest()
    with pipe, suppress(EOFError, BrokenPipeError):  # nobody asks or listens any more: the parent is gone
        from terminal.domain.errors import StrategyError  # noqa: PLC0415  # after `_become_modest`
        from terminal.strategy.learning.boosting import QUICK, plan_for  # noqa: PLC0415
        from terminal.strategy.learning.job import run_job  # noqa: PLC0415

        job = pipe.recv()
        if plan_for(job.panel.bars) is not QUICK:  # the first proposal waits for a quick fit, nobody for a full one
            _step_back()
        try:
            answer: object = run_job(job)
        except StrategyError as error:
            answer = error
        except Exception:  # noqa: BLE001  # boundary: the parent logs the text and keeps its model
            answer = traceback.format_exc()
        pipe.send(answer)


def _become_modest() -> None:
    """One thread, and Ctrl-C is the parent's business."""
    for name in _THREADS:
        os.environ[name] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _step_back() -> None:
    """Lower priority than the window's."""
    if sys.platform != "win32":
        with suppress(OSError):
            os.nice(_NICENESS)
