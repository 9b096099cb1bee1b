"""WEEX request signing: pure functions from inputs to headers.

Source: WEEX AI docs, "Signature". The literal `?` belongs to the signed text, and the
signed body is the exact bytes sent.
"""

import base64
import hmac
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credentials:
    """An API key. Nothing of it shows when it is printed."""

    key: str = field(repr=False)
    secret: str = field(repr=False)
    passphrase: str = field(repr=False)


def target_of(path: str, query: str) -> str:
    """Join path and query: with exactly one `?` when there is a query, with none otherwise."""
    return f"{path}?{query}" if query else path


def prehash(timestamp_ms: int, method: str, target: str, body: bytes) -> bytes:
    """Give the bytes to sign. `target` is path and query as on the wire."""
    return f"{timestamp_ms}{method}{target}".encode() + body


def sign(secret: str, message: bytes) -> str:
    """HMAC-SHA256 in base64."""
    return base64.b64encode(hmac.digest(secret.encode(), message, "sha256")).decode()


def request_headers(
    credentials: Credentials, timestamp_ms: int, method: str, target: str, body: bytes
) -> dict[str, str]:
    """Sign a REST request."""
    return {
        "ACCESS-KEY": credentials.key,
        "ACCESS-SIGN": sign(credentials.secret, prehash(timestamp_ms, method, target, body)),
        "ACCESS-TIMESTAMP": str(timestamp_ms),
        "ACCESS-PASSPHRASE": credentials.passphrase,
        "Content-Type": "application/json",
        "locale": "en-US",
    }


def stream_headers(credentials: Credentials, timestamp_ms: int, path: str) -> dict[str, str]:
    """Sign the upgrade of the private socket at `path`: no method, no body. Valid for 30 s."""
    return {
        "ACCESS-KEY": credentials.key,
        "ACCESS-SIGN": sign(credentials.secret, f"{timestamp_ms}{path}".encode()),
        "ACCESS-TIMESTAMP": str(timestamp_ms),
        "ACCESS-PASSPHRASE": credentials.passphrase,
    }
