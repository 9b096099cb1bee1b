"""The organiser's API test and the look before the day: what is asked for, what came of it, what is kept.

A request and its answer are kept as text with every secret masked; the order of the API test is a
proposal like any other, and a person approves it.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final

API_TEST_MODEL: Final = "api-test/no-model"
"""Who "decides" the order of the API test: the participant guide, and no model. Stands in its AI log."""

API_TEST_SIZE: Final = Decimal("0.0001")
"""BTC, as the participant guide asks; the contract's least size where that is larger."""

ALL_STEPS: Final = ""
ORDER_STEP: Final = "order"
API_TEST_STEPS: Final = {
    "connectivity": "Connectivity and clock",
    "balance": "Account balance",
    "ticker": "Ticker",
    "leverage": "Leverage",
    "rules": "Contract rules",
    ORDER_STEP: "Order: 0.0001 BTC long at a limit",
    "details": "Trade details",
    "ai_log": "AI log",
}
READINESS_POINTS: Final = {
    "key": "Key permission",
    "address": "Internet address",
    "clock": "Clock",
    "contracts": "Contracts of the eight pairs",
    "leverage": "Leverage of the eight pairs",
    "limits": "Limits and trading state",
    "logs": "AI logs",
    "model": "Model",
    "api_test": "API test",
    "disk": "Disk",
    "sleep": "Sleep setting",
    "sound": "Sound",
}
BY_OUTBOX: Final = -1
"""Status of an upload that the outbox made, not the step itself: what is shown is the log and the venue's words."""


class RehearsalKind(Enum):
    API_TEST = "API test"
    GO_NO_GO = "go or no-go"


class RowState(Enum):
    """How one row stands; the value is what a person reads."""

    WAITING = "not tried yet"
    RUNNING = "running"
    ASKS = "waits for you"
    OK = "ok"
    LOOK = "look at it"
    FAILED = "failed"
    SKIPPED = "not tried"


@dataclass(frozen=True, slots=True)
class HttpExchange:
    """One request and its answer, in text, no secrets. `status`: of HTTP, 0 when no answer came, or BY_OUTBOX."""

    request: str
    sent: str
    status: int
    answer: str
    took_ms: int


@dataclass(frozen=True, slots=True)
class RehearsalRow:
    """One step or one point: `words` what was found, `hint` what to do."""

    name: str
    title: str
    state: RowState
    words: str = ""
    hint: str = ""
    exchanges: tuple[HttpExchange, ...] = ()


@dataclass(frozen=True, slots=True)
class TestOrder:
    """The order of the API test, as it waits for a person or stands at the venue. `words` name it."""

    __test__ = False  # for the test runner: this is no test

    decision_id: str
    fingerprint: str
    client_order_id: str
    words: str
    is_open: bool  # waits for the person's answer


# -- commands -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RunApiTest:
    """Try one step of the API test, or all of them one after the other (`step` ALL_STEPS)."""

    step: str
    who: str


@dataclass(frozen=True, slots=True)
class ApproveTestOrder:
    """Approve the order of the API test that was shown; another `fingerprint` than the proposal's sends nothing."""

    decision_id: str
    fingerprint: str
    who: str


@dataclass(frozen=True, slots=True)
class CheckReadiness:
    """Go through everything that must be right on the day."""

    who: str


RehearsalCommand = RunApiTest | ApproveTestOrder | CheckReadiness


# -- events and record --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RehearsalChanged:
    """How a test stands now; replaces the one of its kind before.

    `verdict` "" while it runs. `record_seq` and `seal` name the journal's record of the result, once there is one.
    """

    kind: RehearsalKind
    rows: tuple[RehearsalRow, ...]
    is_running: bool
    verdict: str = ""
    order: TestOrder | None = None
    record_seq: int = 0
    seal: str = ""
    at_ms: int = 0


@dataclass(frozen=True, slots=True)
class RehearsalEnded:
    """A test is over: what was tried where, by whom, and every request of it with its answer."""

    kind: RehearsalKind
    verdict: str
    rows: tuple[RehearsalRow, ...]
    venue: str
    simulated: bool
    who: str
    at_ms: int

    @property
    def is_whole_test(self) -> bool:
        """True for a run of the API test from its first step on, not for a step that was run alone."""
        return self.kind is RehearsalKind.API_TEST and len(self.rows) == len(API_TEST_STEPS)
