"""Puts one instrument's decision together: action, levels, words, evidence, exact texts."""

from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any, Final

from terminal.domain.canonical import decimal_text
from terminal.domain.decision import Action, Decision, Evidence
from terminal.domain.order import PositionSide
from terminal.domain.plain_words import ACTION
from terminal.domain.snapshot import InstrumentView, MarketSnapshot
from terminal.strategy import records
from terminal.strategy.arrays import DOWN, TIMEOUT, UP, FloatArray
from terminal.strategy.choice import Choice, choose
from terminal.strategy.explain import Attribution, Story, attribute, explanation, plain_text, top_evidence
from terminal.strategy.labels import HORIZON_BARS
from terminal.strategy.model import FittedModel
from terminal.strategy.policy import Gate, Odds, PolicySettings, assess
from terminal.strategy.records import Invalidation
from terminal.strategy.ridge import softmax
from terminal.strategy.skill import up_share

_VERBS: Final = {
    Action.OPEN_LONG: "Open long",
    Action.OPEN_SHORT: "Open short",
    Action.CLOSE: "Close",
    Action.HOLD: "Hold",
}


@dataclass(frozen=True, slots=True)
class NamedModel:
    """A fitted model with its text's hash and its name."""

    model: FittedModel
    text: str
    sha256: str
    name: str


@dataclass(frozen=True, slots=True)
class Cycle:
    """What all decisions of one cycle share."""

    snapshot: MarketSnapshot
    snapshot_sha256: str
    named: NamedModel
    settings: PolicySettings

    @property
    def horizon_min(self) -> int:
        return HORIZON_BARS * self.snapshot.interval.value


@dataclass(frozen=True, slots=True)
class _Findings:
    odds: Odds
    choice: Choice
    attribution: Attribution
    evidence: tuple[Evidence, ...]
    invalidation: Invalidation | None


def propose(cycle: Cycle, view: InstrumentView, raw: FloatArray, atr: float) -> Decision:
    """Decide one instrument from its input row (f,) and its ATR in quote currency."""
    snapshot, named = cycle.snapshot, cycle.named
    odds = odds_of(named.model.probabilities(raw[None])[0])
    choice = weigh(cycle, view, odds, atr)
    found = _findings(cycle, view, raw, odds, choice)
    identity = (named.name, named.sha256)
    number = records.decision_id(
        snapshot, cycle.snapshot_sha256, view.instrument.instrument_id, named.sha256, cycle.settings
    )
    return replace(
        decided(cycle, view, choice, number),
        invalidation=_invalidation_text(cycle, found),
        explanation=explanation(_story(cycle, view, found)),
        evidence=found.evidence,
        input_json=records.input_text(snapshot, cycle.snapshot_sha256, view, named.model, identity, raw),
        output_json=records.output_text(_output_fields(cycle, view, found, number)),
    )


def odds_of(chance: FloatArray) -> Odds:
    """Take the calibrated probabilities of one row (3,) by name."""
    return Odds(down=float(chance[DOWN]), timeout=float(chance[TIMEOUT]), up=float(chance[UP]))


def weigh(cycle: Cycle, view: InstrumentView, odds: Odds, atr: float) -> Choice:
    """Choose what to do with one instrument."""
    gate = skill_gate(cycle.named.model)
    weighed = [
        assess(view, side, odds, atr, cycle.horizon_min, gate, cycle.settings)
        for side in (Action.OPEN_LONG, Action.OPEN_SHORT)
    ]
    return choose(view, weighed[0], weighed[1], cycle.snapshot.question, can_short=cycle.snapshot.can_short)


def decided(cycle: Cycle, view: InstrumentView, choice: Choice, decision_id: str) -> Decision:
    """Give the decision of a choice without its words: only a replay, which shows nobody any, may leave them out."""
    side, opens = choice.side, choice.action.opens
    snapshot, named = cycle.snapshot, cycle.named
    return Decision(
        decision_id=decision_id,
        cycle_id=snapshot.cycle_id,
        instrument_id=view.instrument.instrument_id,
        action=choice.action,
        confidence=round(side.arithmetic.first, 6),
        entry_price=None,
        reference_price=_reference(view, choice),
        stop_price=side.levels.stop if opens else None,
        target_price=side.levels.target if opens else None,
        risk_fraction=cycle.settings.risk_fraction if opens else Decimal(0),
        horizon_min=cycle.horizon_min,
        expected_value_bp=round(side.arithmetic.ev_bp, 3),
        invalidation="",
        explanation="",
        evidence=(),
        model=named.name,
        snapshot_sha256=cycle.snapshot_sha256,
        input_json="{}",
        output_json="{}",
        created_ms=snapshot.created_ms,
        simulated=snapshot.simulated or named.model.simulated,
        close_side=PositionSide(choice.close_side) if choice.close_side else None,
    )


def skill_gate(model: FittedModel) -> Gate:
    record = model.validation
    if not record.has_interval:
        text = f"{record.days} days out of sample are too few: no proven skill, so nothing is opened"
        return Gate("skill", passed=False, text=text)
    low = f"out-of-sample direction skill, lower bound {100 * record.skill_low:+.1f} %"
    if record.has_skill:
        return Gate("skill", passed=True, text=low)
    return Gate("skill", passed=False, text=f"{low}: no proven skill, so nothing is opened")


def _findings(cycle: Cycle, view: InstrumentView, raw: FloatArray, odds: Odds, choice: Choice) -> _Findings:
    chosen, other = (UP, DOWN) if choice.side.side is Action.OPEN_LONG else (DOWN, UP)
    attribution = attribute(cycle.named.model, raw, chosen, other)
    prefix, label = view.instrument.base, cycle.snapshot.interval.label
    evidence = top_evidence(attribution, prefix, label)
    return _Findings(odds, choice, attribution, evidence, _invalidation(cycle, view, attribution, evidence))


def _invalidation(
    cycle: Cycle, view: InstrumentView, attribution: Attribution, evidence: tuple[Evidence, ...]
) -> Invalidation | None:
    """The strongest supporting input crossing the value at which it stops to support."""
    if not evidence or not evidence[0].supports:
        return None
    keys = [f"{view.instrument.base}.{f.key}_{cycle.snapshot.interval.label}" for f in attribution.features]
    column = keys.index(evidence[0].key)
    neutral = float(cycle.named.model.ridge.mean[column])
    feature = attribution.features[column]
    above = float(attribution.values[column]) > neutral
    op, word = ("<", "below") if above else (">", "above")
    text = f"{feature.label} is {word} {feature.text(neutral)} when a {cycle.snapshot.interval.label} bar closes"
    return Invalidation(evidence[0].key, op, round(neutral, 6), text)


def _reference(view: InstrumentView, choice: Choice) -> Decimal:
    """The price the action would trade at: ask to buy, bid to sell."""
    if choice.action is Action.CLOSE:
        return view.bid if choice.close_side == "LONG" else view.ask
    return choice.side.levels.entry


def _invalidation_text(cycle: Cycle, found: _Findings) -> str:
    if not found.choice.action.opens:
        return f"Asked again when the next {cycle.snapshot.interval.label} bar closes."
    ends = f"not resolved within {cycle.horizon_min} min"
    return f"{found.invalidation.text}; or {ends}." if found.invalidation else f"{ends.capitalize()}."


def _story(cycle: Cycle, view: InstrumentView, found: _Findings) -> Story:
    choice, name = found.choice, plain_text(view.instrument.base)
    verb = _VERBS[choice.action] + (f" {choice.close_side.lower()}" if choice.close_side else "")
    at = f" at the market near {decimal_text(_reference(view, choice))}" if choice.action is not Action.HOLD else ""
    question = cycle.snapshot.question
    asked = "" if question is None else f"Asked to {ACTION[question.action]} by {question.asked_by[:40]}. "
    exits = f"Void if {_invalidation_text(cycle, found)}"
    if choice.action.opens:
        placed = choice.side.levels
        exits = f"Stop {decimal_text(placed.stop)}, target {decimal_text(placed.target)}. {exits}"
    else:
        exits = _invalidation_text(cycle, found)
    return Story(
        headline=f"{asked}{verb} {name}{at}: {choice.reason}",
        odds=found.odds,
        base_rates=cycle.named.model.base_rates,
        horizon_bars=HORIZON_BARS,
        horizon_min=cycle.horizon_min,
        side=choice.side.side,
        arithmetic=choice.side.arithmetic,
        margin_bp=cycle.settings.margin_bp,
        evidence=found.evidence,
        total=found.attribution.total,
        validation=cycle.named.model.validation,
        exits=exits,
    )


def _output_fields(cycle: Cycle, view: InstrumentView, found: _Findings, number: str) -> dict[str, Any]:
    choice, model = found.choice, cycle.named.model
    side, opens = choice.side, choice.action.opens
    base = {"down": DOWN, "timeout": TIMEOUT, "up": UP}
    return {
        "decision_id": number,
        "action": choice.action,
        "reason": choice.reason,
        "instrument_id": view.instrument.instrument_id,
        "close_side": choice.close_side or None,
        "probabilities": records.odds_record(found.odds),
        "base_rates": {name: float(model.base_rates[i]) for name, i in base.items()},
        "confidence": round(side.arithmetic.first, 6),
        "considered": records.assessment_record(side),
        "margin_bp": cycle.settings.margin_bp,
        "entry": {"type": "market", "reference_price": _reference(view, choice)} if opens else None,
        "stop_price": side.levels.stop if opens else None,
        "target_price": side.levels.target if opens else None,
        "risk_fraction": cycle.settings.risk_fraction if opens else Decimal(0),
        "horizon_min": cycle.horizon_min,
        "invalidation": found.invalidation if opens else None,
        "log_odds": round(found.attribution.total, 6),
        "log_odds_constant": round(found.attribution.constant, 6),
        "evidence": records.evidence_record(found.evidence),
        "validation": asdict(model.validation),
        "model": cycle.named.name,
        **_halves(model, found.attribution.values),
    }


def _halves(model: FittedModel, raw: FloatArray) -> dict[str, Any]:
    """What either half of a blend says alone, before calibration: P(up before down)."""
    if model.trees is None:
        return {}
    said = model.learner.halves(raw[None])
    shares = {name: round(float(up_share(softmax(logits))[0]), 6) for name, logits in said.items()}
    return {"halves": shares | {"weight_of_trees": model.trees_weight}}
