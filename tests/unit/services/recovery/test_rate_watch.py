"""N7: ten answers "too many requests" within a minute stop openings until a person has looked."""

import pytest

from helpers.fake_world import World
from terminal.domain.commands import SetTradingState
from terminal.domain.messages import Level, Notice
from terminal.domain.risk import TradingState
from terminal.ports.market_feed import LinkHealth


async def world_with_link() -> tuple[World, list[int]]:
    """A world whose link reports the count in the list."""
    world, count = World(), [0]
    world.feed.health = lambda: LinkHealth(2.0, 20.0, 10, 500, count[0])
    await world.start()
    await world.clock.advance(5)
    return world, count


async def slowly(world: World, count: list[int], times: int, gap_s: float) -> None:
    for _ in range(times):
        count[0] += 1
        await world.clock.advance(gap_s)


@pytest.mark.asyncio
@pytest.mark.parametrize("gap_s", [0, 6])
async def test_n7_ten_within_a_minute_reduce_only_with_one_alarm(gap_s):
    world, count = await world_with_link()
    await slowly(world, count, 9, gap_s)
    await world.clock.advance(1)
    assert world.engine.trading_state is TradingState.ACTIVE
    await slowly(world, count, 1, 2)
    assert world.engine.trading_state is TradingState.REDUCE_ONLY
    assert "ask too often" in world.engine._switch.reason
    await slowly(world, count, 200, 0.1)
    alarms = [each for each in world.of(Notice) if "ask too often" in each.text and each.level is Level.ERROR]
    assert len(alarms) == 1
    await world.close()


@pytest.mark.asyncio
async def test_n7_ten_over_a_longer_time_are_the_gates_business_alone():
    world, count = await world_with_link()
    await slowly(world, count, 40, 7)
    assert world.engine.trading_state is TradingState.ACTIVE
    await world.close()


@pytest.mark.asyncio
async def test_n7_a_persons_word_holds_until_ten_more():
    world, count = await world_with_link()
    await slowly(world, count, 10, 1)
    assert world.engine.trading_state is TradingState.REDUCE_ONLY
    world.engine.post(SetTradingState(TradingState.ACTIVE, "ann"))
    await slowly(world, count, 9, 1)
    assert world.engine.trading_state is TradingState.ACTIVE
    await slowly(world, count, 1, 2)
    assert world.engine.trading_state is TradingState.REDUCE_ONLY
    await world.close()


@pytest.mark.asyncio
async def test_n7_the_same_words_again_and_again_do_not_bury_the_rest():
    world, _ = await world_with_link()
    reporter = world.engine._reporter
    for number in range(250):
        reporter.notice(Level.WARNING, "storm", "the same")
        if number == 100:
            reporter.notice(Level.WARNING, "storm", "something else")
    told = [each.text for each in world.of(Notice) if each.source == "storm"]
    assert told == [
        *["The same."] * 5,
        "The same. Said 10 times within a minute.",
        "The same. Said 100 times within a minute.",
        "Something else.",
    ]
    await world.clock.advance(61)
    reporter.notice(Level.WARNING, "storm", "the same")
    assert world.of(Notice)[-1].text == "The same."
    await world.close()
