"""Makes decisions of an accepted answer: a pure function of snapshot, answer and stored bytes.

So that `alphadesk replay` gets the same fields from the journal. Code gives what a model has no word
for: prices on the tick, expected value after costs, ids, and the model's name.
"""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.canonical import canonical_json, digest
from terminal.domain.decision import Action, Decision, Evidence
from terminal.domain.instrument import base_of
from terminal.domain.order import PositionSide
from terminal.domain.snapshot import InstrumentView, MarketSnapshot
from terminal.strategy.language.answer import CycleAnswer, EvidenceItem, TradeAnswer
from terminal.strategy.language.checks import WEIGHT_DIGITS
from terminal.strategy.language.facts import Facts
from terminal.strategy.language.input_words import input_words
from terminal.strategy.language.prompt import TEMPLATE_VERSION, of_first_template
from terminal.strategy.policy import expected_funding_bp
from terminal.strategy.records import snapshot_sha256

_ACTION: Final = {
    "open_long": Action.OPEN_LONG,
    "open_short": Action.OPEN_SHORT,
    "close": Action.CLOSE,
    "hold": Action.HOLD,
}
_CLAIMED: Final = "The confidence is the model's own claim; it has not been calibrated."
_SNAPSHOT_FIELDS: Final = ("snapshot_id", "cycle_id", "bar_close_ms")


@dataclass(frozen=True, slots=True)
class Exchanges:
    """The stored texts behind an answer: (id, request, response) each, oldest first; the last one was accepted."""

    parts: tuple[tuple[str, str, str], ...]
    settings_json: str
    model: str


def decisions_of(
    answer: CycleAnswer, snapshot: MarketSnapshot, facts: Facts, exchanges: Exchanges
) -> tuple[Decision, ...]:
    """Give the decisions of an answer that passed every check, in its order."""
    views = {base_of(view.instrument.instrument_id): view for view in snapshot.views}
    whole = snapshot_sha256(snapshot)
    return tuple(_decision(each, views[each.symbol], snapshot, whole, facts, exchanges) for each in answer.decisions)


def _decision(
    answer: TradeAnswer,
    view: InstrumentView,
    snapshot: MarketSnapshot,
    snapshot_hash: str,
    facts: Facts,
    exchanges: Exchanges,
) -> Decision:
    action = _ACTION[answer.action]
    stop, target = _levels(answer, view)
    value_bp = _expected_value_bp(answer, view, stop, target)
    number = _decision_id(snapshot, snapshot_hash, view, exchanges)
    evidence = tuple(_evidence(item, answer.symbol, facts, exchanges) for item in answer.evidence)
    return Decision(
        decision_id=number,
        cycle_id=snapshot.cycle_id,
        instrument_id=view.instrument.instrument_id,
        action=action,
        confidence=round(answer.confidence, 6),
        entry_price=None,
        reference_price=_reference(answer, view),
        stop_price=stop,
        target_price=target,
        risk_fraction=answer.risk_fraction if action.opens else Decimal(0),
        horizon_min=answer.horizon_min,
        expected_value_bp=value_bp,
        invalidation=_invalidation(answer, exchanges),
        explanation=answer.explanation.strip(),
        evidence=evidence,
        model=exchanges.model,
        snapshot_sha256=snapshot_hash,
        input_json=_input_json(view, snapshot, snapshot_hash, facts, evidence, exchanges),
        output_json=_output_json(answer, number, evidence, value_bp, exchanges),
        created_ms=snapshot.created_ms,
        simulated=snapshot.simulated,
        close_side=PositionSide(answer.close_side) if action is Action.CLOSE and answer.close_side else None,
    )


def _levels(answer: TradeAnswer, view: InstrumentView) -> tuple[Decimal | None, Decimal | None]:
    """On the tick, towards the entry: never more risk, never a farther target than was said."""
    stop, target, rules = answer.stop_price, answer.take_profit_price, view.instrument
    if answer.action == "open_long" and stop is not None and target is not None:
        return rules.ceil_price(stop), rules.floor_price(target)
    if answer.action == "open_short" and stop is not None and target is not None:
        return rules.floor_price(stop), rules.ceil_price(target)
    return None, None


def _reference(answer: TradeAnswer, view: InstrumentView) -> Decimal:
    buys = answer.action == "open_long" or (answer.action == "close" and answer.close_side == "SHORT")
    return view.ask if buys or answer.action == "hold" else view.bid


def _expected_value_bp(
    answer: TradeAnswer, view: InstrumentView, stop: Decimal | None, target: Decimal | None
) -> float:
    """The claimed chance put through the costs; 0 for what opens nothing."""
    if stop is None or target is None:
        return 0.0
    entry = _reference(answer, view)
    side = _ACTION[answer.action]
    won, lost = (1e4 * float(abs(level - entry) / entry) for level in (target, stop))
    costs = 2e4 * float(view.instrument.taker_fee) + 1e4 * float((view.ask - view.bid) / entry)
    costs += expected_funding_bp(view, side, answer.horizon_min)
    return round(answer.confidence * won - (1 - answer.confidence) * lost - costs, 3)


def _decision_id(snapshot: MarketSnapshot, snapshot_hash: str, view: InstrumentView, exchanges: Exchanges) -> str:
    answered = digest(exchanges.parts[-1][2])
    said = [snapshot.cycle_id, snapshot_hash, view.instrument.instrument_id, exchanges.model, answered]
    return "d" + digest(canonical_json(said))[:20]


def _evidence(item: EvidenceItem, symbol: str, facts: Facts, exchanges: Exchanges) -> Evidence:
    weight = round(item.weight, WEIGHT_DIGITS)
    return Evidence(
        key=item.feature_id,
        label=_words(item.feature_id, symbol, exchanges),
        value=str(facts.inputs[item.feature_id]),
        contribution=weight if item.direction == "for" else -weight,
    )


def _words(key: str, symbol: str, exchanges: Exchanges) -> str:
    return key if of_first_template(exchanges.settings_json) else input_words(key, symbol)


def _invalidation(answer: TradeAnswer, exchanges: Exchanges) -> str:
    ends = f"Not resolved within {answer.horizon_min} min."
    if answer.invalidation is None:
        return ends
    rule = answer.invalidation
    word = "below" if rule.op == "<" else "above"
    what = _words(rule.feature_id, answer.symbol, exchanges)
    return f"{what} is {word} {rule.value:g} when a bar closes. {ends}"


def _input_json(
    view: InstrumentView,
    snapshot: MarketSnapshot,
    snapshot_hash: str,
    facts: Facts,
    evidence: tuple[Evidence, ...],
    exchanges: Exchanges,
) -> str:
    """The real prompt: the body of each request as it left, and the quoted inputs beside it."""
    names = {name: getattr(snapshot, name) for name in _SNAPSHOT_FIELDS}
    first = exchanges.parts[0]
    repairs = [
        {"exchange_id": number, "request": request, "request_sha256": digest(request), "answered": response}
        for number, request, response in _repairs(exchanges)
    ]
    return canonical_json(
        {
            **names,
            "prompt": first[1],
            "prompt_sha256": digest(first[1]),
            "prompt_template": TEMPLATE_VERSION,
            "exchange_ids": [number for number, _, _ in exchanges.parts],
            "repairs": repairs,
            "interval": snapshot.interval.label,
            "instrument_id": view.instrument.instrument_id,
            "model": exchanges.model,
            "model_sha256": digest(exchanges.settings_json),
            "settings": json.loads(exchanges.settings_json),
            "snapshot_sha256": snapshot_hash,
            "features": {each.key: facts.inputs[each.key] for each in evidence},
            "prices": {"last": view.last, "bid": view.bid, "ask": view.ask, "mark": view.mark},
            "question": None
            if snapshot.question is None
            else {"action": snapshot.question.action, "instrument_id": snapshot.question.instrument_id},
            "journal": {"seq": snapshot.journal_seq, "head": snapshot.journal_head},
            "simulated": snapshot.simulated,
        }
    )


def _repairs(exchanges: Exchanges) -> list[tuple[str, str, str]]:
    """Every request after the first, each with the answer that made it necessary."""
    pairs = zip(exchanges.parts, exchanges.parts[1:], strict=False)
    return [(after[0], after[1], before[2]) for before, after in pairs]


def _output_json(
    answer: TradeAnswer, number: str, evidence: tuple[Evidence, ...], value_bp: float, exchanges: Exchanges
) -> str:
    """The real answer: the response as it came, the decision read from it, and what code worked out."""
    listed = [{"feature_id": each.key, "value": each.value, "contribution": each.contribution} for each in evidence]
    return canonical_json(
        {
            "decision_id": number,
            "model": exchanges.model,
            "response": exchanges.parts[-1][2],
            "response_sha256": digest(exchanges.parts[-1][2]),
            "answer": answer.model_dump(mode="json"),
            "evidence": listed,
            "expected_value_bp": value_bp,
            "confidence_is": _CLAIMED,
        }
    )
