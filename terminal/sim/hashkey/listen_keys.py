"""Listen keys: whoever knows one hears the account, for 60 minutes from its last renewal.

Source: reference section 8. A new key does not end the ones before it.
"""

import hashlib
from collections.abc import Callable

LIFE_MS = 3_600_000
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class ListenKeys:
    """The keys in force.

    Args:
        seed: keys follow from it and from the time they are made at.
        now_ms: exchange time.
    """

    def __init__(self, seed: int, now_ms: Callable[[], int]) -> None:
        self._seed = seed
        self._now_ms = now_ms
        self._ends_ms: dict[str, int] = {}
        self._made = 0

    def make(self) -> str:
        self._made += 1
        digest = hashlib.sha512(f"listen/{self._seed}/{self._now_ms()}/{self._made}".encode()).digest()
        key = "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest)
        self._ends_ms[key] = self._now_ms() + LIFE_MS
        return key

    def renew(self, key: str) -> bool:
        """Give a key another 60 minutes; False when it is not in force."""
        if not self.is_valid(key):
            return False
        self._ends_ms[key] = self._now_ms() + LIFE_MS
        return True

    def end(self, key: str) -> bool:
        """Take a key back; False when it is not in force."""
        was_valid = self.is_valid(key)
        self._ends_ms.pop(key, None)
        return was_valid

    def end_all(self) -> None:
        self._ends_ms.clear()

    def is_valid(self, key: str) -> bool:
        return self._now_ms() < self._ends_ms.get(key, 0)
