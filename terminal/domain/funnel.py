"""Why a cycle did or did not end in an order: the steps every pair passes, and where it stopped."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from terminal.domain.decision import Action
from terminal.domain.instrument import InstrumentId

INPUTS: Final = "inputs"
SIGNAL: Final = "signal"
VETO: Final = "veto"
FREE: Final = "free"
SIZED: Final = "sized"
WRITTEN: Final = "written"
APPROVED: Final = "approved"
SENT: Final = "sent"
FILLED: Final = "filled"

TITLES: Final[dict[str, str]] = {
    INPUTS: "Inputs",
    SIGNAL: "Signal",
    VETO: "No veto",
    FREE: "Pair free",
    SIZED: "Sized",
    WRITTEN: "Recorded",
    APPROVED: "Approved",
    SENT: "Sent",
    FILLED: "Filled",
}
BEFORE_GATES: Final = (INPUTS, SIGNAL, VETO, FREE, SIZED)
AFTER_GATES: Final = (WRITTEN, APPROVED, SENT, FILLED)


def gate_key(rule: str, name: str) -> str:
    """Name a check of the gate as a step: `R7 Price collar`."""
    return f"{rule} {name}"


def step_title(key: str) -> str:
    """Give a step's words; a check of the gate is called by its own name."""
    return TITLES.get(key, key)


class StepState(Enum):
    PASSED = "passed"
    PARTIAL = "partly"  # passed, but not with everything it should have had
    WAITING = "waits"
    STOPPED = "stopped"
    CRASHED = "broke down"

    @property
    def ends(self) -> bool:
        """True where the pair goes no further."""
        return self is StepState.STOPPED or self is StepState.CRASHED


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """What one step said of one pair in one cycle; `text` is for a person, "" when there is nothing to add."""

    key: str
    state: StepState
    text: str = ""


@dataclass(frozen=True, slots=True)
class PairFunnel:
    """One pair's way through one cycle, in the order the steps ran.

    `action` is what the model said, None when it said nothing of this pair. `decision_id` is ""
    until a decision came to the pair.
    """

    instrument_id: InstrumentId
    steps: tuple[FunnelStep, ...]
    action: Action | None = None
    decision_id: str = ""

    def step(self, key: str) -> FunnelStep | None:
        return next((step for step in self.steps if step.key == key), None)

    @property
    def stop(self) -> FunnelStep | None:
        """The step that ended it; None while it goes on or has come through."""
        return next((step for step in self.steps if step.state.ends), None)

    def having(self, *steps: FunnelStep) -> tuple[FunnelStep, ...]:
        """The steps with these put in: one of the same key is replaced where it stands."""
        new = {step.key: step for step in steps}
        kept = tuple(new.pop(step.key, step) for step in self.steps)
        return (*kept, *new.values())


@dataclass(frozen=True, slots=True)
class CycleFunnel:
    """Every pair's way through one cycle. `at_ms` is when it began, on the venue's clock."""

    cycle_id: str
    reason: str
    at_ms: int
    pairs: tuple[PairFunnel, ...]

    def pair(self, instrument_id: InstrumentId) -> PairFunnel | None:
        return next((pair for pair in self.pairs if pair.instrument_id == instrument_id), None)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many came to a step, and how many it stopped (those it broke down on among them)."""

    reached: int = 0
    stopped: int = 0

    @property
    def passed(self) -> int:
        return self.reached - self.stopped

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.reached + other.reached, self.stopped + other.stopped)


@dataclass(frozen=True, slots=True)
class StepCount:
    """One step's counts for one pair over the last hour and the last day of the venue's time."""

    key: str
    instrument_id: InstrumentId
    hour: Tally
    day: Tally


class FlagKind(Enum):
    STOPS_ALL = "stops everything"
    NEVER_RAN = "never ran"
    CRASHED = "broke down"
    PARTIAL = "always partly"
    ONE_SIDED = "one side only"


@dataclass(frozen=True, slots=True)
class FunnelFlag:
    """Something wrong with the funnel itself: `text` says what, `todo` what to do about it.

    `instrument_id` is None where it is about every pair.
    """

    kind: FlagKind
    key: str
    instrument_id: InstrumentId | None
    text: str
    todo: str


@dataclass(frozen=True, slots=True)
class FunnelRecorded:
    """A cycle's funnel as the journal keeps it; written again after a check at the click, and the last counts.

    What became of its proposals is not repeated here: the records of reviews and orders say it.
    """

    cycle: CycleFunnel
