"""Request budgets: rolling windows of weight and of order calls, and a gate for 429.

Venues count weight per address and per account, order calls per second, and some count calls
of one kind by themselves. We stay below their figures, and keep a part for what matters more:
an opening order never waits behind reads, and a cancel or an exit never waits behind either.
Exits may go up to a venue's own figure, and a few of them a second pass even while a 429 holds
back all else: a refusal costs them nothing, waiting may.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from terminal.domain.competition import SOFT_ORDER_CALLS_PER_S
from terminal.domain.errors import RateLimited
from terminal.net.windows import RollingWindow, Savings
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
_UNDER_WAY_S: Final = 0.05  # how often it is looked whether a call under way has ended


class Lane(Enum):
    """What a request is for: each may use what the ones above it leave in reserve."""

    BULK = "bulk"  # old bars for charts and training: may wait for a minute
    READ = "read"
    ORDER = "order"
    CLOCK = "clock"  # the venue's time: whatever is signed waits for it
    EXIT = "exit"  # cancels, orders that close, and the reads both need


@dataclass(frozen=True, slots=True)
class Budget:
    """So much in so many seconds. `kept_back` is what a lane must leave; below zero it may go over.

    A `strict` one counts a call until so long after its answer: then no jitter of the network can
    bring more calls to the venue within its window than it allows. With `saved` what is not used is
    kept, up to that much: a start may ask at once for what is then paid back at the budget's own pace.
    """

    limit: int
    window_s: float
    kept_back: Mapping[Lane, int] = field(default_factory=dict)
    strict: bool = False
    saved: int = 0


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one venue allows. `counted` names limits of single kinds of calls, see `Cost.counted`."""

    ip: Budget
    uid: Budget
    orders: Budget
    counted: Mapping[str, Budget] = field(default_factory=dict)
    gate_first_s: float = GATE_FIRST_S
    gate_cap_s: float = GATE_CAP_S


_WEIGHT: Final = Budget(
    WEIGHT_LIMIT,
    WEIGHT_WINDOW_S,
    {
        Lane.BULK: EXIT_RESERVE + ORDER_SHARE + READ_SHARE,
        Lane.READ: EXIT_RESERVE + ORDER_SHARE,
        Lane.ORDER: EXIT_RESERVE,
        Lane.EXIT: -EXIT_OVERDRAFT,
    },
)
WEEX_ALLOWANCE: Final = Allowance(
    ip=_WEIGHT,
    uid=_WEIGHT,
    orders=Budget(
        SOFT_ORDER_CALLS_PER_S, ORDER_WINDOW_S, {lane: ORDER_RESERVE for lane in Lane if lane is not Lane.EXIT}
    ),
)


@dataclass(frozen=True, slots=True)
class Cost:
    """Weight against the address and against the account.

    `order_call` counts to the cap of order calls; `counted` names limits in which the call counts as one.
    """

    ip: int
    uid: int = 0
    order_call: bool = False
    counted: tuple[str, ...] = ()


class _Spending:
    """One budget and what was spent of it."""

    def __init__(self, budget: Budget) -> None:
        self.window = (
            Savings(budget.limit, budget.window_s, budget.saved)
            if budget.saved
            else RollingWindow(budget.limit, budget.window_s)
        )
        self._kept_back = budget.kept_back
        self._is_strict = budget.strict
        self._under_way = 0

    def wait_s(self, amount: int, lane: Lane, now_s: float) -> float:
        if not amount:
            return 0.0
        wait_s = self.window.wait_s(amount, now_s, self._kept_back.get(lane, 0) + self._under_way)
        return min(wait_s, _UNDER_WAY_S) if self._under_way else wait_s

    def spend(self, amount: int, now_s: float) -> None:
        if self._is_strict:
            self._under_way += amount
        else:
            self.window.spend(amount, now_s)

    def settle(self, amount: int, now_s: float) -> None:
        """Take note that a call has ended."""
        if self._is_strict:
            self._under_way -= amount
            self.window.spend(amount, now_s)

    def share(self, now_s: float) -> float:
        """How much of it is used, as a fraction."""
        self.window.forget(now_s)
        return self.window.used / self.window.limit


class RequestLimiter:
    """One per venue account: every request passes here before it is signed."""

    def __init__(self, clock: Clock, chance: Chance, allowance: Allowance = WEEX_ALLOWANCE) -> None:
        self._clock = clock
        self._chance = chance
        self._allowance = allowance
        self._ip = _Spending(allowance.ip)
        self._uid = _Spending(allowance.uid)
        self._order_calls = _Spending(allowance.orders)
        self._counted = {name: _Spending(budget) for name, budget in allowance.counted.items()}
        self._through_gate = RollingWindow(GATE_EXITS, GATE_EXIT_WINDOW_S)
        self._gate_until_s = float("-inf")
        self._strikes = 0

    @property
    def limit(self) -> int:
        """Weight the fuller of the two buckets takes in its window."""
        return self._fuller().window.limit

    @property
    def used(self) -> int:
        """Weight used in the window, of the fuller of the two buckets."""
        return self._fuller().window.used

    @property
    def account(self) -> tuple[int, int]:
        """Weight used of the account's own bucket, and how much that takes in its window."""
        self._uid.window.forget(self._clock.monotonic_s())
        return self._uid.window.used, self._uid.window.limit

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

    def settle(self, cost: Cost) -> None:
        """Take note that a call that was let through has ended, however it did."""
        now_s = self._clock.monotonic_s()
        for spending, amount in self._parts(cost):
            spending.settle(amount, now_s)

    def close_gate(self, retry_after_s: float | None) -> float:
        """Stop all requests but exits after a 429; gives the pause in seconds.

        Answers that were already on their way while the gate is closed count as the same strike.
        """
        now_s = self._clock.monotonic_s()
        if now_s < self._gate_until_s:
            return self._gate_until_s - now_s
        if now_s - self._gate_until_s > _STRIKE_MEMORY_S:
            self._strikes = 0
        own_s = self._allowance.gate_first_s * (1 << self._strikes) * (1 + self._chance.fraction() / 2)
        self._strikes = min(self._strikes + 1, 5)
        pause_s = min(self._allowance.gate_cap_s, max(own_s, retry_after_s or 0.0))
        self._gate_until_s = now_s + pause_s
        return pause_s

    def _fuller(self) -> _Spending:
        now_s = self._clock.monotonic_s()
        return max(self._ip, self._uid, key=lambda spending: spending.share(now_s))

    def _parts(self, cost: Cost) -> list[tuple[_Spending, int]]:
        """Give every budget a call touches, with how much it takes."""
        parts = [(self._ip, cost.ip), (self._uid, cost.uid), (self._order_calls, int(cost.order_call))]
        return parts + [(self._counted[name], 1) for name in cost.counted]

    def _wait_s(self, cost: Cost, lane: Lane, now_s: float) -> float:
        return max(spending.wait_s(amount, lane, now_s) for spending, amount in self._parts(cost))

    def _spend(self, cost: Cost, now_s: float) -> None:
        for spending, amount in self._parts(cost):
            spending.spend(amount, now_s)
