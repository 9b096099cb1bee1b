"""Whether a log's content may go into the queue: everything a judge, or the venue, may hold against it.

A pure function over the frozen bytes. It never changes them: what fails is not queued, and
the decision behind it cannot become an order.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from terminal.domain.canonical import canonical_json
from terminal.domain.competition import EXPLANATION_MAX_CHARS, EXPLANATION_MAX_WORDS
from terminal.domain.decision import Decision, Evidence
from terminal.domain.snapshot import InstrumentView, MarketSnapshot
from terminal.services.ai_logs.shortening import is_whole_or_cut

_OURS: Final = frozenset({"decision_id", "audit", "simulated", "supersedes"})  # what the program adds to an input
_NUMBER: Final = re.compile(r"[+\-−]?\d[\d,]*(?:\.\d+)?")
_SCALES: Final = (("%", 100.0), ("bp", 10_000.0))
_REL: Final = 0.005
_INPUT_DIGITS: Final = 1e-6  # features are written at six digits

HasSecret = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of the question a decision answers. `models` are the names of those that could have answered."""

    snapshot: MarketSnapshot | None
    models: frozenset[str]


def form_faults(content: bytes, has_secret: HasSecret) -> tuple[str, ...]:
    """Say what is wrong with any log's form: fields, lengths, canonical text, secrets."""
    text = content.decode("utf-8", errors="replace")
    if has_secret(text):
        return ("it holds a secret (key, passphrase or the like)",)
    try:
        body = json.loads(text)
    except ValueError:
        return ("it is no JSON text",)
    if not isinstance(body, dict) or canonical_json(body).encode() != content:
        return ("it is not in canonical form",)
    found = [f"its {name} is empty" for name in ("stage", "model", "explanation") if not _is_text(body.get(name))]
    found += [f"its {name} is empty" for name in ("input", "output") if not _is_object(body.get(name))]
    return (*found, *_explanation_faults(body.get("explanation")))


def decision_faults(content: bytes, decision: Decision, asked: Asked) -> tuple[str, ...]:
    """Say what is wrong with a decision's log: prompt, model, evidence. `content` has passed `form_faults`."""
    body = json.loads(content)
    given, output = body["input"], body["output"]
    found = []
    if not any(_holds_something(value) for name, value in given.items() if name not in _OURS):
        found.append("it says nothing of what the model was given")
    if "prompt" in given and not is_whole_or_cut(given["prompt"]):
        found.append("its prompt is empty")
    found += _model_faults(body, decision, asked)
    found += [fault for each in decision.evidence if (fault := _evidence_fault(each, given))]
    if "evidence" in output and not _same_evidence(output["evidence"], decision):
        found.append("the evidence it lists is not the decision's")
    if asked.snapshot is not None and asked.snapshot.cycle_id == decision.cycle_id:
        found += _snapshot_faults(given, decision, asked.snapshot)
    return tuple(found)


# -- text ---------------------------------------------------------------------


def _explanation_faults(text: object) -> list[str]:
    if not isinstance(text, str):
        return []
    found = []
    if len(text) > EXPLANATION_MAX_CHARS:
        found.append(f"its explanation has {len(text):,} characters, {EXPLANATION_MAX_CHARS:,} are allowed")
    if len(text.split()) > EXPLANATION_MAX_WORDS:
        found.append(f"its explanation has {len(text.split())} words, {EXPLANATION_MAX_WORDS} are allowed")
    return found


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_object(value: object) -> bool:
    return isinstance(value, dict) and bool(value)


def _holds_something(value: object) -> bool:
    return value is not None and value not in ("", [], {})


# -- model --------------------------------------------------------------------


def _model_faults(body: dict[str, Any], decision: Decision, asked: Asked) -> list[str]:
    named = {"the log": body["model"]}
    named |= {f"its {part}": body[part]["model"] for part in ("input", "output") if "model" in body[part]}
    found = [
        f"{where} names the model {name!r}, the decision {decision.model!r}"
        for where, name in named.items()
        if name != decision.model
    ]
    if decision.model not in asked.models:
        known = ", ".join(sorted(filter(None, asked.models))) or "none"
        found.append(f"the model that answered is not {decision.model!r} (known: {known})")
    return found


# -- evidence -----------------------------------------------------------------


def _evidence_fault(evidence: Evidence, given: dict[str, Any]) -> str:
    value = _quoted(evidence.key, given)
    if value is None:
        return f"its evidence {evidence.key} is not among the inputs"
    number = _NUMBER.search(evidence.value)
    if number is None:
        return f"its evidence {evidence.key} quotes no value"
    if not _agree(number.group(), evidence.value, value):
        return f"its evidence {evidence.key} says {evidence.value}, the input was {value:g}"
    return ""


def _quoted(key: str, given: dict[str, Any]) -> float | None:
    """Find the input an evidence key means: `BTC.rsi14_15m` is feature `rsi14`, `BTC.last` the price `last`."""
    name = key.partition(".")[2] or key
    names = (key, name, name.removesuffix(f"_{given.get('interval', '')}"))
    for part in ("features", "prices", ""):
        table = given.get(part) if part else given
        if not isinstance(table, dict):
            continue
        for each in names:
            value = table.get(each)
            if isinstance(value, str | int | float) and not isinstance(value, bool):
                try:
                    return float(value)
                except ValueError:
                    continue
    return None


def _agree(number: str, text: str, value: float) -> bool:
    """Equal within the digits shown, or half a percent; a percentage or basis points may be of a plain share."""
    plain = number.replace(",", "").replace("−", "-")
    said = float(plain)
    digits = len(plain.partition(".")[2])
    scales = (1.0, *(scale for unit, scale in _SCALES if unit in text))
    return any(
        abs(said - value * scale) <= max(0.5 * 10.0**-digits + _INPUT_DIGITS * scale, _REL * abs(value * scale))
        for scale in scales
    )


def _same_evidence(listed: object, decision: Decision) -> bool:
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        return False
    said = [(each.get("feature_id"), each.get("value")) for each in listed]
    return said == [(each.key, each.value) for each in decision.evidence]


# -- snapshot -----------------------------------------------------------------


def _snapshot_faults(given: dict[str, Any], decision: Decision, snapshot: MarketSnapshot) -> list[str]:
    """Compare what the input says of ids, prices and holdings with the snapshot the model was asked with."""
    view = next((each for each in snapshot.views if each.instrument.instrument_id == decision.instrument_id), None)
    if view is None:
        return [f"the snapshot has no {decision.instrument_id}"]
    names = {"cycle_id": snapshot.cycle_id, "snapshot_id": snapshot.snapshot_id, "bar_close_ms": snapshot.bar_close_ms}
    found = [f"its {name} is not the snapshot's" for name, value in names.items() if given.get(name, value) != value]
    for path, value in _figures(view).items():
        said = _at(given, path)
        if said is not _ABSENT and not _equal(said, value):
            found.append(f"its {' '.join(path)} is {said}, the snapshot's is {value}")
    return found


_ABSENT: Final = object()


def _figures(view: InstrumentView) -> dict[tuple[str, ...], Decimal | None]:
    return {
        ("prices", "last"): view.last,
        ("prices", "bid"): view.bid,
        ("prices", "ask"): view.ask,
        ("prices", "mark"): view.mark,
        ("funding_rate",): view.funding_rate,
        ("held", "long"): view.held_long,
        ("held", "short"): view.held_short,
    }


def _at(given: dict[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = given
    for name in path:
        if not isinstance(value, dict) or name not in value:
            return _ABSENT
        value = value[name]
    return value


def _equal(said: object, value: Decimal | None) -> bool:
    if said is None or value is None:
        return said is value
    try:
        return Decimal(str(said)) == value
    except InvalidOperation:
        return False
