"""The listen key of the private stream: one at a time, for a day, without renewal.

Asking for a new one ends the old one at once. Source: reference section 6.2.
"""

import hashlib
from collections.abc import Callable


class ListenKeys:
    """The one key that opens the private stream now.

    Args:
        seed: makes keys reproducible; they are worthless outside the loopback.
        life_ms: how long a key lives.
        now_ms: exchange time.
    """

    def __init__(self, seed: int, life_ms: int, now_ms: Callable[[], int]) -> None:
        self._seed = seed
        self._life_ms = life_ms
        self._now_ms = now_ms
        self._made = 0
        self._key = ""
        self._expires_ms = 0

    def new(self) -> tuple[str, int]:
        """(key, when it expires); the one before is dead."""
        self._made += 1
        text = f"loopback-woox/{self._seed}/listen/{self._made}/{self._now_ms()}"
        self._key = hashlib.sha256(text.encode()).hexdigest()[:48]
        self._expires_ms = self._now_ms() + self._life_ms
        return self._key, self._expires_ms

    def is_alive(self, key: str) -> bool:
        return bool(key) and key == self._key and self._now_ms() < self._expires_ms

    def expire(self) -> None:
        """End the present key before its time (a fault)."""
        self._key = ""
