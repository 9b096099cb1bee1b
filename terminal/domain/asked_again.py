"""A stored question put again, later: the answer is kept for comparison and can become nothing else.

It is no `Decision`: neither the review queue nor the AI logs take it, whatever a caller does.
"""

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Final

from terminal.domain.canonical import canonical_json
from terminal.domain.decision import Action, Decision, Evidence
from terminal.domain.order import PositionSide

ASKED_LATER: Final = "Asked again later, never uploaded, cannot be approved"


@dataclass(frozen=True, slots=True)
class LaterAnswer:
    """What a model says about a stored snapshot. Fields as in `Decision`, as far as they are the model's."""

    action: Action
    confidence: float
    entry_price: Decimal | None
    stop_price: Decimal | None
    target_price: Decimal | None
    risk_fraction: Decimal
    horizon_min: int
    expected_value_bp: float
    invalidation: str
    explanation: str
    evidence: tuple[Evidence, ...]
    output_json: str
    close_side: PositionSide | None = None

    @classmethod
    def of(cls, decision: Decision) -> "LaterAnswer":
        """Take from a decision what the model said; its ids stay behind."""
        return cls(**{field.name: getattr(decision, field.name) for field in fields(cls)})


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """Somebody put the frozen inputs of `decision_id` to a model again.

    `asked` is whom they chose, `model` who answered, by its exact name. `outcome` is "decided", "abstained" or
    "failed"; `detail` says why where there is no `answer`. `snapshot_sha256` is that of the stored decision.
    """

    ask_id: str
    decision_id: str
    snapshot_sha256: str
    asked: str
    model: str
    outcome: str
    detail: str
    answer: LaterAnswer | None
    latency_ms: float
    who: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class FieldThen:
    """One field of a decision beside the same field of the later answer, as text; `differs` when they are not equal."""

    name: str
    then: str
    again: str
    differs: bool


_NAMES: Final[dict[str, str]] = {
    "action": "Action",
    "confidence": "Confidence",
    "entry_price": "Entry",
    "stop_price": "Stop",
    "target_price": "Target",
    "risk_fraction": "Risk at most, of equity",
    "horizon_min": "Horizon, minutes",
    "expected_value_bp": "Expected value, bp",
    "close_side": "Position to close",
    "invalidation": "Invalid when",
    "explanation": "Explanation",
    "evidence": "Evidence",
}


def side_by_side(decision: Decision, again: AskedAgain) -> tuple[FieldThen, ...]:
    """Compare field by field, as canonical text; the model's name comes first.

    Without an answer only the name is compared: there is nothing else to compare.
    """
    rows = [FieldThen("Model", decision.model, again.model or again.asked, decision.model != again.model)]
    answer = again.answer
    if answer is None:
        return tuple(rows)
    for name, title in _NAMES.items():
        then, now = getattr(decision, name), getattr(answer, name)
        differs = canonical_json(then) != canonical_json(now)
        rows.append(FieldThen(title, _words(name, then), _words(name, now), differs))
    return tuple(rows)


def _words(name: str, value: object) -> str:
    match value:
        case None:
            return "at the market" if name == "entry_price" else "none"
        case Action():
            return value.value.replace("_", " ").lower()
        case PositionSide():
            return value.value.lower()
        case float():
            return f"{value:.3f}" if name == "confidence" else f"{value:.1f}"
        case Decimal():
            return f"{value:,f}"
        case tuple():
            return "\n".join(f"{each.label} {each.value} ({each.contribution:+.3f})" for each in value)
        case _:
            return str(value)
