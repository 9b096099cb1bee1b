"""Misbehaviour of the matching engine, which every order desk knows."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(slots=True)
class MatchingFaults:
    """Off by default.

    late_ms: accepted orders reach the book only after this much exchange time.
    partial: the share of an order that is matched at once; the rest of a
        resting order follows after `late_ms`, the rest of any other is cancelled.
    count: how many orders it still applies to (-1 = until switched off).
    """

    late_ms: int = 0
    partial: Decimal | None = None
    count: int = 0

    def take(self) -> tuple[int, Decimal | None]:
        """What applies to the next order."""
        if self.count == 0:
            return 0, None
        self.count -= self.count > 0
        return self.late_ms, self.partial
