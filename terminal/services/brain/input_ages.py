"""How old each input of a snapshot was when the model was asked: the worst of all pairs, by name."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, Final

from terminal.domain.brain import InputAge
from terminal.domain.instrument import base_of
from terminal.domain.snapshot import MarketSnapshot

_SUFFIX: Final = "age_s"
_BARE: Final = "age"
_BARS_LIMIT: Final = 1.5  # of an interval
_LIMITS_S: Final = (("Quote", 5.0), ("Prices", 5.0), ("Book", 5.0), ("Account", 15.0))


def input_ages(snapshot: MarketSnapshot) -> tuple[InputAge, ...]:
    """Give the ages in seconds. Bars are as old as their close, on the venue's clock."""
    bar_age_s = max(0.0, (snapshot.created_ms - snapshot.bar_close_ms) / 1000)
    newest = InputAge("Newest closed bar", bar_age_s, limit_s=_BARS_LIMIT * snapshot.interval.ms / 1000)
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
            name, age, "; ".join(part for part in (words, _missing(missing.get(name, []))) if part), _limit_s(name)
        )
        for name, (age, words) in worst.items()
    )
    return (newest, *found)


def _limit_s(name: str) -> float | None:
    return next((limit for begin, limit in _LIMITS_S if name.startswith(begin)), None)


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
            yield (" ".join(part for part in words if part) or _BARE).capitalize(), value
        elif is_dataclass(value) and field.name != "instrument":
            yield from _ages("" if field.name == "facts" else field.name.replace("_", " "), value)
