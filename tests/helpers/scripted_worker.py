"""A strategy worker that proposes what it is asked for: real decisions in form, a script in content."""

from decimal import Decimal

from terminal.domain.canonical import canonical_json, digest
from terminal.domain.decision import Action, Decided, Decision, Evidence
from terminal.domain.messages import ModelPhase, ModelStatus
from terminal.domain.snapshot import InstrumentView, MarketSnapshot
from terminal.ports.clock import Clock
from terminal.ports.strategy import TrainingSet, WorkerSink

MODEL = "scripted/1"


class ScriptedWorker:
    """Answers every question with the asked action, and cycles without a question with nothing."""

    def __init__(self, _clock: Clock, _seed: int) -> None:
        self._sink: WorkerSink = lambda _event: None

    @property
    def strategists(self) -> tuple[str, ...]:
        return ("embedded",)

    @property
    def model_name(self) -> str:
        return MODEL

    def start(self, sink: WorkerSink) -> None:
        self._sink = sink

    def fit(self, training: TrainingSet) -> None:
        self._sink(ModelStatus(ModelPhase.READY, MODEL, f"{len(training.series)} instruments"))

    def decide(self, snapshot: MarketSnapshot) -> None:
        decisions: tuple[Decision, ...] = ()
        if snapshot.question is not None:
            asked = snapshot.question.instrument_id
            view = next(each for each in snapshot.views if each.instrument.instrument_id == asked)
            decisions = (decision_for(snapshot, view, snapshot.question.action),)
        self._sink(Decided(snapshot.cycle_id, decisions, 0.1))

    async def aclose(self) -> None:
        self._sink = lambda _event: None


def decision_for(snapshot: MarketSnapshot, view: InstrumentView, action: Action) -> Decision:
    """Make a decision with a stop and a target 2 % away."""
    rules = view.instrument
    long = action is Action.OPEN_LONG
    entry = view.ask if long else view.bid
    move = entry * Decimal("0.02")
    inputs = canonical_json({"cycle_id": snapshot.cycle_id, "prompt": "what the script says", "last": view.last})
    return Decision(
        decision_id="d" + digest(snapshot.cycle_id + rules.instrument_id)[:20],
        cycle_id=snapshot.cycle_id,
        instrument_id=rules.instrument_id,
        action=action,
        confidence=0.6,
        entry_price=None,
        reference_price=entry,
        stop_price=rules.floor_price(entry - move if long else entry + move),
        target_price=rules.floor_price(entry + move if long else entry - move),
        risk_fraction=Decimal("0.005"),
        horizon_min=240,
        expected_value_bp=12.0,
        invalidation="the script ends",
        explanation="The script proposes what was asked.",
        evidence=(Evidence(f"{rules.base}.last", "Last price", str(view.last), 0.1),),
        model=MODEL,
        snapshot_sha256=digest(inputs),
        input_json=inputs,
        output_json=canonical_json({"action": action, "stop": entry - move}),
        created_ms=snapshot.created_ms,
        simulated=snapshot.simulated,
    )
