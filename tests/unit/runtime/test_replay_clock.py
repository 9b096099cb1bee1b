import asyncio

import pytest

from terminal.runtime.replay_clock import FASTEST, ReplayClock

START_MS = 1_795_000_000_000


def test_the_markets_time_goes_on_only_where_it_is_moved() -> None:
    clock = ReplayClock(START_MS, 50.0)
    assert clock.now_ms() == START_MS
    clock.move_to(START_MS + 500)
    clock.move_to(START_MS + 100)
    assert clock.now_ms() == START_MS + 500
    with pytest.raises(ValueError, match="moved by what is played"):
        clock.shift(5.0)


def test_the_speed_stays_within_what_can_be_played() -> None:
    clock = ReplayClock(START_MS, 50.0)
    clock.set_speed(5_000.0)
    assert clock.speed == FASTEST
    clock.set_speed(0.0)
    assert clock.speed > 0


@pytest.mark.asyncio
async def test_while_it_is_paused_the_operators_time_stands_and_sleepers_wait() -> None:
    clock = ReplayClock(START_MS, 50.0)
    clock.pause()
    before_s = clock.monotonic_s()
    sleeper = asyncio.create_task(clock.sleep(0.01))
    done, _ = await asyncio.wait({sleeper}, timeout=0.15)
    assert not done
    assert clock.monotonic_s() == before_s
    clock.go_on()
    async with asyncio.timeout(5):
        await sleeper
    assert clock.monotonic_s() > before_s
    clock.go_on()  # a second time changes nothing
    assert clock.monotonic_s() >= before_s
