"""One JSON text per value: sorted keys, UTF-8, no spaces, no NaN, decimals as strings.

Hashes, the journal chain and AI logs are made of these texts.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import Any

Json = Mapping[str, "Json"] | Sequence["Json"] | str | int | float | bool | None


def plain(value: Any) -> Any:
    """Turn dataclasses, decimals, enums and tuples into JSON's own types.

    Bytes become text (they are UTF-8 JSON wherever we keep them); sets are refused
    because they have no order.

    Raises:
        TypeError: the value has no canonical form.
    """
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} has no canonical form")


def canonical_json(value: Any) -> str:
    """Give the canonical text.

    Raises:
        ValueError: a float is NaN or infinite.
    """
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(text: str) -> str:
    """SHA-256 of a text's UTF-8 bytes, in hex."""
    return sha256(text.encode()).hexdigest()


def decimal_text(value: Decimal) -> str:
    """Write a decimal without exponent: 1E+2 gives 100. Minus zero gives 0.

    Raises:
        ValueError: not a finite number.
    """
    if not value.is_finite():
        raise ValueError(f"{value} is not a number that can be written down")
    return format(abs(value) if value == 0 else value, "f")
