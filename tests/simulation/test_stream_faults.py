"""Stream and market-data faults S1 to S14 of the catalogue, through the real adapter and engine."""

import asyncio

import orjson
import pytest

from simulation.calm_market import PAIRS
from simulation.kit import Desk, play
from terminal.domain.instrument import perpetual
from terminal.domain.market import OrderBook
from terminal.domain.order import OrderState
from terminal.domain.risk import TradingState

BTC = perpetual("BTC")


def push(desk: Desk, frame: object, *, private: bool = False) -> None:
    """Put a frame of our own on a stream."""
    text = frame if isinstance(frame, str) else orjson.dumps(frame).decode()
    for socket in desk.world.network.sockets:
        if socket._is_private is private:
            socket._inbox.put_nowait(text)


def quote(desk: Desk):
    return desk.engine.core.hub.quote(BTC)


def test_s1_a_gap_in_a_book_drops_it_until_it_is_read_anew():
    async def story(desk: Desk) -> None:
        books = len(desk.world.of(OrderBook))
        desk.world.venue.faults.add(_fault("depth_gap"))
        await desk.until(lambda: any(not book.synchronised for book in desk.world.of(OrderBook)[books:]), 20)
        await desk.until(lambda: quote(desk).bid is not None, 4)

    play(story)


@pytest.mark.parametrize("kind", ["repeat", "swap", "delay", "drop", "garble"])
def test_s2_private_events_that_come_twice_late_or_never_end_in_the_truth(kind):
    async def story(desk: Desk) -> None:
        desk.weather.on_private = 0.5
        desk.weather.frame = lambda **who: kind if who["is_private"] and desk.weather.random.random() < 0.5 else None
        for _ in range(4):
            await desk.open(wait_s=3.0)
            await desk.close(wait_s=4.0)
        del desk.weather.frame
        assert desk.engine.core.ledger.illegal_transitions == 0

    play(story)


def test_s3_a_silent_stream_goes_stale_blocks_orders_and_is_opened_anew():
    async def story(desk: Desk) -> None:
        desk.world.network.silent_until_s = desk.world.loop.time() + 70
        await asyncio.sleep(15)
        assert quote(desk).age_s > 10
        old = list(desk.world.network.sockets)
        await asyncio.sleep(60)
        assert not set(old) & set(desk.world.network.sockets)
        await desk.until(lambda: desk.engine.trading_state is TradingState.ACTIVE, 60)

    play(story)


def test_s4_a_thousand_drops_leave_one_socket_a_stream_and_few_attempts():
    async def story(desk: Desk) -> None:
        tasks = len(asyncio.all_tasks())
        for _ in range(1_000):
            desk.world.network.cut_streams()
            await asyncio.sleep(0.3)
        await asyncio.sleep(90)
        assert len(desk.world.network.sockets) == 2
        assert len(asyncio.all_tasks()) <= tasks + 4

    play(story)


def test_s5_latest_wins_for_prices_and_every_private_event_counts():
    async def story(desk: Desk) -> None:
        for step in range(200):
            desk.world.market.shock("BTC", 0.00001 * (1 if step % 2 else -1))
            desk.world.streams.push()
        await asyncio.sleep(3.0)
        assert quote(desk).last is not None
        await desk.open(wait_s=3.0)

    play(story)


def test_s7_a_stranger_in_the_stream_changes_nothing():
    async def story(desk: Desk) -> None:
        before = quote(desk).last
        frame = {
            "event": "payload",
            "channel": "ticker.cmt_pepeusdt",
            "data": [{"symbol": "cmt_pepeusdt", "lastPrice": "1"}],
        }
        push(desk, frame)
        await asyncio.sleep(0.1)
        assert quote(desk).last == before

    play(story)


@pytest.mark.parametrize("price", ["NaN", "Infinity", "1e400", "-1", "0", "-0"])
def test_s8_impossible_numbers_never_become_prices(price):
    async def story(desk: Desk) -> None:
        push(desk, _ticker(price if price in {"NaN", "Infinity", "1e400"} else f'"{price}"'))
        await asyncio.sleep(0.1)
        assert quote(desk).last > 1

    play(story)


@pytest.mark.parametrize("price", ["６００００", "60_000", " 60000 ", "6e4", "+60000"])
def test_s9_numbers_in_fancy_dress_never_become_prices(price):
    async def story(desk: Desk) -> None:
        before = quote(desk).last
        push(desk, _ticker(f'"{price}"'))
        await asyncio.sleep(0.05)
        assert quote(desk).last == before

    play(story)


def test_s10_a_crossed_or_torn_market_lets_nothing_open():
    from terminal.services.risk.checks.price import r8_market_order, r10_references
    from terminal.services.risk.context import RiskStage

    async def story(desk: Desk) -> None:
        from dataclasses import replace

        order = await desk.open(wait_s=3.0)
        context = desk.engine.core.facts.context(order.terms, RiskStage.FINAL, None)
        crossed = replace(context, quote=replace(context.quote, bid=context.quote.ask + 1))
        assert not r8_market_order(crossed).passed
        torn = replace(context, quote=replace(context.quote, last=context.quote.mark * 11 / 10))
        assert not r10_references(torn).passed

    play(story)


@pytest.mark.parametrize("off_ms", [-3_600_000, 86_400_000])
def test_s11_the_time_in_a_message_does_not_make_it_fresh(off_ms):
    async def story(desk: Desk) -> None:
        desk.world.venue.clock.skew_ms = off_ms
        await asyncio.sleep(5)
        assert quote(desk).age_s < 5
        desk.world.network.silent_until_s = desk.world.loop.time() + 30
        await asyncio.sleep(20)
        assert quote(desk).age_s > 15
        desk.world.venue.clock.skew_ms = 0

    play(story)


def test_s12_a_fill_before_the_answer_is_held_and_booked():
    async def story(desk: Desk) -> None:
        order = await desk.open("late", wait_s=0.1)
        await desk.until(lambda: desk.again(order).filled_size > 0, 3)
        await asyncio.sleep(12)
        assert desk.again(order).state is OrderState.FILLED
        assert desk.engine.core.ledger.filled_sum(order.client_order_id) == order.terms.size

    play(story)


@pytest.mark.parametrize("frame", ["[" * 100_000, '{"a":' * 50_000, "x" * 900_000])
def test_s13_a_frame_of_nonsense_is_dropped_and_the_stream_lives(frame):
    async def story(desk: Desk) -> None:
        push(desk, frame)
        push(desk, frame, private=True)
        await asyncio.sleep(3)
        order = await desk.open(wait_s=4.0)
        assert desk.again(order).state is OrderState.FILLED

    play(story)


def test_s14_nothing_of_an_old_connection_is_heard_after_a_new_one():
    async def story(desk: Desk) -> None:
        old = list(desk.world.network.sockets)
        desk.world.network.cut_streams()
        await asyncio.sleep(20)
        before = quote(desk).last
        for socket in old:
            socket._inbox.put_nowait(_ticker('"1.0"'))
        await asyncio.sleep(0.1)
        assert quote(desk).last >= before / 2

    play(story)


def _fault(kind: str):
    from terminal.sim.serving.faults import Fault

    return Fault(kind)


def _ticker(price: str) -> str:
    symbol = f"cmt_{PAIRS[0].lower()}usdt"
    fields = {
        "symbol": symbol,
        "priceChange": "0",
        "priceChangePercent": "0",
        "trades": "1",
        "size": "1",
        "value": "1",
        "high": "60001",
        "low": "59999",
        "markPrice": "60000",
    }
    rows = orjson.dumps(fields).decode()[:-1] + f',"lastPrice":{price}}}'
    return f'{{"event":"payload","channel":"ticker.{symbol}","data":[{rows}]}}'
