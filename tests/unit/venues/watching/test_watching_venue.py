"""Without its key a venue can be watched and nothing else."""

import asyncio

import pytest

from helpers.builders import BTC, make_terms
from terminal.domain.errors import AuthFailed, RequestRejected
from terminal.domain.market import StreamState
from terminal.ports.venue import NotSent, PreparedOrder
from terminal.venues.watching.adapter import WatchingVenue

pytestmark = pytest.mark.asyncio
WHY = "The vault is locked. Unlock it and start again."


async def test_nothing_can_be_sent():
    venue = WatchingVenue("WEEX", WHY)
    with pytest.raises(RequestRejected, match="vault is locked"):
        venue.prepare_order("c", make_terms())
    outcome = await venue.submit_order(PreparedOrder("c", "/order", b"{}", is_exit=False))
    assert outcome == NotSent(WHY)
    assert not venue.is_simulated


async def test_nothing_can_be_read_of_the_account():
    venue = WatchingVenue("WEEX", WHY)
    for question in (
        venue.balance(),
        venue.positions(),
        venue.open_orders(),
        venue.order("1"),
        venue.fills(None, 0),
        venue.order_history(BTC, 0),
        venue.trigger_orders(None),
        venue.leverage(BTC),
        venue.set_leverage(BTC, 3),
        venue.cancel_order(BTC, "1"),
        venue.cancel_all(None),
        venue.upload_ai_log(b"{}"),
    ):
        with pytest.raises(AuthFailed, match="vault is locked"):
            await question


async def test_the_account_stream_says_why_it_is_down():
    heard = []
    running = asyncio.ensure_future(WatchingVenue("WEEX", WHY).run_private(heard.append))
    await asyncio.sleep(0)
    assert heard == [StreamState("private", connected=False, detail=WHY)]
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
