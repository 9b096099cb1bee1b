"""Dataclasses to JSON values and back, by their type hints.

Decimals travel as strings, enums as their values. Only the types the books
use are known; anything else is a programming error and raises TypeError.
"""

import dataclasses
import types
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def encode(value: Any) -> Any:
    """A JSON value of `value`."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: encode(getattr(value, name)) for name in _names(type(value))}
    if isinstance(value, dict):
        return {key: encode(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    raise TypeError(f"cannot store a {type(value).__name__}")


def decode(kind: type[T], raw: Any) -> T:
    """The inverse of `encode`.

    Raises:
        KeyError, ValueError, TypeError: the JSON does not fit `kind`.
    """
    return cast("T", _decode(kind, raw))


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


@cache
def _optional(kind: type) -> frozenset[str]:
    """Fields that have a default."""
    missing = dataclasses.MISSING
    fields = dataclasses.fields(kind)
    return frozenset(f.name for f in fields if f.default is not missing or f.default_factory is not missing)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _decode(kind: Any, raw: Any) -> Any:
    origin = get_origin(kind)
    if origin in {Union, types.UnionType}:
        inner = [option for option in get_args(kind) if option is not type(None)]
        return None if raw is None else _decode(inner[0], raw)
    if origin is list:
        return [_decode(get_args(kind)[0], item) for item in raw]
    if origin is dict:
        return {key: _decode(get_args(kind)[1], item) for key, item in raw.items()}
    if dataclasses.is_dataclass(kind):
        hints = _hints(cast("type", kind))
        # A field with a default may be absent: an older file does not know it.
        names = [name for name in hints if name in raw or name not in _optional(cast("type", kind))]
        return cast("Any", kind)(**{name: _decode(hints[name], raw[name]) for name in names})
    if kind is Any:
        return raw
    if kind is Decimal:
        return Decimal(raw)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(raw)
    if isinstance(kind, type) and isinstance(raw, kind):
        return raw
    raise TypeError(f"stored value {raw!r} is not a {kind}")
