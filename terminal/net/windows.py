"""How much was spent of a budget: in a rolling window, or with what was not used saved for later."""

import math
from collections import deque
from typing import Final

_TICK_S: Final = 0.001  # step past a window's edge instead of landing on it


class RollingWindow:
    """How much was spent in the last `length_s` seconds."""

    def __init__(self, limit: int, length_s: float) -> None:
        self.limit = limit
        self.length_s = length_s
        self.used = 0
        self._spent: deque[tuple[float, int]] = deque()

    def forget(self, now_s: float) -> None:
        """Drop what has left the window."""
        while self._spent and self._spent[0][0] <= now_s - self.length_s:
            self.used -= self._spent.popleft()[1]

    def wait_s(self, amount: int, now_s: float, reserve: int = 0) -> float:
        """Give how long until `amount` fits, leaving `reserve` free; inf when it never will."""
        self.forget(now_s)
        room = self.limit - reserve
        if amount > room:
            return float("inf")
        excess = self.used + amount - room
        if excess <= 0:
            return 0.0
        for at_s, spent in self._spent:
            excess -= spent
            if excess <= 0:
                return at_s + self.length_s - now_s + _TICK_S
        return float("inf")

    def spend(self, amount: int, now_s: float) -> None:
        if amount:
            self._spent.append((now_s, amount))
            self.used += amount


class Savings:
    """As `RollingWindow`, but what was not used in earlier windows may be used later, up to `saved` on top."""

    def __init__(self, limit: int, length_s: float, saved: int) -> None:
        self.limit = limit
        self.length_s = length_s
        self._saved = saved
        self._debt = 0.0  # spent and not paid back yet
        self._at_s = float("-inf")

    @property
    def used(self) -> int:
        """How much of one window's limit is used, beyond what was saved."""
        return max(0, math.ceil(self._debt) - self._saved)

    def forget(self, now_s: float) -> None:
        """Pay back what has become due."""
        if now_s > self._at_s:
            self._debt = max(0.0, self._debt - (now_s - self._at_s) * self.limit / self.length_s)
            self._at_s = now_s

    def wait_s(self, amount: int, now_s: float, reserve: int = 0) -> float:
        """Give how long until `amount` fits, leaving `reserve` free; inf when it never will."""
        self.forget(now_s)
        room = self.limit + self._saved - reserve
        if amount > room:
            return float("inf")
        excess = self._debt + amount - room
        return excess * self.length_s / self.limit + _TICK_S if excess > 0 else 0.0

    def spend(self, amount: int, now_s: float) -> None:
        self.forget(now_s)
        self._debt += amount
