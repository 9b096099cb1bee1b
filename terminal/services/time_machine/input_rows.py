"""The inputs of a decision as a table: every value the model was given, in words, with its age.

It reads the snapshot field by field, so a field added later shows up by itself under its own name.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from math import isfinite
from typing import Any, Final

from terminal.domain.decision import Decision
from terminal.domain.frozen import BarSpan, SnapshotFrozen
from terminal.domain.order_chain import Sealed
from terminal.domain.plain_words import figure
from terminal.domain.snapshot import InstrumentView, MarketSnapshot
from terminal.domain.snapshot_facts import Missing
from terminal.domain.time_messages import PastCell, PastPart

Row = tuple[PastCell, ...]

_TITLES: Final = ("Input", "Value", "Age")
_STALE_S: Final = 5.0
_AGE: Final = "_age_s"
_SKIPPED: Final = frozenset({"instrument", "candles", "views", "interval", "question", "journal_seq", "journal_head"})
_PLUMBING: Final = frozenset({"snapshot_id", "cycle_id", "created_ms", "bar_close_ms", "simulated", "schema"})
_UNITS: Final = {
    "_bp": " bp",
    "_ms": " ms",
    "_s": " s",
    "_pct": " %",
    "_min": " min",
    "_usdt": " USDT",
    "_quote": " USDT",
}
_NAMES: Final = {
    "last": "Last price",
    "bid": "Best bid",
    "ask": "Best ask",
    "mark": "Mark price",
    "index": "Index price",
    "funding_rate": "Funding rate",
    "quote_age_s": "Age of the quote",
    "held_long": "Held long",
    "held_short": "Held short",
    "equity": "Equity",
    "available": "Available",
    "mark_index_bp": "Mark against index",
    "change_24h": "Change in 24 h",
    "high_24h": "High of 24 h",
    "low_24h": "Low of 24 h",
    "base_volume_24h": "Volume of 24 h, coins",
    "quote_volume_24h": "Volume of 24 h, USDT",
    "microprice_dev_bp": "Microprice against mid",
    "dispersion_bp": "Spread between venues",
}
_PLAIN: Final = frozenset({"facts", "account", "prices"})  # parts whose fields are named clearly by themselves
_SHARES: Final = frozenset({"funding_rate", "change_24h"})  # fractions, read as per cent
_QUOTED: Final = frozenset({"last", "bid", "ask"})
_MOST_MODEL_ROWS: Final = 120
_A_DATE: Final = 100_000_000_000
_SHOWN_ALREADY: Final = frozenset({"snapshot", "prompt", "cycle_id", "journal_head", "journal_seq", "instrument_id"})


def input_parts(sealed: Sealed, decision: Decision) -> Iterator[PastPart]:
    """Give the tables: the decision's own pair and the account, then every market, then what the model computed."""
    frozen = sealed.record
    if not isinstance(frozen, SnapshotFrozen):
        return
    snapshot = frozen.snapshot
    spans = dict(zip((view.instrument.instrument_id for view in snapshot.views), frozen.spans, strict=True))
    own = next((view for view in snapshot.views if view.instrument.instrument_id == decision.instrument_id), None)
    if own is not None:
        span = spans[decision.instrument_id]
        rows = (*_bar_rows(span, snapshot), *_view_rows(own), *_account_rows(snapshot))
        yield PastPart(
            sealed.seq, sealed.at_ms, f"What the model was shown about {own.instrument.base}", (), _TITLES, rows
        )
    yield PastPart(
        sealed.seq,
        sealed.at_ms,
        f"All {len(snapshot.views)} markets of the snapshot",
        (),
        ("Pair", "Last", "Bid", "Ask", "Quote age", "Bars", "Held"),
        tuple(_market_row(view, spans[view.instrument.instrument_id]) for view in snapshot.views),
    )
    given = tuple(_given_rows(decision.input_json))
    if given:
        yield PastPart(sealed.seq, sealed.at_ms, "What the model made of it", (), ("Input", "Value"), given)


def _bar_rows(span: BarSpan, snapshot: MarketSnapshot) -> Iterator[Row]:
    age_s = (snapshot.created_ms - snapshot.bar_close_ms) / 1_000
    age = PastCell(f"{age_s:,.0f} s", "muted")  # a bar may be as old as it is long
    yield _row("Closed bars", f"{span.count:,} of {snapshot.interval.label}", age)


def _view_rows(view: InstrumentView) -> Iterator[Row]:
    yield from _rows_of(view, "", dict.fromkeys(_QUOTED, view.quote_age_s))


def _account_rows(snapshot: MarketSnapshot) -> Iterator[Row]:
    for field in fields(snapshot):
        if field.name not in _SKIPPED | _PLUMBING:
            yield from _value_rows(_name(field.name), field.name, getattr(snapshot, field.name), None)


def _rows_of(value: Any, prefix: str, ages: dict[str, float]) -> Iterator[Row]:
    """Give a row for each field of a dataclass; a field `x_age_s` is the age of `x`, not a row of its own."""
    names = [field.name for field in fields(value)]
    if "age_s" in names:  # one age for all of them
        names.remove("age_s")
        ages = dict.fromkeys(names, value.age_s)
    known = ages | {
        name.removesuffix(_AGE): getattr(value, name)
        for name in names
        if name.endswith(_AGE) and name.removesuffix(_AGE) in names
    }
    for name in names:
        if (
            name in _SKIPPED
            or _is_date(getattr(value, name))
            or (name.endswith(_AGE) and name.removesuffix(_AGE) in known)
        ):
            continue
        title = f"{prefix}{_name(name)}" if not prefix else f"{prefix} {_name(name).lower()}"
        yield from _value_rows(title, name, getattr(value, name), known.get(name))


def _value_rows(title: str, name: str, value: Any, age_s: float | None) -> Iterator[Row]:
    if is_dataclass(value) and not isinstance(value, type):
        yield from _rows_of(value, "" if name in _PLAIN else title, {})
    elif isinstance(value, tuple) and value and all(is_dataclass(item) for item in value):
        for number, item in enumerate(value, 1):
            if isinstance(item, Missing):
                yield _row(_name(item.field), f"not known: {item.why}", _age(None), missing=True)
            else:
                yield from _rows_of(item, f"{title} {number}", {})
    else:
        yield _row(title, _text(name, value), _age(age_s), missing=value is None)


def _is_date(value: Any) -> bool:
    """Tell a moment in Unix ms, which nobody reads as a number, from a figure."""
    return isinstance(value, int) and value > _A_DATE


def _row(title: str, value: str, age: PastCell, *, missing: bool = False) -> Row:
    return PastCell(title, "muted"), PastCell(value, "muted" if missing else "text"), age


def _market_row(view: InstrumentView, span: BarSpan) -> Row:
    held = " ".join(
        f"{word} {figure(size)}" for word, size in (("long", view.held_long), ("short", view.held_short)) if size
    )
    return (
        PastCell(view.instrument.base),
        *(PastCell(figure(price)) for price in (view.last, view.bid, view.ask)),
        _age(view.quote_age_s),
        PastCell(f"{span.count:,}"),
        PastCell(held or "nothing", "text" if held else "muted"),
    )


def _given_rows(text: str) -> Iterator[Row]:
    """Give what stands in the model's own input, a row a value; a text that is no JSON stands as it is."""
    try:
        given = json.loads(text)
    except ValueError:
        yield PastCell("Input", "muted"), PastCell(text)
        return
    if isinstance(given, dict):
        rest = {key: value for key, value in given.items() if key not in _SHOWN_ALREADY | {"features"}}
        given = {**given.get("features", {}), **rest} if isinstance(given.get("features", {}), dict) else rest
    for count, (name, value) in enumerate(_flat("", given)):
        if count == _MOST_MODEL_ROWS:
            yield PastCell("…", "muted"), PastCell("The passport has the whole text.", "muted")
            return
        yield PastCell(name, "muted"), PastCell(value)


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key in value:
            yield from _flat(f"{name} {key}".strip().replace("_", " "), value[key])
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        for number, item in enumerate(value, 1):
            yield from _flat(f"{name} {number}", item)
    elif isinstance(value, list):
        yield name, ", ".join(map(str, value))
    elif value is not None:
        yield name, f"{value:,.6g}" if isinstance(value, float) else str(value)


def _name(name: str) -> str:
    for ending in _UNITS:
        name = name.removesuffix(ending) if name not in _NAMES else name
    return _NAMES.get(name) or name.replace("_", " ").capitalize()


def _text(name: str, value: Any) -> str:
    if value is None:
        return "not known"
    unit = next((words for ending, words in _UNITS.items() if name.endswith(ending)), "")
    if name in _SHARES and isinstance(value, Decimal | float):
        return f"{figure(Decimal(str(value)) * 100)} %"
    if isinstance(value, Decimal):
        return figure(value) + unit
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        digits = 3 if unit == _UNITS["_s"] else 6
        return f"{figure(Decimal(f'{value:.{digits}g}'))}{unit}" if isfinite(value) else "not known"
    if isinstance(value, Enum):
        return str(value.value).replace("_", " ").lower()
    return _joined(value) if isinstance(value, tuple) else f"{value}{unit}"


def _joined(values: Iterable[Any]) -> str:
    return ", ".join(_text("", value) for value in values) or "none"


def _age(age_s: float | None) -> PastCell:
    if age_s is None:
        return PastCell("")
    return PastCell(f"{age_s:,.1f} s", "amber" if age_s > _STALE_S else "muted")
