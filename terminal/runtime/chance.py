"""The operating system's random numbers behind the port."""

import random
from string import ascii_lowercase, digits

ALPHABET = digits + ascii_lowercase


class SystemChance:
    """Unseeded chance for real runs; give a seed to repeat one."""

    def __init__(self, seed: int | None = None) -> None:
        self._random = random.SystemRandom() if seed is None else random.Random(seed)  # noqa: S311 - a seed is for tests

    def token(self, length: int) -> str:
        return "".join(self._random.choices(ALPHABET, k=length))

    def fraction(self) -> float:
        return self._random.random()
