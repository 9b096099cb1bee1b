"""Ids we make: fixed length, sortable by time, [a-z0-9] only so that every venue takes them."""

from typing import Final

from terminal.ports.chance import Chance

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
INSTANCE_CHARS: Final = 4
_TIME_CHARS: Final = 10
_RANDOM_CHARS: Final = 18
_LENGTH: Final = INSTANCE_CHARS + _TIME_CHARS + _RANDOM_CHARS
_EARLIEST_MS: Final = 1_500_000_000_000  # 2017, and 2128: no id of ours was made outside of this
_LATEST_MS: Final = 5_000_000_000_000


def base36(value: int, width: int) -> str:
    """Write a non-negative number in base 36, padded with zeros to `width`."""
    text = ""
    while value:
        value, digit = divmod(value, 36)
        text = _DIGITS[digit] + text
    return text.rjust(width, "0")


def client_order_id(instance: str, now_ms: int, chance: Chance) -> str:
    """Give 32 characters: 4 of the instance, 10 of time, 18 of chance."""
    return f"{instance}{base36(now_ms, _TIME_CHARS)}{chance.token(_RANDOM_CHARS)}"


def instance_of(client_order_id: str) -> str | None:
    """Give the run that made an id; None when it does not look like one of `client_order_id`."""
    if len(client_order_id) != _LENGTH or not set(client_order_id) <= set(_DIGITS):
        return None
    made_ms = int(client_order_id[INSTANCE_CHARS : INSTANCE_CHARS + _TIME_CHARS], 36)
    return client_order_id[:INSTANCE_CHARS] if _EARLIEST_MS <= made_ms <= _LATEST_MS else None


def fresh_id(kind: str, now_ms: int, chance: Chance) -> str:
    """Give an id for our own records, e.g. `cycle-0m3x8k2ab-4f7k2q`."""
    return f"{kind}-{base36(now_ms, 9)}-{chance.token(6)}"
