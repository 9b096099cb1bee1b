"""WOO X v3 request signing: pure functions from inputs to headers.

GET and DELETE carry their values in the query, which belongs to the signed path; POST and PUT
sign the exact bytes of the body. There are no separators. Source: WOO X API v3, authentication.
"""

import hmac
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credentials:
    """An API key. Nothing of it shows when it is printed."""

    key: str = field(repr=False)
    secret: str = field(repr=False)


def target_of(path: str, query: str) -> str:
    """Join path and query: with exactly one `?` when there is a query, with none otherwise."""
    return f"{path}?{query}" if query else path


def prehash(timestamp_ms: int, method: str, target: str, body: bytes) -> bytes:
    """Give the bytes to sign. `target` is path and query as on the wire."""
    return f"{timestamp_ms}{method}{target}".encode() + body


def sign(secret: str, message: bytes) -> str:
    """HMAC-SHA256 in hex."""
    return hmac.digest(secret.encode(), message, "sha256").hex()


def request_headers(
    credentials: Credentials, timestamp_ms: int, method: str, target: str, body: bytes
) -> dict[str, str]:
    """Sign a REST request."""
    headers = {
        "x-api-key": credentials.key,
        "x-api-timestamp": str(timestamp_ms),
        "x-api-signature": sign(credentials.secret, prehash(timestamp_ms, method, target, body)),
    }
    if method in {"POST", "PUT"}:
        headers["Content-Type"] = "application/json"
    return headers
