"""The trainer's process: same result as in this one, and nothing it can do makes the caller hang."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from helpers import market_paths
from helpers.inline_worker import InlineWorker
from helpers.loopback import wait_for
from helpers.step_clock import RealClock
from terminal.domain.decision import Abstained
from terminal.domain.frozen import ModelFitted
from terminal.domain.messages import ModelPhase, ModelStatus
from terminal.runtime import training_process
from terminal.runtime.training_process import TrainingProcess
from terminal.strategy.bars import TooFewBars
from terminal.strategy.embedded import EmbeddedStrategist
from terminal.strategy.learning.job import FitJob, TrainingFailed, run_job

PANEL = market_paths.market(23, bars=600, strength=0.5, bases=("BTC", "ETH"))
JOB = FitJob(PANEL, 0.0008, simulated=False, seed=1)
GIVE_UP_S = 60.0


def hanging_child(pipe):
    """A child that takes its job and never answers."""
    pipe.recv()
    threading.Event().wait()


def deaf_child(_pipe):
    """A child that does not even take its job; the job is larger than what a pipe holds."""
    threading.Event().wait()


def dying_child(pipe):
    pipe.recv()
    os._exit(7)


def broken_child(pipe):
    pipe.recv()
    pipe.send("Traceback: a bug")


def children():
    """Process ids of this process's children that are trainers."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
            command = status.with_name("cmdline").read_bytes()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[1]) == os.getpid() and b"spawn_main" in command and fields[0] != "Z":
            found.append(status.parent.name)
    return found


@pytest.fixture
def child(monkeypatch):
    """Let the process run another child than the real one."""
    return lambda function: monkeypatch.setattr(training_process, "serve", function)


def test_the_result_is_the_same_as_in_this_process():
    found = TrainingProcess()(JOB)
    here = run_job(JOB)
    assert found.text == here.text
    assert found.forecasts.chance.tobytes() == here.forecasts.chance.tobytes()
    assert children() == []


def test_a_refused_fit_is_refused_in_the_same_words():
    short = FitJob(PANEL.first(300), 0.0008, simulated=False, seed=1)
    with pytest.raises(TooFewBars, match="insufficient_history"):
        TrainingProcess()(short)


def test_risk_9_a_child_that_dies_is_a_failure(child):
    child(dying_child)
    with pytest.raises(TrainingFailed, match=r"ended without an answer \(exit code 7\). The model in use stays"):
        TrainingProcess()(JOB)


@pytest.mark.parametrize("function", [hanging_child, deaf_child])
def test_risk_9_a_child_that_hangs_is_killed_in_time(child, function):
    child(function)
    began_s = time.monotonic()
    with pytest.raises(TrainingFailed, match="did not end within 2 s"):
        TrainingProcess(within_s=2)(JOB)
    assert time.monotonic() - began_s < GIVE_UP_S
    assert children() == []


def test_a_bug_in_the_child_is_told_and_logged(child, caplog):
    child(broken_child)
    with pytest.raises(TrainingFailed, match="an error of its own"):
        TrainingProcess()(JOB)
    assert "Traceback: a bug" in caplog.text


def test_stop_ends_a_running_fit_and_refuses_the_next(child):
    child(hanging_child)
    trainer = TrainingProcess()
    errors = []

    def fit():
        try:
            trainer(JOB)
        except TrainingFailed as error:
            errors.append(str(error))

    thread = threading.Thread(target=fit)
    thread.start()
    wait_for(lambda: trainer.pid is not None, within_s=GIVE_UP_S)
    trainer.stop()
    thread.join(GIVE_UP_S)
    assert not thread.is_alive()
    with pytest.raises(TrainingFailed, match="closing"):
        trainer(JOB)
    assert "closing" in errors[0]
    assert children() == []


class Story:
    """An inline worker, without Qt, whose fits run in a process."""

    def __init__(self):
        self.trainer = TrainingProcess()
        self.events = []
        self._came = asyncio.Event()
        self.worker = InlineWorker(RealClock(), 1, EmbeddedStrategist(RealClock(), trainer=self.trainer))
        self.worker.start(self._hear)

    def _hear(self, event):
        self.events.append(event)
        self._came.set()

    async def until(self, wanted):
        async with asyncio.timeout(GIVE_UP_S):
            while not (found := [event for event in self.events if wanted(event)]):
                self._came.clear()
                await self._came.wait()
        return found[-1]


def phase(wanted):
    return lambda event: isinstance(event, ModelStatus) and event.phase is wanted


@pytest.mark.asyncio
async def test_a_killed_trainer_is_a_failed_status_and_the_next_fit_works():
    story = Story()
    story.worker.fit(market_paths.training_set(PANEL))
    await asyncio.to_thread(wait_for, lambda: story.trainer.pid is not None, within_s=GIVE_UP_S)
    os.kill(story.trainer.pid, signal.SIGKILL)
    failed = await story.until(phase(ModelPhase.FAILED))
    assert "exit code -9" in failed.detail
    assert not any(isinstance(event, ModelFitted) for event in story.events)
    story.worker.decide(market_paths.snapshot(PANEL))
    outcome = await story.until(lambda event: isinstance(event, Abstained))  # no model: not a hold
    assert outcome.reason.startswith("no_model:")
    story.worker.fit(market_paths.training_set(PANEL))
    ready = await story.until(phase(ModelPhase.READY))
    assert "quick fit" in ready.detail
    await story.worker.aclose()


LOADED = """
import sys
import terminal.app.window_app, terminal.app.window_parts, terminal.app.compose, terminal.app.headless
from terminal.runtime.training_process import TrainingProcess
heavy = sorted({name.partition(".")[0] for name in sys.modules} & {"lightgbm", "scipy", "pydantic_ai", "openai"})
print(",".join(heavy))
"""


def test_neither_the_window_nor_the_desk_loads_lightgbm_or_scipy():
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


FITTED = """
import sys
from helpers import market_paths
from helpers.step_clock import RealClock
from terminal.runtime.training_process import TrainingProcess
from terminal.strategy.embedded import EmbeddedStrategist

if __name__ == "__main__":
    panel = market_paths.market(23, bars=600, strength=0.5, bases=("BTC", "ETH"))
    strategist = EmbeddedStrategist(RealClock(), trainer=TrainingProcess())
    print(strategist.fit(market_paths.training_set(panel), seed=1).model.split()[0])
    print(len(strategist.decide(market_paths.snapshot(panel)).decisions))
    print("lightgbm" in sys.modules or "scipy" in sys.modules)
"""


def test_fitting_and_deciding_leave_lightgbm_to_the_child(tmp_path):
    script = tmp_path / "fit_once.py"
    script.write_text(FITTED)
    tests = Path(__file__).parents[2]
    paths = os.pathsep.join([str(tests.parent), str(tests)])
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert done.stdout.split() == ["embedded-gbm-ridge/1", "2", "False"]
