"""The strategy worker, as the engine sees it: questions in, outcomes out, no venue inside."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

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


WorkerEvent = ModelStatus | ModelFitted | Outcome
WorkerSink = Callable[[WorkerEvent], None]


class StrategyWorker(Protocol):
    """Runs elsewhere (a thread with its own loop). Events arrive on the engine's loop."""

    def start(self, sink: WorkerSink) -> None: ...

    def fit(self, training: TrainingSet) -> None:
        """Ask for a fit; progress and result arrive as `ModelStatus`, the model itself as `ModelFitted` before that."""
        ...

    def decide(self, snapshot: MarketSnapshot) -> None:
        """Ask for one outcome; exactly one `Outcome` with this cycle's id arrives."""
        ...

    @property
    def model_name(self) -> str:
        """Name of the model that would answer now; "" before the first fit."""
        ...

    async def aclose(self) -> None: ...
