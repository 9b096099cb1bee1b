"""The exact texts of a decision: what went into the model and what came out.

Both are canonical JSON, deterministic in the snapshot and the model, and go into the AI
log unchanged.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from math import isfinite
from typing import Any, Final

from terminal.domain.canonical import canonical_json, digest
from terminal.domain.decision import Evidence
from terminal.domain.instrument import InstrumentId
from terminal.domain.snapshot import InstrumentView, MarketSnapshot
from terminal.strategy.arrays import FloatArray
from terminal.strategy.bars import candle_rows
from terminal.strategy.features import Feature, schema_sha256
from terminal.strategy.labels import HORIZON_BARS
from terminal.strategy.model import FittedModel
from terminal.strategy.policy import Assessment, Odds, PolicySettings

_DIGITS: Final = 6
_WITH_FACTS: Final = 2  # the first schema of snapshots that carry facts
_SINCE_SCHEMA_2: Final = frozenset({"facts", "schema", "venue", "clock_offset_ms", "account", "limits", "left_out"})
_WITH_VENUES: Final = 3  # the first schema that knows other venues' prices
_WITH_SHORTS: Final = 4  # the first schema that knows whether shorts can be held
_SINCE_SCHEMA_3: Final = frozenset({"min_notional", "mid", "spread_bp", "listed"})


@dataclass(frozen=True, slots=True)
class Invalidation:
    """When the reason for a trade is gone: `feature_id` `op` `value` at a bar's close."""

    feature_id: str
    op: str
    value: float
    text: str


def snapshot_sha256(snapshot: MarketSnapshot) -> str:
    """Hash of everything a snapshot holds.

    SHA-256 over the canonical JSON of the snapshot with each view's candles replaced by
    the SHA-256 of their rows (open_ms, open, high, low, close, volume) as little-endian
    float64. Bars are hashed as numbers because eight thousand of them as text take longer
    than the decision. A snapshot of an older schema is hashed as it was then: without the
    fields that came later.
    """
    later = _SINCE_SCHEMA_2 if snapshot.schema < _WITH_FACTS else frozenset()
    views = [
        {name: getattr(view, name) for name in InstrumentView.__slots__ if name not in {"candles", *later}}
        | ({} if snapshot.schema >= _WITH_VENUES else {"instrument": _of_schema_2(view.instrument)})
        | ({} if later else {"facts": facts_then(snapshot, view)})
        | {"candle_count": len(view.candles), "candles_sha256": _bars_sha256(view)}
        for view in snapshot.views
    ]
    apart = {"views", *later, *(() if snapshot.schema >= _WITH_SHORTS else ("can_short",))}
    head = {name: getattr(snapshot, name) for name in MarketSnapshot.__slots__ if name not in apart}
    return digest(canonical_json({**head, "views": views}))


def facts_then(snapshot: MarketSnapshot, view: InstrumentView) -> Any:
    """A view's facts with the fields their schema had: an old record comes out as it was stored."""
    if view.facts is None or snapshot.schema >= _WITH_VENUES:
        return view.facts
    references = [_of_schema_2(each) for each in view.facts.references]
    return _of_schema_2(view.facts) | {"references": references}


def _of_schema_2(block: Any) -> dict[str, Any]:
    """The fields of a dataclass that a snapshot of schema 2 had."""
    return {field.name: getattr(block, field.name) for field in fields(block) if field.name not in _SINCE_SCHEMA_3}


def decision_id(
    snapshot: MarketSnapshot,
    snapshot_hash: str,
    instrument_id: InstrumentId,
    model_sha256: str,
    settings: PolicySettings,
) -> str:
    """Id of the one decision of this cycle, snapshot, instrument, model and policy."""
    return "d" + digest(canonical_json([snapshot.cycle_id, snapshot_hash, instrument_id, model_sha256, settings]))[:20]


def prompt(snapshot: MarketSnapshot, view: InstrumentView) -> str:
    """The question the model answers, in words."""
    asked = snapshot.question
    wish = "" if asked is None else f" {asked.asked_by} asks whether to {asked.action.value} now."
    return (
        f"Classify the next {HORIZON_BARS} bars of {snapshot.interval.label} for {view.instrument.instrument_id}: "
        "up / timeout / down. Up: the price two ATR(14) above the next bar's open is touched first; down: the price "
        "two ATR(14) below it; timeout: neither, or both within one bar. Inputs: the feature vector, from closed "
        f"bars only.{wish}"
    )


def input_text(
    snapshot: MarketSnapshot,
    snapshot_hash: str,
    view: InstrumentView,
    model: FittedModel,
    model_identity: tuple[str, str],
    raw: FloatArray,
) -> str:
    """Canonical JSON of the model's input. `model_identity` is (name, sha256 of its text)."""
    name, model_hash = model_identity
    instrument = view.instrument
    known = {"snapshot": {"market": facts_then(snapshot, view), "account": snapshot.account, "limits": snapshot.limits}}
    return canonical_json(
        (known if snapshot.schema >= _WITH_FACTS else {})
        | {
            "prompt": prompt(snapshot, view),
            "cycle_id": snapshot.cycle_id,
            "snapshot_id": snapshot.snapshot_id,
            "snapshot_sha256": snapshot_hash,
            "bar_close_ms": snapshot.bar_close_ms,
            "interval": snapshot.interval.label,
            "instrument_id": instrument.instrument_id,
            "bars_seen": len(view.candles),
            "model": name,
            "model_sha256": model_hash,
            "feature_schema_sha256": schema_sha256(model.features, model.interval),
            "features": feature_values(model.features, raw),
            "prices": {"last": view.last, "bid": view.bid, "ask": view.ask, "mark": view.mark},
            "quote_age_s": round(view.quote_age_s, 3),
            "funding_rate": view.funding_rate,
            "fees": {"maker": instrument.maker_fee, "taker": instrument.taker_fee},
            "held": {"long": view.held_long, "short": view.held_short},
            "question": snapshot.question,
            "journal": {"seq": snapshot.journal_seq, "head": snapshot.journal_head},
            "simulated": snapshot.simulated or model.simulated,
        }
    )


def feature_values(features: tuple[Feature, ...], raw: FloatArray) -> dict[str, float | None]:
    """Feature ids and values at six digits; a missing one is null."""
    return {f.key: (round(value, _DIGITS) if isfinite(value) else None) for f, value in _pairs(features, raw)}


def odds_record(odds: Odds) -> dict[str, float]:
    return {name: round(value, _DIGITS) for name, value in asdict(odds).items()}


def assessment_record(weighed: Assessment) -> dict[str, Any]:
    """Levels, EV arithmetic and gates of one side."""
    return {
        "side": weighed.side,
        "entry": weighed.levels.entry,
        "stop": weighed.levels.stop,
        "target": weighed.levels.target,
        "arithmetic": {name: round(value, _DIGITS) for name, value in asdict(weighed.arithmetic).items()},
        "gates": weighed.gates,
    }


def evidence_record(evidence: tuple[Evidence, ...]) -> list[dict[str, Any]]:
    return [
        {"feature_id": e.key, "value": e.value, "contribution": e.contribution, "for": e.supports} for e in evidence
    ]


def output_text(fields: Mapping[str, Any]) -> str:
    return canonical_json(fields)


def _pairs(features: tuple[Feature, ...], raw: FloatArray) -> list[tuple[Feature, float]]:
    return list(zip(features, raw.tolist(), strict=True))


def _bars_sha256(view: InstrumentView) -> str:
    return sha256(candle_rows(view.candles).astype("<f8").tobytes()).hexdigest()
