"""The tapped socket hands every message on unchanged, with the time its bytes were read."""

import asyncio
import time

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve

from terminal.app.bench.tapped import Tap

pytestmark = pytest.mark.asyncio
FRAMES = ['{"event":"ping"}', *(f'{{"event":"payload","channel":"ticker.{at}","data":[]}}' for at in range(5))]


async def test_messages_stamps_and_what_waits():
    seen = []
    tap = Tap(lambda channel, at_s: seen.append((channel, at_s)))
    sent, go_on = asyncio.Event(), asyncio.Event()

    async def venue(socket):
        for frame in FRAMES:
            await socket.send(frame)
        sent.set()
        await go_on.wait()

    before_s = time.perf_counter()
    async with serve(venue, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        kind = tap.kind()
        async with connect(f"ws://127.0.0.1:{port}", create_connection=kind, proxy=None, compression=None) as socket:
            await sent.wait()
            got = [await socket.recv() for _ in FRAMES]
            assert got == FRAMES
            assert tap.waiting() == (0, 0)
            assert tap.socket is socket
            go_on.set()
    assert [channel for channel, _ in seen] == ["", *(f"ticker.{at}" for at in range(5))]
    assert all(before_s < at_s <= time.perf_counter() for _, at_s in seen)
    assert (tap.messages, tap.opened) == (len(FRAMES), 1)
    assert tap.octets >= sum(map(len, FRAMES))


async def test_before_the_first_connection_nothing_waits():
    assert Tap(lambda channel, at_s: None).waiting() == (0, 0)
