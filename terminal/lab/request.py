"""What is to be replayed, and on what."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from terminal.domain.errors import ConfigError
from terminal.domain.guardrails import GuardrailLimits
from terminal.domain.language_model import LANGUAGE
from terminal.domain.promotion import PromotionSettings
from terminal.domain.risk import RiskLimits

BUY_AND_HOLD: Final = "buy-and-hold"
STRATEGISTS: Final = ("embedded", "ridge", "flat", BUY_AND_HOLD, "ema-cross", "random", "inverted")
MODELS: Final = frozenset({"embedded", "ridge", "inverted"})
"""Those of them that claim a confidence."""


def is_language(strategist: str) -> bool:
    """Tell whether it is a language model, e.g. `language:local`: only its recorded answers are replayed."""
    return strategist.startswith(f"{LANGUAGE}:") and len(strategist) > len(LANGUAGE) + 1


def claims_confidence(strategist: str) -> bool:
    """Tell whether it claims a confidence, and so meets the guardrails."""
    return strategist in MODELS or is_language(strategist)


def checked_strategist(strategist: str) -> str:
    """Give the name back when the lab can replay it.

    Raises:
        ConfigError: there is no such strategist.
    """
    if strategist in STRATEGISTS or is_language(strategist):
        return strategist
    names = ", ".join(STRATEGISTS)
    raise ConfigError(f"There is no strategist {strategist!r}. Name one of: {names}, or {LANGUAGE}:NAME for a model's.")


@dataclass(frozen=True, slots=True)
class LabRequest:
    """Times in Unix ms, `to_ms` left out. `contaminated_until_ms`: a model may have seen history before it.

    `retrain_days`: between two fits. `latency_bars`: left out between decision and fill.
    """

    strategist: str
    from_ms: int
    to_ms: int
    seed: int = 7
    retrain_days: int = 45
    latency_bars: int = 0
    slippage_bp: float = 0.5
    equity: Decimal = Decimal(1000)
    limits: RiskLimits = field(default_factory=RiskLimits)
    guardrails: GuardrailLimits = field(default_factory=GuardrailLimits)
    promotion: PromotionSettings = field(default_factory=PromotionSettings)
    contaminated_until_ms: int | None = None
