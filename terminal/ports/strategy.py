"""The strategy worker, as the engine sees it: questions in, outcomes out, no venue inside."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from terminal.domain.brain import ModelExchange
from terminal.domain.decision import Outcome
from terminal.domain.frozen import ModelFitted
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Candle, Interval
from terminal.domain.messages import ModelStatus
from terminal.domain.snapshot import MarketSnapshot


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Closed bars to fit on, oldest first, one tuple an instrument.

    `taker_fee` is the fraction a side the policy must earn back.
    """

    interval: Interval
    series: tuple[tuple[InstrumentId, tuple[Candle, ...]], ...]
    taker_fee: float
    simulated: bool


@dataclass(frozen=True, slots=True)
class KeptModel:
    """The model of an earlier run, and the markets it must be for."""

    fitted: ModelFitted
    instruments: tuple[InstrumentId, ...]
    interval: Interval
    simulated: bool


@dataclass(frozen=True, slots=True)
class SecondAnswer:
    """What a strategist asked by name says about a snapshot: an opinion, never a proposal.

    `ask_id` is the asker's own. It is another event than the `Outcome` of a cycle, so that it can
    reach neither the review queue nor an AI log by mistake.
    """

    ask_id: str
    strategist: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class MemberAnswered:
    """One of several models that answer together has answered, or failed; told before the answer made of them."""

    strategist: str
    model: str
    outcome: Outcome
    latency_ms: float


WorkerEvent = ModelStatus | ModelFitted | ModelExchange | MemberAnswered | SecondAnswer | Outcome
WorkerSink = Callable[[WorkerEvent], None]


class StrategyWorker(Protocol):
    """Runs elsewhere (a thread with its own loop). Events arrive on the engine's loop."""

    def start(self, sink: WorkerSink) -> None: ...

    def fit(self, training: TrainingSet) -> None:
        """Ask for a fit; progress and result arrive as `ModelStatus`, the model itself as `ModelFitted` before that."""
        ...

    def take_up(self, kept: KeptModel) -> None:
        """Ask to go on with an earlier run's model; `ModelStatus` says READY, or IDLE and why it is not used."""
        ...

    def decide(self, snapshot: MarketSnapshot) -> None:
        """Ask for one outcome; exactly one `Outcome` with this cycle's id arrives."""
        ...

    def ask(self, snapshot: MarketSnapshot, strategist: str, ask_id: str) -> None:
        """Ask one of `strategists` besides the cycle; exactly one `SecondAnswer` with `ask_id` arrives.

        A name nobody answers to is answered with a `Failed`, never by another model.
        """
        ...

    @property
    def strategists(self) -> tuple[str, ...]:
        """Who may be asked by name, e.g. `("embedded", "language:local")`; the first one answers the cycles."""
        ...

    @property
    def model_name(self) -> str:
        """Name of the model that would answer now; "" before the first fit."""
        ...

    async def aclose(self) -> None: ...
