"""HashKey request signing: pure functions from inputs to the bytes that are sent.

Source: HashKey API, "Endpoint security". The signature is over the query string followed by the
body with nothing in between, over the very bytes that are sent; the `signature` parameter itself
comes last and is not part of it.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode

KEY_HEADERS = ("X-HK-APIKEY", "X-APIKEY")
"""The document names the header in two ways; the first is what its samples send."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """An API key. Nothing of it shows when it is printed."""

    key: str = field(repr=False)
    secret: str = field(repr=False)


def encoded(parameters: Iterable[tuple[str, str]]) -> str:
    """Spell parameters as they are signed and sent, in the order given; commas stay as they are."""
    return urlencode(list(parameters), safe=",")


def sign(secret: str, text: str) -> str:
    """HMAC-SHA256 in lower-case hex."""
    return hmac.digest(secret.encode(), text.encode(), "sha256").hex()


def signed(secret: str, parameters: str) -> str:
    """Append the signature of query or form; `parameters` holds the timestamp already."""
    return f"{parameters}&signature={sign(secret, parameters)}"


def stamped(parameters: str, recv_window_ms: int, timestamp_ms: int) -> str:
    """Append the time a request is made at, and for how long it may be accepted."""
    stamp = f"recvWindow={recv_window_ms}&timestamp={timestamp_ms}"
    return f"{parameters}&{stamp}" if parameters else stamp
