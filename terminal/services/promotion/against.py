"""Rows of the gate that set a record against something: chance, simple rules, and the plain share of rises. Pure.

Earning money in a rising market, or by luck of a few moments, is not skill: the same record must beat a thousand
policies that open the same at other moments, three rules without a mind, and a constant forecast.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final

from terminal.domain.comparison import Comparison, NotCompared
from terminal.domain.promotion import GateRow, Resolved
from terminal.services.promotion.statistic import Look, by_day, days_of, lower_bound

RULES: Final = ("Flat", "Buy and hold", "EMA cross")
BEATEN: Final = 0.95
"""Share of the random policies a record must do better than."""
NOT_YET: Final = NotCompared("not compared with chance yet")
_NEARLY: Final = 0.99  # what is not met is never shown as the whole way


@dataclass(frozen=True, slots=True)
class Skill:
    """Direction skill by the Brier score: 1 - own / that of the share of rises. Fractions, with a lower bound."""

    mean: float
    lower: float


def direction_skill(results: Sequence[Resolved], look: Look) -> Skill | None:
    """Measure the claims of the days a look has seen, at its error rate; None where all prices went one way.

    The constant is the share of rises in these very results, the best there is, so that a trend is no skill.
    """
    seen = [each for day in days_of(results)[: look.days] for each in day]
    share = sum(each.rose for each in seen) / len(seen)
    constant = share * (1.0 - share)
    if constant <= 0.0:
        return None
    gains = by_day(seen, lambda each: (share - each.rose) ** 2 - (each.chance_up - each.rose) ** 2)
    mean, lower = lower_bound(gains, look.alpha)
    return Skill(mean / constant, lower / constant)


def skill_row(results: Sequence[Resolved], look: Look | None) -> GateRow:
    """Whether the claimed directions are surely better than knowing how often prices rose."""
    name, needed = "Direction skill", "surely above 0 against the share of rises (Brier)"
    if look is None:
        return GateRow(name, "not looked at yet", needed, ok=False, lacks="no direction skill is proven")
    skill = direction_skill(results, look)
    if skill is None:
        return GateRow(name, "all prices went one way", needed, ok=False, lacks="no direction skill can be told")
    least = f"at least {skill.lower * 100:+.1f} %" if isfinite(skill.lower) else "nothing is sure"
    stands = f"{skill.mean * 100:+.1f} %, {least} (look {look.number})"
    ok = skill.lower > 0
    gap = skill.mean - skill.lower
    share = 1.0 if ok else max(0.0, min(_NEARLY, skill.mean / gap)) if 0 < gap < float("inf") else 0.0
    return GateRow(name, stands, needed, ok, share, f"direction skill {least}")


def comparison_rows(found: Comparison | NotCompared) -> tuple[GateRow, ...]:
    """Whether the record beats chance and each simple rule; what is not known is not met."""
    if isinstance(found, NotCompared):
        words = {
            "Random policies": f"above {BEATEN * 100:.0f} % of them",
            **dict.fromkeys(RULES, "more net return over deepest fall than it"),
        }
        lacks = f"not known whether it beats chance and simple rules ({found.reason})"
        return tuple(GateRow(name, found.reason, needed, ok=False, lacks=lacks) for name, needed in words.items())
    return (_random(found), *(_rule(found, name, ratio) for name, ratio in found.baselines))


def _random(found: Comparison) -> GateRow:
    stands = f"{found.own_bp:+.1f} bp a decision, above {found.beaten * 100:.1f} % of {found.draws:,} policies"
    needed = f"above {BEATEN * 100:.0f} % of them: {found.bar_bp:+.1f} bp (same pairs, sides, times, costs)"
    ok = found.draws > 0 and found.own_bp > found.bar_bp
    share = 1.0 if ok else min(_NEARLY, found.beaten / BEATEN)
    lacks = f"above only {found.beaten * 100:.0f} % of random policies"
    return GateRow("Random policies", stands, needed, ok, share, lacks)


def _rule(found: Comparison, name: str, ratio: float) -> GateRow:
    own = _ratio(found.own_ratio)
    ok = found.own_ratio > ratio
    share = 1.0 if ok else max(0.0, min(_NEARLY, found.own_ratio / ratio)) if 0 < ratio < float("inf") else 0.0
    stands = f"{own} net return over deepest fall"
    inside = name if name[:2].isupper() else name.lower()
    lacks = f"not above {inside} ({own} to its {_ratio(ratio)})"
    return GateRow(name, stands, f"above {_ratio(ratio)}", ok, share, lacks)


def _ratio(value: float) -> str:
    return f"{value:+.2f}" if isfinite(value) else "without any fall"
