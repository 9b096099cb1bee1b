"""Checking who calls: headers, timestamp window, signature.

Source: reference sections 1.2, 1.3, 1.5 and 10.2.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping

from terminal.sim.weex.options import Credentials
from terminal.sim.weex.replies import WeexError

_HEADERS = (
    ("access-key", "40001", "ACCESS_KEY"),
    ("access-sign", "40002", "ACCESS_SIGN"),
    ("access-timestamp", "40003", "ACCESS_TIMESTAMP"),
    ("access-passphrase", "40011", "ACCESS_PASSPHRASE"),
)


def signature(secret: str, prehash: bytes) -> str:
    digest = hmac.new(secret.encode(), prehash, hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


def request_prehash(timestamp: str, method: str, target: str, body: bytes) -> bytes:
    """The signed bytes; `target` is the request target as it came, `?query` included."""
    return f"{timestamp}{method}{target}".encode() + body


def check_request(
    headers: Mapping[str, str],
    prehash_tail: bytes,
    credentials: Credentials,
    now_ms: int,
    window_ms: int,
) -> None:
    """Accept a signed request or upgrade.

    Args:
        headers: as received, looked up without regard to case.
        prehash_tail: what follows the timestamp in the signed text.
        credentials: the key this exchange knows.
        now_ms: the time the exchange shows.
        window_ms: how far the timestamp may be off.

    Raises:
        WeexError: with the documented code of what is wrong first.
    """
    for name, code, shown in _HEADERS:
        if not headers.get(name):
            raise WeexError(code, f"Header {shown} cannot be empty")
    timestamp = headers["access-timestamp"]
    if not (timestamp.isascii() and timestamp.isdigit()):
        raise WeexError("40005", "Invalid ACCESS_TIMESTAMP")
    if abs(now_ms - int(timestamp)) > window_ms:
        raise WeexError("40008", "Request timestamp expired")
    if headers["access-key"] != credentials.key:
        raise WeexError("40006", "Invalid ACCESS_KEY")
    if not hmac.compare_digest(headers["access-passphrase"].encode(), credentials.passphrase.encode()):
        raise WeexError("40012", "Apikey or passphrase is incorrect")
    expected = signature(credentials.secret, timestamp.encode() + prehash_tail)
    if not hmac.compare_digest(headers["access-sign"].encode(), expected.encode()):
        raise WeexError("40009", "Sign signature error")
