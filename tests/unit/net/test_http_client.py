"""The HTTP client against real sockets: what left, what arrived, what was cut."""

import asyncio
import socket
import ssl
import time

import httpx
import pytest
from net_kit import raw_server

from terminal.domain.errors import MalformedReply, OutcomeUnknown, VenueUnavailable
from terminal.net import http
from terminal.net.http import HttpClient, HttpRequest

pytestmark = pytest.mark.asyncio


def request(*, is_write=True, body=b'{"a":1}'):
    return HttpRequest("POST" if is_write else "GET", "/x?symbol=a", {"K": "v"}, body if is_write else b"", is_write)


def answering(*chunks, pause_s=0.0, keep=False):
    async def talk(reader, writer):
        while True:
            await reader.readuntil(b"\r\n\r\n")
            for chunk in chunks:
                writer.write(chunk)
                await writer.drain()
                await asyncio.sleep(pause_s)
            if not keep:
                return

    return talk


async def send(talk, req, *, deadline_s=2.0):
    async with raw_server(talk) as (url, connections):
        client = HttpClient(url, venue="WEEX", deadline_s=deadline_s)
        try:
            return await client.send(req), connections
        finally:
            await client.aclose()


async def test_reply_with_status_body_and_retry_after():
    reply, _ = await send(
        answering(b"HTTP/1.1 429 x\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\n{}"), request(is_write=False)
    )
    assert (reply.status, reply.body, reply.retry_after_s) == (429, b"{}", 7.0)


@pytest.mark.parametrize("text", ["Wed, 21 Oct 2015 07:28:00 GMT", "-1", "1e9", "9999999"])
async def test_odd_retry_after_is_ignored(text):
    reply, _ = await send(
        answering(f"HTTP/1.1 429 x\r\nRetry-After: {text}\r\nContent-Length: 0\r\n\r\n".encode()), request()
    )
    assert reply.retry_after_s is None


async def test_exact_bytes_and_headers_go_out():
    seen = {}

    async def talk(reader, writer):
        seen["head"] = await reader.readuntil(b"\r\n\r\n")
        seen["body"] = await reader.readexactly(14)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        await writer.drain()

    body = '{"a": "Größe"}'.encode()[:14]
    await send(talk, request(body=body))
    assert seen["body"] == body
    assert seen["head"].startswith(b"POST /x?symbol=a HTTP/1.1\r\n")
    assert b"User-Agent: AlphaDesk/" in seen["head"]
    assert b"K: v" in seen["head"]


@pytest.mark.parametrize(("is_write", "kind"), [(True, OutcomeUnknown), (False, VenueUnavailable)])
async def test_n02_no_answer_is_cut_at_the_deadline(is_write, kind):
    async def talk(reader, writer):
        await reader.read()

    with pytest.raises(kind):
        await send(talk, request(is_write=is_write), deadline_s=0.1)


@pytest.mark.parametrize(("is_write", "kind"), [(True, OutcomeUnknown), (False, VenueUnavailable)])
async def test_n03_slow_body_is_cut_at_the_total_deadline(is_write, kind):
    drops = [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", *[b"x"] * 100]
    started = time.monotonic()
    with pytest.raises(kind):
        await send(answering(*drops, pause_s=0.05), request(is_write=is_write), deadline_s=0.4)
    assert time.monotonic() - started < 1.5


@pytest.mark.parametrize(("is_write", "kind"), [(True, OutcomeUnknown), (False, MalformedReply)])
async def test_n03_body_cap(is_write, kind):
    big = b"x" * (http.MAX_BODY_BYTES + 1)
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(big)}\r\n\r\n".encode()
    with pytest.raises(kind, match="2 MiB"):
        await send(answering(head, big), request(is_write=is_write))


@pytest.mark.parametrize(("is_write", "kind"), [(True, OutcomeUnknown), (False, VenueUnavailable)])
async def test_n14_short_body_with_content_length(is_write, kind):
    with pytest.raises(kind):
        await send(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}"), request(is_write=is_write))


async def test_n02_server_that_closes_without_reading_is_unclear():
    async def talk(reader, writer):
        await asyncio.sleep(0)

    with pytest.raises(OutcomeUnknown):
        await send(talk, request())


async def test_n01_refused_connection_is_not_sent():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    client = HttpClient(f"http://127.0.0.1:{port}", venue="WEEX")
    with pytest.raises(VenueUnavailable, match="could not be reached"):
        await client.send(request())
    await client.aclose()


async def test_n13_redirect_is_an_answer_not_a_journey():
    reply, connections = await send(
        answering(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"), request()
    )
    assert reply.status == 302
    assert len(connections) == 1


@pytest.mark.parametrize(("keep_s", "connections_used"), [(60.0, 1), (0.0, 2)])
async def test_n15_an_idle_connection_is_not_reused_after_the_limit(monkeypatch, keep_s, connections_used):
    assert http.KEEP_ALIVE_S <= 4.0
    monkeypatch.setattr(http, "KEEP_ALIVE_S", keep_s)
    ok = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    async with raw_server(answering(ok, keep=True)) as (url, connections):
        client = HttpClient(url, venue="WEEX")
        await client.send(request(is_write=False))
        await client.send(request(is_write=False))
        assert len(connections) == connections_used
        await client.aclose()


async def test_n16_proxy_variables_are_ignored(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    reply, _ = await send(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"), request())
    assert reply.status == 200


@pytest.mark.parametrize(
    ("cause", "word"),
    [(socket.gaierror("x"), "name could not be looked up"), (ssl.SSLError("x"), "intercepting proxy")],
)
async def test_n01_n12_message_names_what_failed(cause, word):
    def handler(req):
        raise httpx.ConnectError("x", request=req) from cause

    client = HttpClient("http://127.0.0.1:1", venue="WEEX", transport=httpx.MockTransport(handler))
    with pytest.raises(VenueUnavailable, match=word):
        await client.send(request())
    await client.aclose()


@pytest.mark.parametrize(
    ("error", "word"),
    [(httpx.PoolTimeout("x"), "busy"), (httpx.InvalidURL("x"), "built"), (httpx.LocalProtocolError("x"), "built")],
)
async def test_n01_not_sent_for_local_reasons(error, word):
    def handler(req):
        raise error

    client = HttpClient("http://127.0.0.1:1", venue="WEEX", transport=httpx.MockTransport(handler))
    with pytest.raises(VenueUnavailable, match=word):
        await client.send(request())
    await client.aclose()


async def test_closed_client_sends_nothing():
    client = HttpClient("http://127.0.0.1:1", venue="WEEX")
    await client.aclose()
    with pytest.raises(VenueUnavailable, match="shut down"):
        await client.send(request())
