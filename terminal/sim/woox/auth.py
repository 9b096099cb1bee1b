"""Checking who calls: key, time, and the HMAC over time, method, target and body as they came.

v3 signs `timestamp + METHOD + path[?query] + body`. The few v1 calls that
clients still make sign their sorted parameters and the time behind a pipe.
Source: reference section 3.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

from terminal.sim.serving.options import Credentials
from terminal.sim.woox.errors import key_invalid, key_malformed, window_exceeded

WINDOW_MS: Final = 60_000  # the documents speak of a receive window without naming it


def signature(secret: str, text: bytes) -> str:
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def v3_text(timestamp: str, method: str, target: str, body: bytes) -> bytes:
    """The signed bytes; `target` is the request target as it came, `?query` included."""
    return f"{timestamp}{method}{target}".encode() + body


def v1_text(timestamp: str, parameters: str) -> bytes:
    """The signed bytes; `parameters` is the query or form as it came, split and sorted by name."""
    return f"{'&'.join(sorted(part for part in parameters.split('&') if part))}|{timestamp}".encode()


def check_request(
    headers: Mapping[str, str],
    method: str,
    target: str,
    body: bytes,
    credentials: Credentials,
    now_ms: int,
    window_ms: int,
) -> None:
    """Accept a signed request.

    Args:
        headers: as received, looked up without regard to case.
        method: as received.
        target: path and query, as received.
        body: as received.
        credentials: the key this exchange knows.
        now_ms: the time the exchange shows.
        window_ms: how far the timestamp may be off.

    Raises:
        WooError: with what is wrong first.
    """
    key, stamp, given = (headers.get(f"x-api-{name}", "") for name in ("key", "timestamp", "signature"))
    if not key or not given or not (stamp.isascii() and stamp.isdigit()):
        raise key_malformed()
    if not hmac.compare_digest(key.encode(), credentials.key.encode()):
        raise key_invalid()
    if target.startswith("/v1/"):
        query = target.partition("?")[2]
        text = v1_text(stamp, query or body.decode("utf-8", "replace"))
    else:
        text = v3_text(stamp, method, target, body)
    if not hmac.compare_digest(given.encode(), signature(credentials.secret, text).encode()):
        raise key_invalid()
    if abs(now_ms - int(stamp)) > window_ms:
        raise window_exceeded(window_ms, stamp)
