"""What models cost, kept for the length of a test."""

from decimal import Decimal


class MemorySpend:
    """A `SpendBook` that forgets."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, str], Decimal] = {}

    def spent(self, name: str, day: str) -> Decimal:
        return self._sums.get((name, day), Decimal(0))

    def add(self, name: str, day: str, usd: Decimal) -> None:
        self._sums[name, day] = self.spent(name, day) + usd
