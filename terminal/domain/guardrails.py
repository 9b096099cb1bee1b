"""The guardrails' limits, and how their checks are told from those of the risk gate.

Guardrails ask whether the AI should open at all now; the gate behind them asks whether the order may leave.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.risk import Check, Verdict
from terminal.domain.rules import is_guardrail


@dataclass(frozen=True, slots=True)
class GuardrailLimits:
    """Limits of a profile; times in minutes of the venue's clock, fractions of equity unless a unit is named.

    Source: ai.md 7. The class refuses what lies beyond the hard bounds.
    """

    bar_age_intervals: Decimal = Decimal("1.5")  # age of the newest closed bar
    account_age_s: Decimal = Decimal(30)  # of balance and positions, on the operator's clock
    clock_error_ms: int = 1_000  # by which the venue's time as we reckon it may be wrong
    confidence_floor: Decimal = Decimal("0.35")  # calibrated probability of the chosen direction
    least_edge_bp: Decimal = Decimal(0)  # expected value after costs must be above it
    spread_bp: Decimal = Decimal(8)
    loss_cooldown_min: int = 30  # a pair rests so long after a losing exit
    stop_cooldown_min: int = 60  # and so long after a stop; doubled with each further one of the day
    most_cooldown_min: int = 240
    turns_per_day: int = 2  # changes of direction of one pair
    repeat_min: int = 30  # the same pair, side and level are not opened again within
    opens_per_day: int = 12
    opens_per_cycle: int = 3
    waiting_proposals: int = 6  # cards in front of a person at one time
    proposals_per_hour: int = 40
    net_exposure: Decimal = Decimal(2)  # longs less shorts, either way, as a multiple of equity
    stop_risk: Decimal = Decimal("0.04")  # what goes when every correlated stop on this side is hit
    correlated_from: Decimal = Decimal("0.3")  # pairs whose returns correlate less do not add to it
    hour_loss: Decimal = Decimal("0.02")  # fall of equity within the last hour

    def __post_init__(self) -> None:
        """Refuse limits beyond the hard bounds.

        Raises:
            ValueError: it names the limit and its bounds.
        """
        for name, (least, most) in _BOUNDS.items():
            value = Decimal(getattr(self, name))
            if not least <= value <= most:
                raise ValueError(f"{name} is {value}; it must be from {least} to {most}")
        if self.most_cooldown_min < max(self.loss_cooldown_min, self.stop_cooldown_min):
            raise ValueError("most_cooldown_min is below another cooldown; raise it or lower that one")


_BOUNDS: Final[dict[str, tuple[Decimal, Decimal]]] = {
    "bar_age_intervals": (Decimal("1.1"), Decimal(3)),
    "account_age_s": (Decimal(5), Decimal(60)),
    "clock_error_ms": (Decimal(100), Decimal(5_000)),
    "confidence_floor": (Decimal(0), Decimal("0.95")),
    "least_edge_bp": (Decimal(0), Decimal(100)),
    "spread_bp": (Decimal("0.5"), Decimal(20)),
    "loss_cooldown_min": (Decimal(5), Decimal(1_440)),
    "stop_cooldown_min": (Decimal(15), Decimal(1_440)),
    "most_cooldown_min": (Decimal(15), Decimal(2_880)),
    "turns_per_day": (Decimal(0), Decimal(6)),
    "repeat_min": (Decimal(5), Decimal(1_440)),
    "opens_per_day": (Decimal(1), Decimal(50)),
    "opens_per_cycle": (Decimal(1), Decimal(8)),
    "waiting_proposals": (Decimal(1), Decimal(16)),
    "proposals_per_hour": (Decimal(1), Decimal(120)),
    "net_exposure": (Decimal("0.1"), Decimal(5)),
    "stop_risk": (Decimal("0.005"), Decimal("0.10")),
    "correlated_from": (Decimal(0), Decimal("0.9")),
    "hour_loss": (Decimal("0.002"), Decimal("0.05")),
}


def guardrails_of(verdict: Verdict) -> tuple[Check, ...]:
    """Give the guardrails among a verdict's checks, in order; none for a close or a card of an older version."""
    return tuple(check for check in verdict.checks if is_guardrail(check.rule))


def gates_of(verdict: Verdict) -> tuple[Check, ...]:
    """Give the checks that are no guardrails."""
    return tuple(check for check in verdict.checks if not is_guardrail(check.rule))
