"""The form a language model's answer must have. Nothing beyond it is accepted."""

from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, create_model

DECISIONS_MAX: Final = 8
OPENS_MAX: Final = 2
RISK_MAX: Final = Decimal("0.02")
ACTIONS: Final = ("open_long", "open_short", "close", "hold")

_Price = Annotated[Decimal, Field(gt=0, allow_inf_nan=False, max_digits=24)]
_Figure = Annotated[float, Field(allow_inf_nan=False)]
_FeatureId = Annotated[str, Field(min_length=3, max_length=64)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class EvidenceItem(_Strict):
    """One input the model weighed, quoted by its id."""

    feature_id: _FeatureId
    value: _Figure
    direction: Literal["for", "against"]
    weight: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Invalidation(_Strict):
    """What would show at a bar's close that the reason is gone; it must not hold yet."""

    feature_id: _FeatureId
    op: Literal["<", ">"]
    value: _Figure


class TradeAnswer(_Strict):
    """One decision. Size, leverage and order type are not the model's: it has no word for them."""

    symbol: str
    action: Literal["open_long", "open_short", "close", "hold"]
    close_side: Literal["LONG", "SHORT"] | None = None
    confidence: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
    risk_fraction: Annotated[Decimal, Field(ge=0, le=RISK_MAX, allow_inf_nan=False)] = Decimal(0)
    stop_price: _Price | None = None
    take_profit_price: _Price | None = None
    horizon_min: Annotated[int, Field(ge=30, le=1440)]
    invalidation: Invalidation | None = None
    evidence: Annotated[tuple[EvidenceItem, ...], Field(min_length=1, max_length=8)]
    explanation: Annotated[str, Field(min_length=1, max_length=4_000)]


class CycleAnswer(_Strict):
    """One answer to one snapshot; pairs it does not name were not addressed, which is no hold."""

    snapshot_id: Annotated[str, Field(max_length=80)]
    decisions: Annotated[tuple[TradeAnswer, ...], Field(min_length=1, max_length=DECISIONS_MAX)]


@lru_cache(maxsize=16)
def answer_type(symbols: tuple[str, ...]) -> type[CycleAnswer]:
    """Give the answer's type for these symbols: others are refused by form."""
    allowed: Any = Literal.__getitem__(symbols)
    assert get_args(allowed) == symbols  # noqa: S101 - a Literal of no or repeated symbols would allow others
    trade = create_model("TradeDecision", __base__=TradeAnswer, symbol=(allowed, ...))
    decisions: Any = Annotated[tuple[trade, ...], Field(min_length=1, max_length=DECISIONS_MAX)]  # type: ignore[valid-type]  # made above
    made: type[CycleAnswer] = create_model("CycleDecisions", __base__=CycleAnswer, decisions=(decisions, ...))
    return made
