"""The scalar types that are WOO X's own: two spellings of a time, and nulls spelled as text.

Times are Unix ms in the documents and seconds with decimals in live replies
(`"1752049062.496"`); a null may come as the text `"null"`.
"""

import re
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict

from terminal.net.wire.types import TIME_LIMIT_MS, Amount, Id, Price, Signed

_PLAIN: Final = re.compile(r"[0-9]{1,16}(\.[0-9]{1,9})?", re.ASCII)
_FIRST_MS: Final = 10**11  # 1973: no time of ours is smaller, so a smaller number counts seconds


def moment_ms(value: Any) -> int:
    """Read a time in Unix ms, or in seconds with or without decimals; 0 stays 0, which means never.

    Raises:
        ValueError: it is no time.
    """
    text = value if isinstance(value, str) else repr(value)  # what is no number does not print as one
    if not _PLAIN.fullmatch(text):
        raise ValueError("must be a time")
    number = Decimal(text)
    ms = int(number * 1_000) if number < _FIRST_MS else int(number)
    if ms > TIME_LIMIT_MS:
        raise ValueError("must be a time")
    return ms


def _absent(value: Any) -> Any:
    return None if value in {None, "", "null"} else value


def _own_id(value: Any) -> Any:
    """Our own number of an order; 0 means that it was given none."""
    present = _absent(value)
    return None if present in {0, "0"} else present


Moment = Annotated[int, BeforeValidator(moment_ms)]
OptionalMoment = Annotated[Moment | None, BeforeValidator(_absent)]
OptionalAmount = Annotated[Amount | None, BeforeValidator(_absent)]
OptionalSigned = Annotated[Signed | None, BeforeValidator(_absent)]
OptionalPrice = Annotated[Price | None, BeforeValidator(_own_id)]
"""A price; 0 means that there is none."""

OwnId = Annotated[Id | None, BeforeValidator(_own_id)]
"""An id of digits; 0 means that there is none."""


class Wire(BaseModel):
    """Base of all wire models: immutable, new fields tolerated, input never printed in errors."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, populate_by_name=True)
