"""The guardrails in their fixed order: all are evaluated, all are reported, and one that breaks stops the opening."""

import logging
from collections.abc import Callable
from typing import Final

from terminal.domain.risk import Check
from terminal.services.guardrails.context import GuardContext
from terminal.services.guardrails.entry import confidence, cost, inputs, unproven
from terminal.services.guardrails.exposure import correlation, direction, hour_loss
from terminal.services.guardrails.history import churn, cooldown, day_budget, repeat
from terminal.services.guardrails.load import cycle_budget, desk_budget

Guardrail = Callable[[GuardContext], Check]
_LOG: Final = logging.getLogger(__name__)

GUARDRAILS: Final[tuple[tuple[str, str, Guardrail], ...]] = (
    ("G1", "Fresh inputs", inputs),
    ("G2", "Loss of the hour", hour_loss),
    ("G3", "Cost", cost),
    ("G4", "Confidence", confidence),
    ("G5", "Cooldown", cooldown),
    ("G6", "Churn", churn),
    ("G7", "Repetition", repeat),
    ("G8", "Openings of the day", day_budget),
    ("G9", "Openings of the cycle", cycle_budget),
    ("G10", "Desk load", desk_budget),
    ("G11", "One direction", direction),
    ("G12", "Correlated stops", correlation),
    ("G13", "Unproven cap", unproven),
)
"""Number, name and function. A number never changes its meaning: journals hold it."""


def judge_opening(ctx: GuardContext) -> tuple[Check, ...]:
    """Run every guardrail for an opening; nothing is skipped after a failure."""
    return tuple(_run(rule, name, guardrail, ctx) for rule, name, guardrail in GUARDRAILS)


def _run(rule: str, name: str, guardrail: Guardrail, ctx: GuardContext) -> Check:
    try:
        return guardrail(ctx)
    except Exception:  # noqa: BLE001 - whatever is wrong in a guardrail, the answer is no, and it must be seen
        _LOG.exception("guardrail %s broke down", name)
        words = "this guardrail is broken; the log file says more"
        return Check(rule, name, passed=False, text=words, crashed=True)
