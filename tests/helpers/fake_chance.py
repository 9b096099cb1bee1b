"""Seeded chance."""

import random
import string


class SeededChance:
    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)  # noqa: S311 - reproducible on purpose

    def token(self, length: int) -> str:
        return "".join(self._random.choices(string.ascii_lowercase + string.digits, k=length))

    def fraction(self) -> float:
        return self._random.random()
