"""Posts small JSON messages to webhooks and bots. Errors never quote the address: a token may be part of it."""

import asyncio
from typing import Final

import httpx

from terminal.net.http import USER_AGENT
from terminal.net.route import DIRECT, Route
from terminal.ports.messenger import NotDelivered, Posted

DEADLINE_S: Final = 10.0
MOST_RETRY_AFTER_S: Final = 600.0


class HttpMessenger:
    """`terminal.ports.messenger.Messenger` over HTTP: no redirects, no proxy of the environment, one deadline."""

    def __init__(
        self,
        route: Route = DIRECT,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self._deadline_s = deadline_s
        self._client = httpx.AsyncClient(
            transport=transport
            or httpx.AsyncHTTPTransport(proxy=route.proxy, trust_env=False, local_address=route.local_address),
            trust_env=False,
            follow_redirects=False,
            timeout=deadline_s,
            headers={"User-Agent": USER_AGENT, "Content-Type": "application/json"},
        )

    async def post(self, url: str, body: bytes) -> Posted:
        """Send once; the answer's body is not read.

        Raises:
            NotDelivered: there was no answer.
        """
        try:
            async with (
                asyncio.timeout(self._deadline_s),
                self._client.stream("POST", url, content=body) as response,
            ):
                return Posted(response.status_code, _seconds(response.headers.get("Retry-After")))
        except (httpx.TimeoutException, TimeoutError):
            # `from None`: the library's own words name the address
            raise NotDelivered("it did not answer in time") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
            raise NotDelivered("it could not be reached; check the connection and the address") from None

    async def aclose(self) -> None:
        await self._client.aclose()


def _seconds(text: str | None) -> float | None:
    if text is None or not (text.isascii() and text.isdigit()):
        return None
    return min(MOST_RETRY_AFTER_S, float(text))
