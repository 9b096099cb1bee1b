"""Request budgets: rolling windows of weight and of order calls, and a gate for 429.

The venue counts weight per address and per account, and order calls per second. We stay
below its figures, and keep a part for what matters more: an opening order never waits
behind reads, and a cancel or an exit never waits behind either. Exits may go up to the
venue's own figure, and a few of them a second pass even while a 429 holds back all else: a
refusal costs them nothing, waiting may.
"""

from collections import deque
from dataclasses import dataclass
from enum import Enum
from typing import Final

from terminal.domain.competition import SOFT_ORDER_CALLS_PER_S
from terminal.domain.errors import RateLimited
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock

WEIGHT_LIMIT: Final = 400
WEIGHT_WINDOW_S: Final = 10.0
EXIT_RESERVE: Final = 100  # cancelling everything, resting and trigger orders, costs this much
EXIT_OVERDRAFT: Final = 100  # up to 500 in 10 s, the strictest figure the venue's documents give
ORDER_SHARE: Final = 50  # what reads leave to opening orders on top of it
READ_SHARE: Final = 150  # what old bars leave to everything that is about now
ORDER_WINDOW_S: Final = 1.0
ORDER_RESERVE: Final = 2
GATE_FIRST_S: Final = 10.0
GATE_CAP_S: Final = 300.0
GATE_EXITS: Final = 8  # exits that may pass a closed gate within `GATE_EXIT_WINDOW_S`
GATE_EXIT_WINDOW_S: Final = 2.0
_STRIKE_MEMORY_S: Final = 60.0
_TICK_S: Final = 0.001  # step past a window's edge instead of landing on it


class Lane(Enum):
    """What a request is for: each may use what the ones above it leave in reserve."""

    BULK = "bulk"  # old bars for charts and training: may wait for a minute
    READ = "read"
    ORDER = "order"
    CLOCK = "clock"  # the venue's time: whatever is signed waits for it
    EXIT = "exit"  # cancels, orders that close, and the reads both need


_KEPT_BACK: Final = {
    Lane.BULK: EXIT_RESERVE + ORDER_SHARE + READ_SHARE,
    Lane.READ: EXIT_RESERVE + ORDER_SHARE,
    Lane.ORDER: EXIT_RESERVE,
    Lane.CLOCK: 0,
    Lane.EXIT: -EXIT_OVERDRAFT,
}


@dataclass(frozen=True, slots=True)
class Cost:
    """Weight against the address and against the account; `order_call` counts to the per-second cap."""

    ip: int
    uid: int = 0
    order_call: bool = False


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


class RequestLimiter:
    """One per venue account: every request passes here before it is signed."""

    def __init__(self, clock: Clock, chance: Chance, *, weight_limit: int = WEIGHT_LIMIT) -> None:
        self._clock = clock
        self._chance = chance
        self._ip = RollingWindow(weight_limit, WEIGHT_WINDOW_S)
        self._uid = RollingWindow(weight_limit, WEIGHT_WINDOW_S)
        self._order_calls = RollingWindow(SOFT_ORDER_CALLS_PER_S, ORDER_WINDOW_S)
        self._through_gate = RollingWindow(GATE_EXITS, GATE_EXIT_WINDOW_S)
        self._gate_until_s = float("-inf")
        self._strikes = 0

    @property
    def limit(self) -> int:
        return self._ip.limit

    @property
    def used(self) -> int:
        """Weight used in the window, of the fuller of the two buckets."""
        now_s = self._clock.monotonic_s()
        self._ip.forget(now_s)
        self._uid.forget(now_s)
        return max(self._ip.used, self._uid.used)

    async def acquire(self, cost: Cost, lane: Lane, *, max_wait_s: float) -> None:
        """Wait for room and spend it.

        Raises:
            RateLimited: the gate is closed (to all but exits) or no room comes in time; nothing was sent.
        """
        deadline_s = self._clock.monotonic_s() + max_wait_s
        while True:
            now_s = self._clock.monotonic_s()
            gate_s = self._gate_until_s - now_s
            if gate_s > 0 and lane is not Lane.EXIT:
                raise RateLimited(
                    f"The venue asked us to slow down; nothing is sent for another {gate_s:.0f} s.",
                    retry_after_s=gate_s,
                )
            wait_s = self._wait_s(cost, lane, now_s)
            if gate_s > 0:
                wait_s = max(wait_s, self._through_gate.wait_s(1, now_s))
            if wait_s <= 0:
                self._spend(cost, now_s)
                self._through_gate.spend(1 if gate_s > 0 else 0, now_s)
                return
            if now_s + wait_s > deadline_s:
                raise RateLimited("Our own request budget is used up; wait a moment.", retry_after_s=wait_s)
            await self._clock.sleep(wait_s)

    def close_gate(self, retry_after_s: float | None) -> float:
        """Stop all requests but exits after a 429; gives the pause in seconds.

        Answers that were already on their way while the gate is closed count as the same strike.
        """
        now_s = self._clock.monotonic_s()
        if now_s < self._gate_until_s:
            return self._gate_until_s - now_s
        if now_s - self._gate_until_s > _STRIKE_MEMORY_S:
            self._strikes = 0
        own_s = GATE_FIRST_S * (1 << self._strikes) * (1 + self._chance.fraction() / 2)
        self._strikes = min(self._strikes + 1, 5)
        pause_s = min(GATE_CAP_S, max(own_s, retry_after_s or 0.0))
        self._gate_until_s = now_s + pause_s
        return pause_s

    def _wait_s(self, cost: Cost, lane: Lane, now_s: float) -> float:
        weight_reserve = _KEPT_BACK[lane]
        waits = [
            self._ip.wait_s(cost.ip, now_s, weight_reserve),
            self._uid.wait_s(cost.uid, now_s, weight_reserve),
        ]
        if cost.order_call:
            waits.append(self._order_calls.wait_s(1, now_s, 0 if lane is Lane.EXIT else ORDER_RESERVE))
        return max(waits)

    def _spend(self, cost: Cost, now_s: float) -> None:
        self._ip.spend(cost.ip, now_s)
        self._uid.spend(cost.uid, now_s)
        self._order_calls.spend(1 if cost.order_call else 0, now_s)
