"""Checking who calls: headers, timestamp window, signature.

Both dialects sign alike. Source: reference sections 1.2, 1.3 and 1.5.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping

from terminal.sim.serving.options import Credentials
from terminal.sim.weex.errors import Problem, WeexError

_HEADERS = (
    ("access-key", Problem.KEY_MISSING),
    ("access-sign", Problem.SIGN_MISSING),
    ("access-timestamp", Problem.TIMESTAMP_MISSING),
    ("access-passphrase", Problem.PASSPHRASE_MISSING),
)


def signature(secret: str, prehash: bytes) -> str:
    digest = hmac.new(secret.encode(), prehash, hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


def request_tail(method: str, target: str, body: bytes) -> bytes:
    """What follows the timestamp in a request's signed text; `target` as it came, `?query` included."""
    return f"{method}{target}".encode() + body


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
        WeexError: with what is wrong first.
    """
    for name, problem in _HEADERS:
        if not headers.get(name):
            raise WeexError(problem)
    timestamp = headers["access-timestamp"]
    if not (timestamp.isascii() and timestamp.isdigit()):
        raise WeexError(Problem.TIMESTAMP_INVALID)
    if abs(now_ms - int(timestamp)) > window_ms:
        raise WeexError(Problem.TIMESTAMP_EXPIRED)
    if headers["access-key"] != credentials.key:
        raise WeexError(Problem.KEY_WRONG)
    if not hmac.compare_digest(headers["access-passphrase"].encode(), credentials.passphrase.encode()):
        raise WeexError(Problem.PASSPHRASE_WRONG)
    expected = signature(credentials.secret, timestamp.encode() + prehash_tail)
    if not hmac.compare_digest(headers["access-sign"].encode(), expected.encode()):
        raise WeexError(Problem.SIGNATURE_WRONG)
