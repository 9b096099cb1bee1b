"""JSON bytes to Python values, and values to wire models, with one error for both.

orjson refuses NaN, Infinity, 1e400 and deep nesting by itself; integers beyond 64 bits
would become floats, which the models' number types refuse.
"""

import logging
from functools import cache
from typing import Any, TypeVar, cast

import orjson
from pydantic import BaseModel, TypeAdapter, ValidationError

from terminal.domain.errors import MalformedReply

_Model = TypeVar("_Model", bound=BaseModel)
_log = logging.getLogger(__name__)


def decode_json(body: bytes | str) -> Any:
    """Parse JSON.

    Raises:
        MalformedReply: not JSON, or HTML (a network portal).
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        start = body[:64].lstrip()
        is_html = start.startswith(b"<") if isinstance(start, bytes) else start.startswith("<")
        if is_html:
            raise MalformedReply(
                "A web page came back instead of data.",
                hint="A network portal or firewall may stand between; open a browser and sign in to the network.",
            ) from error
        raise MalformedReply("The answer is not complete JSON.") from error


def parse(model: type[_Model], value: Any) -> _Model:
    """Read one wire model.

    Raises:
        MalformedReply: the value does not fit; the text names the fields, never their content.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise _misfit(model, error) from error


def parse_list(model: type[_Model], value: Any) -> list[_Model]:
    """Read an array of wire models, or the one object some endpoints give in its place.

    Raises:
        MalformedReply: as `parse`; one bad row spoils the list, so that none goes missing unseen.
    """
    rows = [value] if isinstance(value, dict) else value
    try:
        return cast("list[_Model]", _rows_of(model).validate_python(rows))
    except ValidationError as error:
        raise _misfit(model, error) from error


@cache
def _rows_of(model: type[BaseModel]) -> TypeAdapter[Any]:
    """Building a validator takes longer than using it."""
    return TypeAdapter(list[model])  # type: ignore[valid-type]  # built at run time


def _misfit(model: type[BaseModel], error: ValidationError) -> MalformedReply:
    """Name the fields as the venue spells them; which of our models and what kind of fault is for the log."""
    _log.warning("an answer does not fit %s: %s", model.__name__, _where(error))
    fields = ", ".join(dict.fromkeys(".".join(map(str, item["loc"])) for item in error.errors()[:3] if item["loc"]))
    about = f": {fields}" if fields else ""
    return MalformedReply(
        f"The venue's answer is not as its documents say{about}.",
        hint="Look for a newer version of this program; if there is none, send the log file with a report.",
    )


def _where(error: ValidationError) -> str:
    details = error.errors(include_input=False, include_context=False, include_url=False)
    return "; ".join(f"{'.'.join(str(part) for part in item['loc'])} ({item['type']})" for item in details[:3])
