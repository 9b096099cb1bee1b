"""Records to canonical JSON texts and back.

A record's `kind` is its class name in snake case with the version of its shape:
`order_moved.1`. A field added later needs a default, so older texts still read; any
other change of shape takes a new version number.
"""

import json
import re
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, NewType, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import orjson

from terminal.domain.canonical import canonical_json
from terminal.domain.causes import cause
from terminal.domain.records import Record

Decoder = Callable[[Any], Any]

VERSION: Final = 1


R = TypeVar("R", bound=Record)


class Undecodable(ValueError):
    """A text that is no record of this version of the program."""


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


KINDS: Final[dict[str, type]] = {f"{_snake(cls.__name__)}.{VERSION}": cls for cls in get_args(Record)}
_KIND_OF: Final = {cls: kind for kind, cls in KINDS.items()}


def kind_of(cls: type) -> str:
    """Give the kind a record type is stored under."""
    return _KIND_OF[cls]


def encode(record: Record) -> tuple[str, str]:
    """Give a record's kind and canonical JSON text.

    Raises:
        TypeError: not a record, or a value with no canonical form.
        ValueError: a number that is not finite, or bytes that are not UTF-8.
    """
    kind = _KIND_OF.get(type(record))
    if kind is None:
        raise TypeError(f"{type(record).__name__} is not a journal record")
    return kind, canonical_json(record)


def decode(kind: str, body: str) -> Record:
    """Give back the record `encode` was given.

    Raises:
        Undecodable: unknown kind, or a text that does not fit its type.
    """
    try:
        return decode_value(kind, orjson.loads(body))
    except ValueError:
        # The fast reader knows no integers beyond 64 bits; let the exact one have the last word.
        return decode_value(kind, exactly_parsed(body))


def decode_as(wanted: type[R], kind: str, body: str) -> R:
    """Read a row that must hold this record.

    Raises:
        Undecodable: it holds another one, or none that this version can read.
    """
    record = decode(kind, body)
    if not isinstance(record, wanted):
        raise Undecodable(f"a {kind} record stands where {wanted.__name__} belongs")
    return record


def exactly_parsed(body: str | bytes) -> Any:
    """Parse JSON with integers of any size.

    Raises:
        Undecodable: not JSON.
    """
    try:
        return json.loads(body)
    except ValueError as error:
        raise Undecodable(f"the text is not JSON: {cause(error)}") from error


def decode_value(kind: str, value: Any) -> Record:
    """As `decode`, from JSON that was parsed already."""
    cls = KINDS.get(kind)
    if cls is None:
        raise Undecodable(f"{kind!r} is no record this version knows")
    try:
        return cast("Record", decoder_of(cls)(value))
    except (TypeError, ValueError, KeyError, InvalidOperation) as error:
        raise Undecodable(f"a {kind} record does not read: {cause(error)}") from error


@cache
def decoder_of(kind: Any) -> Decoder:
    """Build the function that turns JSON's types into `kind`, a type annotation.

    Raises:
        TypeError: the annotation is outside what records may hold.
    """
    if isinstance(kind, NewType):
        return decoder_of(kind.__supertype__)
    if kind in _SCALARS:
        return _SCALARS[kind]
    if get_origin(kind) in {Union, UnionType}:
        return _optional(kind)
    if get_origin(kind) is tuple:
        return _tuple(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _enum(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass(kind)
    raise TypeError(f"{kind} cannot be read back from the journal")


def _exactly(*kinds: type) -> Decoder:
    # `type` and not isinstance: JSON's true must not pass for 1.
    def check(value: Any) -> Any:
        if type(value) not in kinds:
            raise TypeError(f"{value!r} is not {' or '.join(kind.__name__ for kind in kinds)}")
        return value

    return check


class _Never:
    """No JSON value is one."""


_PLAIN: Final[dict[Any, type]] = {str: str, int: int, bool: bool}

_text: Final = _exactly(str)
_number: Final = _exactly(int, float)

_SCALARS: Final[dict[Any, Decoder]] = {
    str: _text,
    int: _exactly(int),
    bool: _exactly(bool),
    float: lambda value: float(_number(value)),
    Decimal: lambda value: Decimal(_text(value)),
    bytes: lambda value: _text(value).encode(),
}


def _enum(kind: type[Enum]) -> Decoder:
    members = {member.value: member for member in kind}  # several times faster than asking the class

    def read(value: Any) -> Any:
        member = members.get(value)
        return kind(value) if member is None else member

    return read


def _optional(kind: Any) -> Decoder:
    inner = [arm for arm in get_args(kind) if arm is not NoneType]
    if len(inner) != 1:
        raise TypeError(f"{kind} is ambiguous in JSON")
    read = decoder_of(inner[0])
    return lambda value: None if value is None else read(value)


def _tuple(kind: Any) -> Decoder:
    arms = get_args(kind)
    if len(arms) == 2 and arms[1] is Ellipsis:
        read = decoder_of(arms[0])
        return lambda value: tuple([read(item) for item in value])
    readers = [decoder_of(arm) for arm in arms]
    return lambda value: tuple([read(item) for read, item in zip(readers, value, strict=True)])


def _has_default(field: "Field[Any]") -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def _dataclass(kind: type) -> Decoder:
    hints = get_type_hints(kind)
    readers = {field.name: decoder_of(hints[field.name]) for field in fields(kind)}
    required = {field.name for field in fields(kind) if not _has_default(field)}
    # Most fields are plain: their check is made here, without a call. A type no value has marks the others.
    in_order = [(name, _PLAIN.get(hints[name], _Never), read_field) for name, read_field in readers.items()]
    count = len(in_order)

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise TypeError(f"{kind.__name__} is made of named values")
        if len(value) == count:
            try:
                return kind(
                    *[
                        item if type(item := value[name]) is plain else read_field(item)
                        for name, plain, read_field in in_order
                    ]
                )
            except KeyError:
                pass  # as many as wanted, but not those: said below
        missing = required - value.keys()
        if missing:
            raise ValueError(f"{kind.__name__} lacks {', '.join(sorted(missing))}")
        return kind(**{name: readers[name](item) for name, item in value.items()})

    return read
