"""A strategy that proposes often: an opening for every flat instrument it is shown, drawn from the seed."""

import asyncio
from decimal import Decimal
from random import Random

from terminal.domain.canonical import canonical_json, digest
from terminal.domain.decision import Abstained, Action, Decided, Decision, Evidence, Failed, FailureKind, Outcome
from terminal.domain.messages import ModelPhase, ModelStatus
from terminal.domain.snapshot import InstrumentView, MarketSnapshot
from terminal.ports.strategy import SecondAnswer, TrainingSet, WorkerSink

MODEL = "proposer/1"
_STOP = Decimal("0.012")


class Proposer:
    """Answers after a drawn pause; now and then it abstains, fails, or says the same thing twice."""

    def __init__(self, random: Random, actions: tuple[Action, ...] = (Action.OPEN_LONG, Action.OPEN_SHORT)) -> None:
        self._random = random
        self._actions = actions
        self._sink: WorkerSink = lambda _event: None
        self._timers: list[asyncio.TimerHandle] = []

    @property
    def strategists(self) -> tuple[str, ...]:
        return ("embedded",)

    @property
    def model_name(self) -> str:
        return MODEL

    def start(self, sink: WorkerSink) -> None:
        self._sink = sink

    def fit(self, training: TrainingSet) -> None:
        status = ModelStatus(ModelPhase.READY, MODEL, f"{len(training.series)} instruments")
        asyncio.get_running_loop().call_soon(self._sink, status)

    def decide(self, snapshot: MarketSnapshot) -> None:
        outcome = self._answer(snapshot)
        loop = asyncio.get_running_loop()
        self._timers.append(loop.call_later(self._random.uniform(0.01, 0.4), self._sink, outcome))
        if self._random.random() < 0.05:
            self._timers.append(loop.call_later(1.0, self._sink, outcome))

    def ask(self, snapshot: MarketSnapshot, strategist: str, ask_id: str) -> None:
        """Answer as in a cycle: whoever asks besides it hears no other voice."""
        answer = SecondAnswer(ask_id, strategist, self._answer(snapshot))
        asyncio.get_running_loop().call_soon(self._sink, answer)

    async def aclose(self) -> None:
        self.silence()

    def silence(self) -> None:
        """Nothing more is heard of it: the program has died."""
        for timer in self._timers:
            timer.cancel()
        self._sink = lambda _event: None

    def _answer(self, snapshot: MarketSnapshot) -> Outcome:
        draw = self._random.random()
        if draw < 0.03:
            return Abstained(snapshot.cycle_id, "no opinion")
        if draw < 0.05:
            return Failed(snapshot.cycle_id, FailureKind.INTERNAL, "no answer")
        decisions = tuple(decision_for(snapshot, view, self._random.choice(self._actions)) for view in snapshot.views)
        return Decided(snapshot.cycle_id, decisions, 5.0)


def decision_for(snapshot: MarketSnapshot, view: InstrumentView, action: Action) -> Decision:
    """Make a decision with a stop 1.2 % and a target 2.4 % away."""
    rules, long = view.instrument, action is Action.OPEN_LONG
    entry = view.ask if long else view.bid
    move = entry * _STOP * (1 if long else -1)
    inputs = canonical_json({"cycle_id": snapshot.cycle_id, "last": view.last})
    return Decision(
        decision_id="d" + digest(snapshot.cycle_id + rules.instrument_id)[:20],
        cycle_id=snapshot.cycle_id,
        instrument_id=rules.instrument_id,
        action=action,
        confidence=0.6,
        entry_price=None,
        reference_price=entry,
        stop_price=rules.floor_price(entry - move),
        target_price=rules.floor_price(entry + 2 * move),
        risk_fraction=Decimal("0.005"),
        horizon_min=60,
        expected_value_bp=12.0,
        invalidation="never",
        explanation="The proposer always finds a reason.",
        evidence=(Evidence(f"{rules.base}.last", "Last price", str(view.last), 0.1),),
        model=MODEL,
        snapshot_sha256=digest(inputs),
        input_json=inputs,
        output_json=canonical_json({"action": action.value}),
        created_ms=snapshot.created_ms,
        simulated=False,
    )
