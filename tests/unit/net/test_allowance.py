"""Budgets of other venues than the competition's: limits of their own, and strict ones."""

import asyncio

import pytest
from net_kit import FixedChance

from helpers.fake_clock import ManualClock, settle
from helpers.stepping_clock import SteppingClock
from terminal.domain.errors import RateLimited
from terminal.net.limiter import Allowance, Budget, Cost, Lane, RequestLimiter

pytestmark = pytest.mark.asyncio
QUERY = Cost(0, 1, counted=("queries",))
HEAVY = Cost(0, 5, counted=("queries",))


def limiter(clock, **changes):
    base = {
        "ip": Budget(10, 1.0, {Lane.BULK: 5}),
        "uid": Budget(5, 2.5),
        "orders": Budget(8, 1.0),
        "counted": {"queries": Budget(2, 1.0)},
        "gate_first_s": 60.0,
    }
    return RequestLimiter(clock, FixedChance(0.0), Allowance(**(base | changes)))


async def test_a_limit_of_one_kind_of_calls():
    clock = SteppingClock()
    subject = limiter(clock)
    for _ in range(2):
        await subject.acquire(QUERY, Lane.READ, max_wait_s=0)
    with pytest.raises(RateLimited):
        await subject.acquire(QUERY, Lane.READ, max_wait_s=0.5)
    await subject.acquire(Cost(1), Lane.READ, max_wait_s=0)  # others are not held up by it
    await subject.acquire(QUERY, Lane.READ, max_wait_s=2)
    assert sum(clock.slept) == pytest.approx(1.0, abs=0.01)


async def test_weight_and_number_are_both_held():
    clock = SteppingClock()
    subject = limiter(clock)
    await subject.acquire(HEAVY, Lane.READ, max_wait_s=0)
    await subject.acquire(QUERY, Lane.READ, max_wait_s=9)
    assert sum(clock.slept) == pytest.approx(2.5, abs=0.01)


async def test_the_gate_stays_closed_as_long_as_this_venue_wants():
    assert limiter(SteppingClock()).close_gate(None) == 60.0


async def test_the_fuller_bucket_is_told():
    subject = limiter(SteppingClock())
    await subject.acquire(Cost(4), Lane.READ, max_wait_s=0)
    assert (subject.used, subject.limit) == (4, 10)
    await subject.acquire(Cost(0, 3), Lane.READ, max_wait_s=0)
    assert (subject.used, subject.limit) == (3, 5)


async def test_a_strict_budget_counts_a_call_until_after_its_answer():
    """However late the venue takes two calls, a third never reaches it within their window."""
    clock = ManualClock()
    subject = limiter(clock, counted={"queries": Budget(2, 1.0, strict=True)}, uid=Budget(100, 1.0))
    sent = []

    async def call(lasts_s):
        await subject.acquire(QUERY, Lane.READ, max_wait_s=30)
        sent.append(clock.monotonic_s())
        await clock.sleep(lasts_s)
        subject.settle(QUERY)

    began_s = clock.monotonic_s()
    tasks = [asyncio.create_task(call(3.0)) for _ in range(4)]
    await clock.advance(20.0)
    await settle()
    assert all(task.done() for task in tasks)
    assert [round(at_s - began_s) for at_s in sent] == [0, 0, 4, 4]


async def test_a_strict_budget_is_free_again_after_calls_that_failed():
    clock = SteppingClock()
    subject = limiter(clock, counted={"queries": Budget(1, 1.0, strict=True)})
    await subject.acquire(QUERY, Lane.READ, max_wait_s=0)
    with pytest.raises(RateLimited):
        await subject.acquire(QUERY, Lane.READ, max_wait_s=0)
    subject.settle(QUERY)
    await subject.acquire(QUERY, Lane.READ, max_wait_s=2)
