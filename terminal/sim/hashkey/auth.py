"""Checking who calls: key, time, signature over the very bytes that came.

Source: reference sections 3 and 12 (rows 1 to 3).
"""

import hashlib
import hmac
from collections.abc import Mapping

from terminal.sim.hashkey import errors
from terminal.sim.hashkey.errors import HashKeyError, missing
from terminal.sim.serving.options import Credentials

KEY_HEADERS = ("x-hk-apikey", "x-apikey")  # the document names both
AHEAD_MS = 1_000
RECV_WINDOW_MS = 5_000
_SIGNATURE = b"signature="


def signature(secret: str, total: bytes) -> str:
    """Hex HMAC-SHA256 of the query and the body, put together without anything between."""
    return hmac.new(secret.encode(), total, hashlib.sha256).hexdigest()


def check_key(headers: Mapping[str, str], credentials: Credentials) -> None:
    """Accept the one key there is, in either header.

    Raises:
        HashKeyError: UNAUTHORIZED without a key, BAD_KEY with another.
    """
    key = next((headers[name] for name in KEY_HEADERS if headers.get(name)), "")
    if not key:
        raise HashKeyError(errors.UNAUTHORIZED)
    if not hmac.compare_digest(key.encode(), credentials.key.encode()):
        raise HashKeyError(errors.BAD_KEY)


def check_time(params: Mapping[str, str], now_ms: int, speed: float = 1.0) -> None:
    """Accept `timestamp` up to 1 s ahead of the venue and `recvWindow` behind it.

    Args:
        params: as sent.
        now_ms: the time the venue shows.
        speed: exchange seconds per real second; windows are of the operator's clock.

    Raises:
        HashKeyError: MISSING_FIELD or BAD_TIMESTAMP.
    """
    timestamp = _milliseconds(params, "timestamp", None)
    window = _milliseconds(params, "recvWindow", RECV_WINDOW_MS)
    stretch = max(1.0, speed)
    if timestamp >= now_ms + AHEAD_MS * stretch or now_ms - timestamp > window * stretch:
        raise HashKeyError(errors.BAD_TIMESTAMP)


def check_signature(secret: str, query: bytes, body: bytes, *, is_json: bool, signs_raw_batch: bool = False) -> None:
    """Accept a request signed over its query and form body; a JSON body is not signed.

    Args:
        secret: of the key.
        query: as it came, without the question mark.
        body: as it came.
        is_json: the body is a batch.
        signs_raw_batch: a signature over query and JSON body is good too.

    Raises:
        HashKeyError: MISSING_FIELD without a signature, BAD_SIGNATURE.
    """
    plain_query, given = _without_signature(query)
    plain_body, given_in_body = (body, b"") if is_json else _without_signature(body)
    given = given or given_in_body
    if not given:
        raise missing("signature")
    totals = [plain_query] if is_json else [plain_query + plain_body]
    if is_json and signs_raw_batch:
        totals.append(plain_query + body)
    if not any(hmac.compare_digest(signature(secret, total).encode(), given.lower()) for total in totals):
        raise HashKeyError(errors.BAD_SIGNATURE)


def _without_signature(part: bytes) -> tuple[bytes, bytes]:
    """The parameters without the signature, and the signature."""
    pieces = part.split(b"&")
    given = next((piece.removeprefix(_SIGNATURE) for piece in pieces if piece.startswith(_SIGNATURE)), b"")
    return b"&".join(piece for piece in pieces if not piece.startswith(_SIGNATURE)), given


def _milliseconds(params: Mapping[str, str], name: str, default: int | None) -> int:
    written = params.get(name, "")
    if not written and default is not None:
        return default
    if not (written.isascii() and written.isdigit() and len(written) <= 15):
        raise missing(name)
    return int(written)
