"""Small messages over HTTP: one try, no redirect, and no address in any error."""

import asyncio

import httpx
import pytest

from terminal.net.messenger import HttpMessenger
from terminal.ports.messenger import NotDelivered, Posted

URL = "https://api.example/bot123:secret/sendMessage"


def messenger(answer, **changes):
    return HttpMessenger(transport=httpx.MockTransport(answer), **changes)


@pytest.mark.asyncio
async def test_a_message_and_its_answer():
    seen = []

    def answer(request):
        seen.append((request.method, str(request.url), request.content, request.headers["Content-Type"]))
        return httpx.Response(429, headers={"Retry-After": "7"})

    post = messenger(answer)
    assert await post.post(URL, b'{"a":1}') == Posted(429, 7.0)
    assert seen == [("POST", URL, b'{"a":1}', "application/json")]
    await post.aclose()


@pytest.mark.asyncio
async def test_a_redirect_is_an_answer_and_not_followed():
    seen = []

    def answer(request):
        seen.append(request)
        return httpx.Response(302, headers={"Location": "https://elsewhere.example/", "Retry-After": "soon"})

    post = messenger(answer)
    assert await post.post(URL, b"{}") == Posted(302, None)
    assert len(seen) == 1
    await post.aclose()


@pytest.mark.asyncio
@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError])
async def test_what_fails_does_not_name_the_address(error):
    def answer(request):
        raise error(f"cannot reach {request.url}")

    post = messenger(answer)
    with pytest.raises(NotDelivered) as caught:
        await post.post(URL, b"{}")
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None
    await post.aclose()


@pytest.mark.asyncio
async def test_an_answer_that_never_comes():
    async def answer(_request):
        await asyncio.Event().wait()

    post = messenger(answer, deadline_s=0.02)
    with pytest.raises(NotDelivered, match="in time"):
        await post.post(URL, b"{}")
    await post.aclose()


@pytest.mark.asyncio
async def test_no_address_at_all():
    post = messenger(lambda _request: httpx.Response(200))
    with pytest.raises(NotDelivered):
        await post.post("https://exa mple:port/x", b"{}")
    await post.aclose()
