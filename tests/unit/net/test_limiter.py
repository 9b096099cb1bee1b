"""Budgets: never above the limit in any window, cancels first, and the gate after 429."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from net_kit import FixedChance

from helpers.stepping_clock import SteppingClock
from terminal.domain.errors import RateLimited
from terminal.net.limiter import (
    EXIT_OVERDRAFT,
    GATE_CAP_S,
    GATE_EXIT_WINDOW_S,
    GATE_EXITS,
    Cost,
    Lane,
    RequestLimiter,
)
from terminal.net.windows import RollingWindow, Savings

ORDER = Cost(2, 5, order_call=True)
CANCEL = Cost(2, 3, order_call=True)


def limiter(fraction=0.0, **options):
    clock = SteppingClock()
    return RequestLimiter(clock, FixedChance(fraction), **options), clock


@given(st.lists(st.tuples(st.integers(1, 40), st.floats(0, 4)), min_size=1, max_size=60))
def test_window_is_never_overspent(spends):
    window, now_s, log = RollingWindow(100, 10.0), 0.0, []
    for amount, pause_s in spends:
        now_s += pause_s
        now_s += window.wait_s(amount, now_s)
        assert window.wait_s(amount, now_s) == 0
        window.spend(amount, now_s)
        log.append((now_s, amount))
        assert sum(spent for at_s, spent in log if at_s > now_s - 10) <= 100


def test_an_amount_that_never_fits_waits_for_ever():
    window = RollingWindow(10, 1.0)
    assert window.wait_s(11, 0.0) == float("inf")
    assert window.wait_s(9, 0.0, reserve=2) == float("inf")


@pytest.mark.asyncio
async def test_order_calls_stay_under_eight_a_second_with_room_for_cancels():
    subject, clock = limiter()
    for _ in range(6):
        await subject.acquire(ORDER, Lane.ORDER, max_wait_s=0)
    with pytest.raises(RateLimited):
        await subject.acquire(ORDER, Lane.ORDER, max_wait_s=0.5)
    await subject.acquire(CANCEL, Lane.EXIT, max_wait_s=0)
    await subject.acquire(CANCEL, Lane.EXIT, max_wait_s=0)
    with pytest.raises(RateLimited):
        await subject.acquire(CANCEL, Lane.EXIT, max_wait_s=0)
    assert clock.slept == []
    await subject.acquire(ORDER, Lane.ORDER, max_wait_s=2)
    assert sum(clock.slept) == pytest.approx(1.0, abs=0.01)


@pytest.mark.asyncio
async def test_reads_leave_weight_for_orders_and_both_for_cancelling_everything():
    subject, clock = limiter()
    for _ in range(25):
        await subject.acquire(Cost(10, 10), Lane.READ, max_wait_s=0)
    with pytest.raises(RateLimited):
        await subject.acquire(Cost(1), Lane.READ, max_wait_s=1)
    for _ in range(5):
        await subject.acquire(Cost(10, 10), Lane.ORDER, max_wait_s=0)
    with pytest.raises(RateLimited):
        await subject.acquire(Cost(2, 5), Lane.ORDER, max_wait_s=1)
    for _ in range(2):
        await subject.acquire(Cost(40, 50), Lane.EXIT, max_wait_s=0)
    assert (subject.used, subject.limit) == (400, 400)
    clock.advance(10)
    assert subject.used == 0


@pytest.mark.asyncio
async def test_both_buckets_count():
    subject, _ = limiter()
    await subject.acquire(Cost(ip=0, uid=250), Lane.READ, max_wait_s=0)
    await subject.acquire(Cost(ip=250), Lane.READ, max_wait_s=0)
    with pytest.raises(RateLimited):
        await subject.acquire(Cost(ip=0, uid=1), Lane.READ, max_wait_s=1)


@pytest.mark.asyncio
async def test_waiting_requests_all_get_through():
    subject, clock = limiter()
    await asyncio.gather(*(subject.acquire(Cost(50), Lane.READ, max_wait_s=60) for _ in range(20)))
    assert sum(clock.slept) >= 30
    assert subject.used <= 400


def test_n05_gate_honours_the_longer_of_both_pauses():
    subject, _ = limiter()
    assert subject.close_gate(45.0) == 45.0
    other, _ = limiter()
    assert other.close_gate(3.0) == 10.0


def test_n05_gate_is_capped_at_five_minutes():
    subject, _ = limiter()
    assert subject.close_gate(86_400.0) == GATE_CAP_S


def test_n06_pauses_grow_with_jitter_and_are_forgotten():
    subject, clock = limiter(fraction=0.5)
    pauses = []
    for _ in range(8):
        pauses.append(subject.close_gate(None))
        clock.advance(pauses[-1])
    assert pauses[:4] == [12.5, 25.0, 50.0, 100.0]
    assert pauses[-1] == 300.0
    clock.advance(61)
    assert subject.close_gate(None) == 12.5


@pytest.mark.asyncio
async def test_n07_answers_on_their_way_are_one_strike():
    subject, clock = limiter()
    first = subject.close_gate(None)
    clock.advance(1)
    assert subject.close_gate(None) == pytest.approx(first - 1)
    with pytest.raises(RateLimited) as caught:
        await subject.acquire(ORDER, Lane.ORDER, max_wait_s=100)
    assert caught.value.retry_after_s == pytest.approx(first - 1)
    clock.advance(first)
    assert subject.close_gate(None) == 20.0


@pytest.mark.asyncio
async def test_old_bars_leave_most_of_the_window_to_what_is_about_now():
    subject, _ = limiter()
    await subject.acquire(Cost(100), Lane.BULK, max_wait_s=0)
    with pytest.raises(RateLimited):
        await subject.acquire(Cost(1), Lane.BULK, max_wait_s=1)
    await subject.acquire(Cost(150), Lane.READ, max_wait_s=0)


@pytest.mark.asyncio
@pytest.mark.parametrize("lane", [Lane.BULK, Lane.READ, Lane.ORDER, Lane.CLOCK])
async def test_n05_a_closed_gate_holds_all_but_exits(lane):
    subject, clock = limiter()
    subject.close_gate(60.0)
    with pytest.raises(RateLimited):
        await subject.acquire(Cost(1), lane, max_wait_s=30)
    await subject.acquire(CANCEL, Lane.EXIT, max_wait_s=0)
    assert clock.slept == []


@pytest.mark.asyncio
async def test_n05_exits_pass_a_closed_gate_a_few_at_a_time_and_do_not_open_it():
    subject, clock = limiter()
    subject.close_gate(60.0)
    for _ in range(GATE_EXITS):
        await subject.acquire(Cost(1), Lane.EXIT, max_wait_s=0)
    with pytest.raises(RateLimited):
        await subject.acquire(Cost(1), Lane.EXIT, max_wait_s=0)
    await subject.acquire(Cost(1), Lane.EXIT, max_wait_s=3)
    assert sum(clock.slept) == pytest.approx(GATE_EXIT_WINDOW_S, abs=0.01)
    with pytest.raises(RateLimited):
        await subject.acquire(Cost(1), Lane.READ, max_wait_s=3)


@pytest.mark.asyncio
async def test_exits_may_use_what_the_venue_gives_beyond_our_own_limit():
    subject, clock = limiter()
    for _ in range(25):
        await subject.acquire(Cost(10, 10), Lane.READ, max_wait_s=0)
    await subject.acquire(Cost(50, 50), Lane.ORDER, max_wait_s=0)
    await subject.acquire(Cost(100, 100), Lane.CLOCK, max_wait_s=0)
    with pytest.raises(RateLimited):
        await subject.acquire(Cost(1), Lane.CLOCK, max_wait_s=0)
    await subject.acquire(Cost(EXIT_OVERDRAFT, EXIT_OVERDRAFT), Lane.EXIT, max_wait_s=0)
    with pytest.raises(RateLimited):
        await subject.acquire(Cost(1), Lane.EXIT, max_wait_s=0)
    assert clock.slept == []


@given(st.lists(st.tuples(st.integers(1, 30), st.floats(0, 9)), min_size=1, max_size=60))
def test_savings_are_paid_back_at_the_budgets_own_pace(spends):
    budget, now_s, log = Savings(5, 2.5, 25), 0.0, []
    for amount, pause_s in spends:
        now_s += pause_s
        now_s += budget.wait_s(amount, now_s)
        assert budget.wait_s(amount, now_s) == 0
        budget.spend(amount, now_s)
        log.append((now_s, amount))
        for since_s, _ in log:
            spent = sum(each for at_s, each in log if at_s >= since_s)
            assert spent <= 30 + 2 * (now_s - since_s) + 0.01


def test_what_was_saved_is_spent_at_once_and_then_each_waits_its_turn():
    budget = Savings(5, 2.5, 25)
    for _ in range(6):
        assert budget.wait_s(5, 10.0) == 0
        budget.spend(5, 10.0)
    assert budget.used == 5
    assert budget.wait_s(5, 10.0) == pytest.approx(2.5, abs=0.01)
    assert budget.wait_s(5, 12.501) == 0
    assert budget.wait_s(5, 10.0, reserve=26) == float("inf")
    budget.forget(100.0)
    assert budget.used == 0
