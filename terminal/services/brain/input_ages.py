"""How old each input of a snapshot was when the model was asked: the worst of all pairs, by name."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, Final

from terminal.domain.brain import InputAge
from terminal.domain.guardrails import GuardrailLimits
from terminal.domain.instrument import base_of
from terminal.domain.snapshot import MarketSnapshot

_SUFFIX: Final = "age_s"
_BARE: Final = "age"
_PRICE_LIMIT_S: Final = 5.0
_GUARD: Final = GuardrailLimits()  # what stops an opening is what is called stale here
_NAMES: Final = {"Prices ticker": "Ticker", "Prices book": "Order book"}
_LIMITS_S: Final = {
    **dict.fromkeys(("Quote", "Ticker", "Order book"), _PRICE_LIMIT_S),
    "Account": float(_GUARD.account_age_s),
}


def input_ages(snapshot: MarketSnapshot) -> tuple[InputAge, ...]:
    """Give the ages in seconds. Bars are as old as their close, on the venue's clock."""
    bar_age_s = max(0.0, (snapshot.created_ms - snapshot.bar_close_ms) / 1000)
    newest = InputAge(
        "Newest closed bar", bar_age_s, limit_s=float(_GUARD.bar_age_intervals) * snapshot.interval.ms / 1000
    )
    worst: dict[str, tuple[float | None, str]] = {}
    missing: dict[str, list[str]] = {}
    for view in snapshot.views:
        base = base_of(view.instrument.instrument_id)
        for name, age in _ages("", view):
            if age is None:
                missing.setdefault(name, []).append(base)
                worst.setdefault(name, (None, ""))
            elif (worst.get(name, (None, ""))[0] or -1.0) < age:
                worst[name] = (age, f"oldest: {base}")
    for name, age in _ages("Account", snapshot.account):
        worst[name] = (age, "")
    found = (
        InputAge(
            name,
            age,
            "; ".join(part for part in (words, _missing(missing.get(name, []))) if part),
            _LIMITS_S.get(name),
        )
        for name, (age, words) in worst.items()
    )
    return (newest, *found)


def _missing(bases: list[str]) -> str:
    return f"missing: {', '.join(bases)}" if bases else ""


def _ages(prefix: str, block: Any) -> Iterator[tuple[str, float | None]]:
    if not is_dataclass(block) or isinstance(block, type):
        return
    for field in fields(block):
        value = getattr(block, field.name)
        if field.name.endswith(_SUFFIX) and (value is None or isinstance(value, int | float)):
            own = field.name.removesuffix(_SUFFIX).strip("_").replace("_", " ")
            words = (prefix, "" if own.lower() == prefix.lower() else own)
            name = (" ".join(part for part in words if part) or _BARE).capitalize()
            yield _NAMES.get(name, name), value
        elif is_dataclass(value) and field.name != "instrument":
            yield from _ages("" if field.name == "facts" else field.name.replace("_", " "), value)
