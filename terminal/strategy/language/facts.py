"""What a language model is shown: numbers with ids, from one frozen snapshot, as canonical JSON.

Every figure has an id (`BTC.rsi14_15m`), which evidence must quote. No text from outside goes in:
no names of people, no news, no account ids. Missing is null, never zero.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from decimal import Decimal
from math import isfinite, log10
from typing import Any, Final

from terminal.domain.canonical import canonical_json
from terminal.domain.decision import Decided, Outcome
from terminal.domain.instrument import base_of
from terminal.domain.snapshot import InstrumentView, MarketSnapshot
from terminal.domain.snapshot_facts import VenueReference
from terminal.strategy import features as feat
from terminal.strategy.bars import BarPanel, TooFewBars, UnusableBars, snapshot_panel
from terminal.strategy.features_measures import measures_of
from terminal.strategy.policy import usable_quote
from terminal.strategy.records import snapshot_sha256

SERIES_BARS: Final = 16
_DIGITS: Final = 6
_APART: Final = frozenset({"instrument", "candles"})
_FACTS: Final = "facts"  # a view's block of further figures: their ids stay as short as the others
_ATR: Final = ".atr14"

Figure = str | float | int | None


@dataclass(frozen=True, slots=True)
class Facts:
    """`inputs` are all figures by id; `text` is the canonical JSON the model gets, `atr` by base, where known."""

    text: str
    inputs: Mapping[str, Figure]
    atr: Mapping[str, float]

    def number(self, key: str) -> float | None:
        """Give an input as a number; None where there is none or it is missing."""
        value = self.inputs.get(key)
        return None if value is None else float(value)


def facts_of(snapshot: MarketSnapshot, background: Outcome | None) -> Facts:
    """Render a snapshot; `background` is what the embedded model says about it, None when it is not asked."""
    inputs: dict[str, Figure] = _account(snapshot)
    atr = _indicators(snapshot, inputs)
    for view in snapshot.views:
        inputs.update(_view(view))
    _opinions(background, inputs)
    question = snapshot.question
    body = {
        "snapshot_id": snapshot.snapshot_id,
        "snapshot_sha256": snapshot_sha256(snapshot),
        "created_ms": snapshot.created_ms,
        "bar_close_ms": snapshot.bar_close_ms,
        "interval": snapshot.interval.label,
        "simulated": snapshot.simulated,
        "symbols": [base_of(view.instrument.instrument_id) for view in snapshot.views],
        "asked": None
        if question is None
        else {"symbol": base_of(question.instrument_id), "action": question.action.value.lower()},
        "inputs": inputs,
        "bars": {
            "order": "oldest first",
            "columns": ["open", "high", "low", "close", "volume"],
            "rows": _bars(snapshot),
        },
    }
    return Facts(canonical_json(body), inputs, atr)


def facts_from(text: str) -> Facts:
    """Read back what a stored prompt showed, for replays.

    Raises:
        ValueError: no such text.
    """
    body = json.loads(text)
    if not isinstance(body, dict) or not isinstance(body.get("inputs"), dict):
        raise ValueError("the stored prompt holds no facts")  # noqa: TRY004 - a bad text, not a wrong type of ours
    inputs = body["inputs"]
    atr = {key[: -len(_ATR)]: float(value) for key, value in inputs.items() if key.endswith(_ATR) and value is not None}
    return Facts(text, inputs, atr)


def usable_part(snapshot: MarketSnapshot) -> MarketSnapshot:
    """Give the snapshot without the pairs that have no usable bid and ask."""
    usable = tuple(view for view in snapshot.views if usable_quote(view))
    return snapshot if len(usable) == len(snapshot.views) else replace(snapshot, views=usable)


def short(value: float) -> float | None:
    """Six significant digits; what is no number is missing."""
    if not isfinite(value):
        return None
    if value == 0.0:
        return 0.0
    return round(value, _DIGITS - 1 - int(log10(abs(value)) // 1))


def _account(snapshot: MarketSnapshot) -> dict[str, Figure]:
    apart = {"equity", "available"}
    found: dict[str, Figure] = {f"account.{name}": str(getattr(snapshot, name)) for name in sorted(apart)}
    for name in ("account", "limits"):  # blocks a later snapshot may carry
        block = getattr(snapshot, name, None)
        if is_dataclass(block) and not isinstance(block, type):
            found.update(_scalars(name, block))
    if not snapshot.can_short:  # told only where it is so: older prompts come out as they were
        found["account.can_short"] = 0
    return found


def _view(view: InstrumentView) -> dict[str, Figure]:
    base = base_of(view.instrument.instrument_id)
    found = _scalars(base, view)
    rules = view.instrument
    found[f"{base}.taker_fee_bp"] = short(1e4 * float(rules.taker_fee))
    middle = (view.bid + view.ask) / 2
    found[f"{base}.quoted_spread_bp"] = short(1e4 * float((view.ask - view.bid) / middle)) if middle > 0 else None
    for each in () if view.facts is None else view.facts.references:
        found.update(_reference(base, each))
    return found


def _reference(base: str, reference: VenueReference) -> dict[str, Figure]:
    """Another venue's price where that venue lists the pair; nothing where it does not, or has not told yet."""
    if not reference.listed:
        return {}
    name = f"{base}.{reference.venue}"
    return {
        f"{name}_basis_bp": None if reference.basis_bp is None else short(reference.basis_bp),
        f"{name}_spread_bp": None if reference.spread_bp is None else short(reference.spread_bp),
        f"{name}_age_s": None if reference.reference_age_s is None else short(reference.reference_age_s),
    }


def _scalars(prefix: str, block: Any) -> dict[str, Figure]:
    """Numbers of a block and of the blocks inside it; texts, series and rules stay out."""
    found: dict[str, Figure] = {}
    for field in fields(block):
        if field.name in _APART:
            continue
        value = getattr(block, field.name)
        key = f"{prefix}.{field.name}"
        if value is None:
            found[key] = None
        elif isinstance(value, Decimal):
            found[key] = format(value, "f") if value.is_finite() else None
        elif isinstance(value, bool):
            found[key] = int(value)
        elif isinstance(value, int):
            found[key] = value
        elif isinstance(value, float):
            found[key] = short(value)
        elif is_dataclass(value) and not isinstance(value, type):
            found.update(_scalars(prefix if field.name == _FACTS else key, value))
    return found


def _indicators(snapshot: MarketSnapshot, inputs: dict[str, Figure]) -> dict[str, float]:
    panel = _panel(snapshot)
    if panel is None:
        return {}
    rows = feat.compute(panel)[:, -1]
    ranges = feat.average_true_range(panel)[:, -1]
    label, atr = snapshot.interval.label, {}
    for name, row, reach in zip(panel.instruments, rows, ranges, strict=True):
        base = base_of(name)
        for feature, value in zip(feat.CATALOGUE, row.tolist(), strict=True):
            inputs[f"{base}.{feature.key}_{label}"] = short(value)
        width = short(float(reach))
        inputs[f"{base}{_ATR}"] = width
        if width is not None:
            atr[base] = width
    inputs.update({key: value if value is None else short(value) for key, value in measures_of(snapshot).items()})
    return atr


def _panel(snapshot: MarketSnapshot) -> BarPanel | None:
    try:
        return snapshot_panel(snapshot)
    except (TooFewBars, UnusableBars):
        return None  # shown as missing indicators; levels cannot be checked then and nothing may be opened


def _opinions(background: Outcome | None, inputs: dict[str, Figure]) -> None:
    """The embedded model's calibrated view, as figures: +1 long, -1 short, 0 hold or close."""
    if not isinstance(background, Decided):
        return
    sides = {"OPEN_LONG": 1, "OPEN_SHORT": -1}
    for each in background.decisions:
        base = base_of(each.instrument_id)
        inputs[f"{base}.embedded_side"] = sides.get(each.action.value, 0)
        inputs[f"{base}.embedded_confidence"] = short(each.confidence)
        inputs[f"{base}.embedded_ev_bp"] = short(each.expected_value_bp)


def _bars(snapshot: MarketSnapshot) -> dict[str, list[list[float | None]]]:
    return {
        base_of(view.instrument.instrument_id): [
            [short(float(value)) for value in (c.open, c.high, c.low, c.close, c.volume)]
            for c in view.candles[-SERIES_BARS:]
        ]
        for view in snapshot.views
    }
