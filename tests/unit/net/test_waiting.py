"""Waiting for an event, with a limit on the virtual clock."""

import asyncio

import pytest

from helpers.fake_clock import ManualClock, settle
from terminal.net.waiting import wait_for


async def begin(event, clock, limit_s):
    task = asyncio.ensure_future(wait_for(event, clock, limit_s))
    await settle()
    return task


@pytest.mark.asyncio
async def test_an_event_ends_the_wait_at_once():
    clock, event = ManualClock(), asyncio.Event()
    task = await begin(event, clock, 5.0)
    assert not task.done()
    event.set()
    assert await task is True


@pytest.mark.asyncio
async def test_the_limit_is_the_clocks():
    clock, event = ManualClock(), asyncio.Event()
    task = await begin(event, clock, 5.0)
    await clock.advance(4.9)
    assert not task.done()
    await clock.advance(0.2)
    assert await task is False


@pytest.mark.asyncio
async def test_without_a_limit_only_the_event_ends_it():
    clock, event = ManualClock(), asyncio.Event()
    task = await begin(event, clock, None)
    await clock.advance(86_400)
    assert not task.done()
    event.set()
    assert await task is True


@pytest.mark.asyncio
async def test_cancelled_it_leaves_nothing_behind():
    clock, event = ManualClock(), asyncio.Event()
    before = asyncio.all_tasks()
    task = await begin(event, clock, 5.0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await settle()
    assert asyncio.all_tasks() == before
