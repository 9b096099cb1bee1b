"""A task may hear its own requests: all of its own, nobody else's, and never a secret."""

import asyncio

import pytest
from net_kit import raw_server

from terminal.domain.errors import OutcomeUnknown
from terminal.net.http import HttpClient, HttpRequest
from terminal.net.redact import MASK
from terminal.ports.traffic import overhear, traffic_listener

pytestmark = pytest.mark.asyncio

HEADERS = {"ACCESS-KEY": "key-canary", "ACCESS-SIGN": "sign-canary", "Content-Type": "application/json"}


def request(target="/x?symbol=a&signature=abcdef123", body=b'{"size":"1"}'):
    return HttpRequest("POST", target, HEADERS, body, is_write=True)


async def answer_ok(reader, writer):
    while True:
        await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(12)
        writer.write(b'HTTP/1.1 200 x\r\nContent-Length: 8\r\n\r\n{"a": 1}')
        await writer.drain()


async def hang_up(reader, _writer):
    await reader.readuntil(b"\r\n\r\n")


async def test_a_request_and_its_answer_are_told_without_key_and_signature():
    heard = []
    async with raw_server(answer_ok) as (url, _):
        client = HttpClient(url, venue="WEEX")
        with overhear(heard.append):
            await client.send(request())
        await client.send(request())
        await client.aclose()
    (told,) = heard
    assert (told.method, told.status, told.answer, told.body) == ("POST", 200, '{"a": 1}', '{"size":"1"}')
    assert dict(told.headers) == {"ACCESS-KEY": MASK, "ACCESS-SIGN": MASK, "Content-Type": "application/json"}
    assert told.target == f"/x?symbol=a&signature={MASK}"
    assert "canary" not in repr(told)
    assert told.took_ms >= 0


async def test_a_request_that_got_no_answer_is_told_with_the_reason_and_still_fails():
    heard = []
    async with raw_server(hang_up) as (url, _):
        client = HttpClient(url, venue="WEEX")
        with overhear(heard.append), pytest.raises(OutcomeUnknown):
            await client.send(request())
        await client.aclose()
    assert (heard[0].status, heard[0].answer) == (0, "")
    assert "may have arrived" in heard[0].trouble


async def test_another_task_is_not_overheard():
    heard = []
    async with raw_server(answer_ok) as (url, _):
        client = HttpClient(url, venue="WEEX")
        other = asyncio.Event()

        async def elsewhere():
            await other.wait()
            await client.send(request("/theirs"))

        task = asyncio.create_task(elsewhere())
        with overhear(heard.append):
            await client.send(request("/ours"))
            other.set()
            await task
        await client.aclose()
    assert [each.target for each in heard] == ["/ours"]
    assert traffic_listener() is None
