"""Values as a person types them, and as the file holds them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from terminal.domain.setting import NO, YES, Setting, SettingKind, parts_of
from terminal.storage.settings.problems import Found

K = SettingKind
_MOMENT: Final = "%Y-%m-%d %H:%M"
_HUNDRED: Final = Decimal(100)
_FIGURE: Final = re.compile(r"-?\d+(?:\.\d+)?")
_MUST_BE: Final = re.compile(r"\d+(?:\.\d+)?")


class NotAValue(ValueError):
    """What was typed is no value of this setting; the text follows the setting's title."""


def text_of(kind: SettingKind, value: Any) -> str:
    """Write a value of the file, or of the schema, as a person types it; "" for nothing."""
    if value is None:
        return ""
    match kind:
        case K.SHARE:
            return _plain(Decimal(str(value)) * _HUNDRED)
        case K.FIGURE | K.SECONDS:
            return _plain(Decimal(str(value)))
        case K.YES_NO:
            return YES if value else NO
        case K.SEVERAL:
            return ", ".join(map(str, value))
        case K.MOMENT if isinstance(value, datetime):
            return value.astimezone(UTC).strftime(_MOMENT)
        case _:
            return str(value)


def value_of(setting: Setting, text: str) -> Any:
    """Read what was typed; None for nothing, or for what is usual: then no line is needed.

    Raises:
        NotAValue: it cannot be read.
    """
    text = text.strip()
    if text == setting.usual or (not text and setting.kind is not K.SEVERAL):
        return None
    match setting.kind:
        case K.WHOLE:
            return _whole(text)
        case K.SHARE:
            return format(_figure(text.removesuffix("%")) / _HUNDRED, "f")
        case K.FIGURE:
            return format(_figure(text), "f")
        case K.SECONDS:
            return float(_figure(text))
        case K.YES_NO:
            return _yes_no(text)
        case K.CHOICE | K.SEVERAL:
            return _chosen(setting, text)
        case K.MOMENT:
            return _moment(text)
        case _:
            return text


def same(setting: Setting, one: str, other: str) -> bool:
    """Tell whether two texts mean the same."""
    try:
        return bool(value_of(setting, one) == value_of(setting, other))
    except NotAValue:
        return one == other


def in_words(setting: Setting, found: Found) -> Found:
    """Turn what the schema says of a share into per cent; `must be at most 0.5` becomes `must be at most 50 %`."""
    if setting.kind is not K.SHARE:
        return found
    words = _MUST_BE.sub(lambda each: f"{_plain(Decimal(each[0]) * _HUNDRED)} %", found.words)
    return replace(found, words=words)


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _figure(text: str) -> Decimal:
    plain = text.replace(",", "").strip()
    if not _FIGURE.fullmatch(plain):
        raise NotAValue("must be a number, such as 0.5")
    try:
        return Decimal(plain)
    except InvalidOperation:
        raise NotAValue("must be a number, such as 0.5") from None


def _whole(text: str) -> int:
    figure = _figure(text)
    if figure != int(figure):
        raise NotAValue("must be a whole number")
    return int(figure)


def _yes_no(text: str) -> bool:
    if text not in {YES, NO}:
        raise NotAValue("must be yes or no")
    return text == YES


def _chosen(setting: Setting, text: str) -> Any:
    known = [value for value, _ in setting.choices]
    parts = parts_of(text)
    strangers = [each for each in parts if each not in known]
    if strangers:
        raise NotAValue(f"may be {', '.join(known)}, not {strangers[0]}")
    return _in_order(known, parts) if setting.kind is K.SEVERAL else text


def _in_order(known: Sequence[str], parts: Sequence[str]) -> list[str]:
    return [each for each in known if each in parts]


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text.removesuffix("UTC").strip(), _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        raise NotAValue("is written YYYY-MM-DD HH:MM, in UTC; empty means not known") from None
