"""Request signing: pure functions from inputs to the bytes that are sent.

Source: name the page of the venue's document here, and where it contradicts itself.
"""

import hmac
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credentials:
    """An API key. Nothing of it shows when it is printed."""

    key: str = field(repr=False)
    secret: str = field(repr=False)


def sign(secret: str, timestamp_ms: int, method: str, target: str, body: bytes) -> str:
    """HMAC-SHA256 in lower-case hex over time, method, path with query, and the very bytes of the body."""
    text = f"{timestamp_ms}{method}{target}".encode() + body
    return hmac.digest(secret.encode(), text, "sha256").hex()
