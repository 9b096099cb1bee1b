"""What a link does for every venue: heartbeats of ours, lists of frames, ends on request, openings and refusals."""

import asyncio
import json
from contextlib import asynccontextmanager
from http import HTTPStatus

import pytest
from websockets.asyncio.server import serve

from helpers.event_sink import Events, running
from helpers.fake_chance import SeededChance
from helpers.stepping_clock import SteppingClock
from terminal.domain.errors import AuthFailed
from terminal.net.stream.link import Opening, OwnPing, StreamLink, always_at

pytestmark = pytest.mark.asyncio


class RealClock(SteppingClock):
    """Waits are cut to a hundredth."""

    async def sleep(self, seconds):
        self.advance(seconds)
        await asyncio.sleep(seconds / 100)


class Session:
    """Notes what the link tells."""

    def __init__(self):
        self.events = Events(limit_s=10)
        self.send = None

    async def opened(self, send):
        self.send = send
        self.events("opened")

    async def frame(self, frame):
        self.events(dict(frame))

    def pong(self, frame):
        return {"pong": frame["ping"]} if "ping" in frame else None

    def proven(self):
        return True

    def closed(self, detail):
        self.events(("closed", detail))

    async def first(self, what):
        await self.events.wait(lambda: what in self.events.seen)


@asynccontextmanager
async def venue(say=(), refuse=None):
    """Serve one thing after the other to each connection; gives the port and what was heard."""
    heard = Events(limit_s=10)

    async def handle(socket):
        for text in say:
            await socket.send(text)
        async for text in socket:
            heard(json.loads(text))

    def process(connection, _request):
        return None if refuse is None else connection.respond(*refuse)

    async with serve(handle, "127.0.0.1", 0, process_request=process) as server:
        yield server.sockets[0].getsockname()[1], heard


def link_to(port, **options):
    return StreamLink(always_at(f"ws://127.0.0.1:{port}/"), clock=RealClock(), chance=SeededChance(), **options)


async def test_our_own_heartbeat_is_sent_again_and_again():
    count = iter(range(100))
    async with venue() as (port, heard):
        link = link_to(port, own_ping=OwnPing(5.0, lambda: {"ping": next(count)}))
        async with running(link.run(Session())):
            await heard.wait(lambda: len(heard.seen) >= 3)
    assert heard.seen[:3] == [{"ping": 0}, {"ping": 1}, {"ping": 2}]


async def test_a_list_counts_as_so_many_frames_and_nonsense_is_told():
    lost, session = [], Session()
    say = ['[{"a":1},{"ping":7},{"a":2}]', "nonsense", "[1]", "5", '{"a":3}']
    async with venue(say) as (port, heard), running(link_to(port, unreadable=lambda: lost.append(1)).run(session)):
        await session.first({"a": 3})
        await heard.wait(lambda: {"pong": 7} in heard.seen)
    assert [event for event in session.events.seen if isinstance(event, dict)] == [{"a": 1}, {"a": 2}, {"a": 3}]
    assert len(lost) == 3


async def test_a_connection_is_given_up_for_a_reason_learnt_elsewhere():
    session = Session()
    async with venue() as (port, _):
        link = link_to(port)
        link.give_up("before there was one")
        async with running(link.run(session)):
            await session.first("opened")
            link.give_up("the key ran out")
            link.give_up("the key ran out")
            await session.first(("closed", "the key ran out"))
            await session.events.wait(lambda: session.events.seen.count("opened") == 2)


async def test_each_attempt_asks_for_its_opening_and_a_failure_is_told_in_words():
    session, asked = Session(), []

    async def opening():
        asked.append(1)
        if len(asked) == 1:
            raise AuthFailed("The key is not known.", venue="HashKey")
        return Opening(f"ws://127.0.0.1:{port}/key{len(asked)}", {"X-Test": "1"})

    async with venue() as (port, _):
        link = StreamLink(opening, clock=RealClock(), chance=SeededChance())
        async with running(link.run(session)):
            await session.first("opened")
    assert session.events.seen[0] == ("closed", "HashKey: The key is not known.")
    assert "key" not in repr(Opening("ws://h/key1", {"K": "key"}))


@pytest.mark.parametrize("own_words", [True, False])
async def test_a_refused_upgrade_is_explained(own_words):
    session = Session()
    more = {"refused": lambda refusal: f"said {refusal.status} {refusal.body.decode()}"} if own_words else {}
    async with venue(refuse=(HTTPStatus.FORBIDDEN, "no")) as (port, _), running(link_to(port, **more).run(session)):
        words = "said 403 no" if own_words else "the venue refused the connection with HTTP status 403"
        await session.first(("closed", words))
