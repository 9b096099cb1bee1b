"""The private stream: login, versions, fills, and what asks for a resync."""

import asyncio
import time
from decimal import Decimal
from http import HTTPStatus
from itertools import pairwise

import httpx
import pytest
from stream_kit import local_adapter, venue_socket
from weex_kit import RealClock, SeededChance, SteppingClock, payload

from helpers.event_sink import Events, running
from terminal.domain.fill import Fill
from terminal.domain.market import StreamState
from terminal.domain.order import PositionSide, Side
from terminal.net.stream import link as link_module
from terminal.net.stream.link import CONFIRM_S, StreamLink, always_at
from terminal.ports.venue import AccountTouched, OrderReport, ResyncNeeded
from terminal.venues.weex.signing import sign
from terminal.venues.weex.stream import private as private_module
from terminal.venues.weex.stream.private import PrivateSession
from terminal.venues.weex.stream.v2 import PrivateV2

pytestmark = pytest.mark.asyncio

CHANNELS = ["subscribe account", "subscribe positions", "subscribe orders", "subscribe fill"]


class TimeServer:
    """Answers market/time with the machine's clock and counts how often."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, request):
        self.asked += 1
        return httpx.Response(200, json={"timestamp": time.time_ns() // 1_000_000})


async def follow(talk, check, **server):
    times = TimeServer()
    async with venue_socket(talk, **server) as (port, peers):
        adapter, events = local_adapter(port, transport=httpx.MockTransport(times)), Events()
        async with running(adapter.run_private(events)):
            await check(events, peers, times)
        await adapter.aclose()


def version(name, number):
    frame = payload(name)
    frame["msg"]["version"] = number
    return frame


async def test_login_headers_and_events():
    async def talk(peer):
        assert await peer.acknowledge(4) == CHANNELS
        for name in ("ws_orders", "ws_fill", "ws_account", "ws_positions"):
            await peer.send(payload(name))
        await peer.stay()

    async def check(events, peers, times):
        await events.wait(lambda: len(events.seen) == 5)
        state, order, fill, account, positions = events.seen
        assert state == StreamState("private", True, "")
        assert isinstance(order, OrderReport)
        assert (fill.price, fill.size, fill.side) == (Decimal("90000.5"), Decimal("0.0020"), Side.BUY)
        assert (fill.trade_id, fill.position_side) == ("607141200000000001", PositionSide.LONG)
        assert account == AccountTouched("account: DepositUpdate")
        assert positions == AccountTouched("positions: PositionFundingSettle")
        headers = peers[0].headers
        signed = sign("weex-test-secret-0001", f"{headers['ACCESS-TIMESTAMP']}/v2/ws/private".encode())
        assert headers["ACCESS-SIGN"] == signed
        assert headers["ACCESS-PASSPHRASE"] == "test-phrase-0001"
        assert abs(int(headers["ACCESS-TIMESTAMP"]) - time.time_ns() // 1_000_000) < 5000

    await follow(talk, check)


async def test_version_gap_asks_for_a_resync_once():
    async def talk(peer):
        await peer.acknowledge(4)
        await peer.send(version("ws_orders", 10))
        await peer.send(version("ws_fill", 13))
        await peer.send(version("ws_account", 14))
        await peer.stay()

    async def check(events, peers, times):
        await events.wait_count(AccountTouched, 1)
        (resync,) = events.of(ResyncNeeded)
        assert resync.reason == "events 11 to 12 were not received"
        assert len(events.of(Fill)) == 1  # what did arrive is passed on

    await follow(talk, check)


async def test_s02_old_events_are_dropped_but_a_late_fill_is_not():
    async def talk(peer):
        await peer.acknowledge(4)
        await peer.send(version("ws_account", 10))
        await peer.send(version("ws_orders", 10))  # one version on two channels
        await peer.send(version("ws_orders", 10))  # a repeat
        await peer.send(version("ws_orders", 9))
        await peer.send(version("ws_fill", 8))
        await peer.stay()

    async def check(events, peers, times):
        await events.wait_count(Fill, 1)
        assert len(events.of(OrderReport)) == 1
        assert [event.reason for event in events.of(ResyncNeeded)] == [
            "event 9 came after 10",
            "event 8 came after 10",
        ]

    await follow(talk, check)


async def test_o06_duplicate_fills_pass_once_and_a_different_copy_is_loud():
    other = version("ws_fill", 12)
    other["msg"]["data"]["orderFillTransaction"][0]["fillValue"] = "181"

    async def talk(peer):
        await peer.acknowledge(4)
        await peer.send(version("ws_fill", 10))
        await peer.send(version("ws_fill", 11))
        await peer.send(other)
        await peer.send(version("ws_account", 13))
        await peer.stay()

    async def check(events, peers, times):
        await events.wait_count(AccountTouched, 1)
        (fill,) = events.of(Fill)
        assert fill.price == Decimal("90000.5")
        (resync,) = events.of(ResyncNeeded)
        assert "twice" in resync.reason

    await follow(talk, check)


async def test_fills_seen_before_a_reconnect_stay_known_and_a_resync_follows():
    async def talk(peer):
        await peer.acknowledge(4)
        await peer.send(version("ws_fill", 10 + peer.number))
        if peer.number == 0:
            await peer.cut()
        await peer.send(version("ws_account", 12))
        await peer.stay()

    async def check(events, peers, times):
        await events.wait_count(AccountTouched, 1)
        assert len(events.of(Fill)) == 1
        assert [event.reason for event in events.of(ResyncNeeded)] == ["the private stream was away for a while"]
        stamps = [peer.headers["ACCESS-TIMESTAMP"] for peer in peers]
        assert len(set(stamps)) == 2  # signed anew

    await follow(talk, check)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda frame: frame.pop("msg"),
        lambda frame: frame["msg"].pop("version"),
        lambda frame: frame["msg"]["data"].pop("orderFillTransaction"),
        lambda frame: frame["msg"]["data"]["orderFillTransaction"][0].update(fillSize="0"),
        lambda frame: frame["msg"]["data"]["orderFillTransaction"][0].update(orderSide="HOLD"),
        lambda frame: frame["msg"]["data"]["orderFillTransaction"][0].update(contractId="BTC-USDT"),
    ],
)
async def test_s08_an_unreadable_private_message_is_never_silent(spoil):
    frame = payload("ws_fill")
    spoil(frame)

    async def talk(peer):
        await peer.acknowledge(4)
        await peer.send(frame)
        await peer.stay()

    async def check(events, peers, times):
        await events.wait_count(ResyncNeeded, 1)
        assert not events.of(Fill)

    await follow(talk, check)


async def test_s12_fill_before_its_order_is_passed_on():
    async def talk(peer):
        await peer.acknowledge(4)
        await peer.send(version("ws_fill", 10))
        await peer.send(version("ws_orders", 11))
        await peer.stay()

    async def check(events, peers, times):
        await events.wait_count(OrderReport, 1)
        assert [type(event) for event in events.seen[1:]] == [Fill, OrderReport]

    await follow(talk, check)


@pytest.mark.parametrize(
    ("status", "body", "text"),
    [
        (HTTPStatus.UNAUTHORIZED, '{"code":"40012","msg":"wrong"}', "passphrase"),
        (HTTPStatus.BAD_REQUEST, '{"code":"40008","msg":"expired"}', "30 s window"),
        (HTTPStatus.FORBIDDEN, "<html>", "HTTP status 403"),
        (HTTPStatus.FOUND, "", "HTTP status 302"),
    ],
)
async def test_refused_upgrade_says_why_and_measures_the_clock_again(status, body, text):
    async def talk(peer):
        await peer.acknowledge(4)
        await peer.stay()

    async def check(events, peers, times):
        first, second = await events.wait_count(StreamState, 2)
        assert not first.connected
        assert text in first.detail
        assert second.connected
        assert times.asked == 10

    await follow(talk, check, refuse=status, body=body)


async def test_s03_silence_ends_the_connection():
    class Session:
        def __init__(self):
            self.ended = asyncio.Queue()

        async def opened(self, send):
            pass

        async def frame(self, frame):
            pass

        def proven(self):
            return False

        def pong(self, frame):
            return None

        def closed(self, detail):
            self.ended.put_nowait(detail)

    async def talk(peer):
        await peer.stay()

    async with venue_socket(talk) as (port, _peers):
        session = Session()
        opening = always_at(f"ws://127.0.0.1:{port}/")
        link = StreamLink(opening, clock=RealClock(), chance=SeededChance(), silence_s=0.05)
        async with running(link.run(session)):
            assert "nothing heard" in await session.ended.get()
            assert "nothing heard" in await session.ended.get()
    assert link_module.SILENCE_S == 45


async def test_s04_reconnects_are_paced():
    """With a venue that cuts every connection, attempts stay at ten a minute and waits grow."""
    attempts = []

    class Session:
        async def opened(self, send): ...

        async def frame(self, frame): ...

        def proven(self):
            return False

        def pong(self, frame):
            return None

        def closed(self, detail):
            attempts.append(clock.monotonic_s())
            if len(attempts) == 40:
                task.cancel()

    clock = SteppingClock()
    link = StreamLink(always_at("ws://127.0.0.1:1/"), clock=clock, chance=SeededChance())
    task = asyncio.create_task(link.run(Session()))
    await asyncio.gather(task, return_exceptions=True)
    for index in range(len(attempts) - 10):
        assert attempts[index + 10] - attempts[index] >= 60
    waits = [later - earlier for earlier, later in pairwise(attempts)]
    assert all(1 <= wait <= 61 for wait in waits)
    assert max(waits) > 20


async def test_subscriptions_that_are_never_confirmed_end_the_connection():
    clock = SteppingClock()

    async def talk(peer):
        if peer.number == 0:
            await peer.acknowledge(3)  # one of four stays unanswered
            clock.advance(CONFIRM_S + 1)
            await peer.send({"event": "ping", "time": "1"})
        else:
            await peer.acknowledge(4)
        await peer.stay()

    async with venue_socket(talk) as (port, peers):
        sink = Sink()
        link = StreamLink(always_at(f"ws://127.0.0.1:{port}/"), clock=clock, chance=SeededChance())
        async with running(link.run(PrivateSession(sink, PrivateV2()))):
            states = await sink.events.wait(lambda: len(sink.events.seen) >= 2 and sink.events.seen)
        assert states[:2] == [(False, "the venue did not confirm the subscriptions"), (True, "")]
        assert len(peers) == 2


class Sink:
    """Keeps the states only."""

    def __init__(self):
        self.events = Events()

    def state(self, connected, detail):
        self.events((connected, detail))

    def resync(self, reason): ...


async def test_an_order_that_cannot_be_mapped_asks_for_a_resync():
    frame = version("ws_orders", 10)
    frame["msg"]["data"]["order"][0]["contractId"] = "BTC-USDT"

    async def talk(peer):
        await peer.acknowledge(4)
        await peer.send({"event": "subscribed", "channel": "orders"})  # again: changes nothing
        await peer.send({"event": "payload", "channel": "rebates", "msg": {}})  # not ours
        await peer.send(frame)
        await peer.stay()

    async def check(events, peers, times):
        (resync,) = await events.wait_count(ResyncNeeded, 1)
        assert "unknown market" in resync.reason
        assert len(events.of(StreamState)) == 1

    await follow(talk, check)


async def test_error_event_on_the_private_stream_reconnects():
    async def talk(peer):
        if peer.number == 0:
            await peer.send({"event": "error", "msg": "not allowed"})
        await peer.acknowledge(4)
        await peer.stay()

    async def check(events, peers, times):
        first, second = await events.wait_count(StreamState, 2)
        assert "not allowed" in first.detail
        assert second.connected

    await follow(talk, check)


async def test_n10_521_on_the_upgrade_names_the_white_list():
    async def talk(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 521 Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    adapter, events = local_adapter(port, transport=httpx.MockTransport(TimeServer())), Events()
    async with running(adapter.run_private(events)):
        (state,) = await events.wait_count(StreamState, 1)
    assert "white list" in state.detail
    await adapter.aclose()
    server.close()
    await server.wait_closed()


async def test_a_clock_that_cannot_be_read_keeps_trying():
    def unreachable(request):
        raise httpx.ConnectError("x", request=request)

    async with venue_socket(lambda peer: peer.stay()) as (port, peers):
        adapter, events = local_adapter(port, transport=httpx.MockTransport(unreachable)), Events()
        async with running(adapter.run_private(events)):
            states = await events.wait_count(StreamState, 2)
        assert not peers
        assert all("could not be reached" in state.detail for state in states)
        await adapter.aclose()


async def test_fill_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(private_module, "REMEMBERED_FILLS", 2)
    frames = []
    for number in (1, 2, 3):
        frame = version("ws_fill", number)
        frame["msg"]["data"]["orderFillTransaction"][0]["id"] = str(number)
        frames.append(frame)

    async def talk(peer):
        await peer.acknowledge(4)
        for frame in (*frames, version("ws_account", 4)):
            await peer.send(frame)
        await peer.stay()

    async def check(events, peers, times):
        await events.wait_count(AccountTouched, 1)
        assert [fill.trade_id for fill in events.of(Fill)] == ["1", "2", "3"]

    await follow(talk, check)


async def test_n13_keys_do_not_follow_a_redirect():
    async def talk(peer):
        await peer.acknowledge(4)
        await peer.stay()

    async def check(events, peers, times):
        first, second = await events.wait_count(StreamState, 2)
        assert "302" in first.detail
        assert second.connected  # at the first address

    async with venue_socket(talk) as (elsewhere, strangers):
        await follow(talk, check, refuse=HTTPStatus.FOUND, location=f"ws://127.0.0.1:{elsewhere}/")
        assert not strangers


async def test_n16_the_stream_ignores_proxy_variables(monkeypatch):
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    async def talk(peer):
        await peer.acknowledge(4)
        await peer.stay()

    async def check(events, peers, times):
        (state,) = await events.wait_count(StreamState, 1)
        assert state.connected

    await follow(talk, check)
