"""Random numbers and fresh ids, as a port: seeded in tests and simulations."""

from typing import Protocol


class Chance(Protocol):
    def token(self, length: int) -> str:
        """Give `length` characters of [a-z0-9]."""
        ...

    def fraction(self) -> float:
        """Give a number in [0, 1), for jitter."""
        ...
