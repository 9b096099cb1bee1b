"""How an ensemble came to a decision, read from the decision's own text: who voted what, dissent, veto."""

import json
from dataclasses import dataclass
from typing import Any

from terminal.domain.decision import Action, Decision


@dataclass(frozen=True, slots=True)
class CastVote:
    """One member's part. `action` None: it abstained or failed, and `detail` says why. `judges`: it may only stop."""

    member: str
    model: str
    action: Action | None
    confidence: float
    weight: float
    detail: str
    failed: bool
    judges: bool


@dataclass(frozen=True, slots=True)
class VoteSheet:
    """All votes about one decision. `veto` names who stopped an opening, "" for nobody."""

    votes: tuple[CastVote, ...]
    leader: str
    supporters: tuple[str, ...]
    dissenters: tuple[str, ...]
    veto: str
    half_size: bool
    reason: str


def votes_of(decision: Decision) -> VoteSheet | None:
    """Give the votes behind a decision; None where no ensemble made it, or its text does not say."""
    if '"ensemble"' not in decision.output_json:
        return None
    try:
        stored = json.loads(decision.output_json)["ensemble"]
        return VoteSheet(
            votes=tuple(_vote(each) for each in stored["votes"]),
            leader=str(stored["leader"]),
            supporters=tuple(map(str, stored["supporters"])),
            dissenters=tuple(map(str, stored["dissenters"])),
            veto=str(stored["veto"] or ""),
            half_size=bool(stored["half_size"]),
            reason=str(stored["reason"]),
        )
    except (ValueError, KeyError, TypeError):
        return None  # another model's text, which may say anything


def _vote(stored: dict[str, Any]) -> CastVote:
    action = stored["action"]
    return CastVote(
        member=str(stored["member"]),
        model=str(stored["model"]),
        action=None if action is None else Action(action),
        confidence=float(stored["confidence"]),
        weight=float(stored["weight"]),
        detail=str(stored["detail"]),
        failed=stored["state"] == "failed",
        judges=bool(stored["vetoes"]),
    )
