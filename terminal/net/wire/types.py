"""The scalar types of venues' JSON: decimals in strings, ids, times.

pydantic's own Decimal takes full-width digits, underscores and spaces, so a plain ASCII
pattern stands before it.
"""

import re
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict

_UNSIGNED: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,20})?", re.ASCII)
_SIGNED: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,20})?", re.ASCII)
DIGITS: Final = re.compile(r"[0-9]{1,19}", re.ASCII)
_WHOLE: Final = re.compile(r"-?[0-9]{1,2}", re.ASCII)
_PRICE_LIMIT: Final = Decimal(10) ** 9
TIME_LIMIT_MS: Final = 10**14


def _text(value: Any) -> str:
    """Give the text of a JSON number or string. Booleans are no numbers here."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return format(Decimal(repr(value)), "f")  # v3 writes 0.00001, which prints as 1e-05
    raise ValueError("must be a decimal number in a string")


def _amount(value: Any) -> Decimal:
    text = _text(value)
    if not _UNSIGNED.fullmatch(text):
        raise ValueError("must be a plain number that is not negative")
    return Decimal(text)


def _signed(value: Any) -> Decimal:
    text = _text(value)
    if not _SIGNED.fullmatch(text):
        raise ValueError("must be a plain number")
    return Decimal(text)


def _price(value: Any) -> Decimal:
    price = _amount(value)
    if not 0 < price < _PRICE_LIMIT:
        raise ValueError("must lie between 0 and 1e9")
    return price


def _id(value: Any) -> str:
    """Ids have up to 19 digits and come as string or integer; a float has already lost digits."""
    if isinstance(value, bool | float) or not DIGITS.fullmatch(str(value)):
        raise ValueError("must be an id of digits")
    return str(value)


def _count(value: Any) -> int:
    return int(_id(value))


def _time_ms(value: Any) -> int:
    number = _count(value)
    if number > TIME_LIMIT_MS:
        raise ValueError("must be Unix ms")
    return number


def _decimals(value: Any) -> int:
    text = _text(value)
    if not _WHOLE.fullmatch(text):
        raise ValueError("must be a small whole number")
    return int(text)


def _leverage(value: Any) -> int:
    leverage = _amount(value)
    if leverage != leverage.to_integral_value() or leverage > 1000:
        raise ValueError("must be a whole leverage")
    return int(leverage)


def _blank(value: Any) -> Any:
    return None if value is None or value == "" else value


Amount = Annotated[Decimal, BeforeValidator(_amount)]
"""A decimal that is zero or more: size, fee rate, volume."""

Signed = Annotated[Decimal, BeforeValidator(_signed)]
"""A decimal of either sign: profit, change, money that may be owed."""

Price = Annotated[Decimal, BeforeValidator(_price)]
"""A decimal with 0 < value < 1e9."""

Id = Annotated[str, BeforeValidator(_id)]
Count = Annotated[int, BeforeValidator(_count)]
"""A whole number that is zero or more: versions, minutes."""

TimeMs = Annotated[int, BeforeValidator(_time_ms)]
Decimals = Annotated[int, BeforeValidator(_decimals)]
"""A count of decimals; WEEX allows negative ones (-2: steps of a hundred)."""

Leverage = Annotated[int, BeforeValidator(_leverage)]
OptionalAmount = Annotated[Amount | None, BeforeValidator(_blank)]
OptionalSigned = Annotated[Signed | None, BeforeValidator(_blank)]
OptionalPrice = Annotated[Price | None, BeforeValidator(_blank)]
OptionalTimeMs = Annotated[TimeMs | None, BeforeValidator(_blank)]
OptionalText = Annotated[str | None, BeforeValidator(_blank)]


class Wire(BaseModel):
    """Base of all wire models: immutable, new fields tolerated, input never printed in errors."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, populate_by_name=True)
