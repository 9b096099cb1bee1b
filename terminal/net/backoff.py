"""Growing waits with full jitter, so that many clients do not come back together."""

from terminal.ports.chance import Chance


class Backoff:
    """Waits between attempts: the ceiling doubles up to a cap, the wait is drawn below it."""

    def __init__(self, chance: Chance, *, first_s: float, cap_s: float, floor_s: float = 0.0) -> None:
        """`floor_s` keeps a lucky draw from becoming a hammer."""
        self._chance = chance
        self._first_s = first_s
        self._cap_s = cap_s
        self._floor_s = floor_s
        self._ceiling_s = first_s

    def next_s(self) -> float:
        """Draw the next wait in seconds and widen the range for the one after."""
        drawn = self._chance.fraction() * self._ceiling_s
        self._ceiling_s = min(self._cap_s, self._ceiling_s * 2)
        return max(self._floor_s, drawn)

    def reset(self) -> None:
        """Start again from the shortest range: the last attempt worked."""
        self._ceiling_s = self._first_s
