"""The same seed, times and orders give the same books, whatever the beat of the clock."""

from dataclasses import replace

import pytest

pytestmark = pytest.mark.asyncio


async def run(start, options, beats):
    async with start(options) as client:
        await client.place(size="0.002", presetStopLossPrice=client.price(off="-0.001"))
        await client.place(match_price="0", price=client.price(off="-0.0002"))
        for beat in beats:
            client.wait(beat)
        await client.place(type="3")
        seen = client.exchange.control.state()
        book = await client.public("depth", symbol="cmt_solusdt", limit=200)
        return {key: value for key, value in seen.items() if key not in {"calls", "version"}}, book


async def test_two_runs_agree(start, options):
    first = await run(start, options, [0.5] * 120)

    assert await run(start, options, [0.5] * 120) == first
    assert first[0]["fills"]


async def test_another_seed_is_another_market(start, options):
    _, first = await run(start, options, [1.0])
    _, second = await run(start, replace(options, seed=8), [1.0])

    assert first != second
