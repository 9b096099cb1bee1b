"""A test of an account, step by step, as whoever watches it is told."""

from dataclasses import dataclass
from enum import Enum


class StepState(Enum):
    WAITING = "waiting"
    RUNNING = "running"
    OK = "ok"
    FAILED = "failed"
    SKIPPED = "not tried"


@dataclass(frozen=True, slots=True)
class CheckStep:
    """One step of the test: `words` what was found, `hint` what to do when it failed."""

    name: str
    title: str
    state: StepState
    words: str = ""
    hint: str = ""
