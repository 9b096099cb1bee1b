"""Decisions and approvals seen so far, and how often things happened: for passports and summaries."""

from dataclasses import dataclass, field

from terminal.domain.decision import Decision
from terminal.domain.review import Approval


@dataclass(slots=True)
class Archive:
    """What the journal holds of decisions and approvals, kept in memory by id."""

    decisions: dict[str, Decision] = field(default_factory=dict)
    approvals: dict[str, Approval] = field(default_factory=dict)
    cycles: int = 0
    holds: int = 0

    def restore(self, decisions: tuple[Decision, ...], approvals: tuple[Approval, ...]) -> None:
        self.decisions.update((decision.decision_id, decision) for decision in decisions)
        self.approvals.update((approval.decision_id, approval) for approval in approvals)
