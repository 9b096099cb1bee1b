"""Checking who calls: key, time, nonce, and the MD5 over the sorted parameters.

The text of the documents says to sort the parameters, every printed example leaves them in
the order of the table; the program that traded against the venue for years sorted. So sorted
is what counts, and the order as sent only while the switch for it is on. Source: reference
section 2.
"""

import hashlib
import hmac
import re
from collections import deque
from collections.abc import Mapping
from typing import Final

from terminal.sim.bitz.errors import BitzError, Code
from terminal.sim.serving.options import Credentials

WINDOW_MS: Final = 60_000
_REQUIRED: Final = ("apiKey", "timeStamp", "nonce", "sign")
_NONCE: Final = re.compile(r"[A-Za-z0-9]{6}", re.ASCII)
_SECONDS: Final = re.compile(r"[0-9]{10}", re.ASCII)


def signature(spliced: str, secret: str) -> str:
    """MD5 of the spliced parameters with the secret behind them, lower-case hex."""
    return hashlib.md5(f"{spliced}{secret}".encode(), usedforsecurity=False).hexdigest()


def spliced(parameters: Mapping[str, str], *, is_sorted: bool) -> str:
    """`name=value` of everything but `sign`, unencoded, joined with `&`."""
    names = [name for name in parameters if name != "sign"]
    return "&".join(f"{name}={parameters[name]}" for name in (sorted(names) if is_sorted else names))


class NonceBook:
    """The (time, nonce) pairs of the last minutes: none is taken twice."""

    def __init__(self) -> None:
        self._seen: set[tuple[int, str]] = set()
        self._order: deque[tuple[int, str]] = deque()

    def take(self, time_s: int, nonce: str, oldest_s: int) -> bool:
        """Remember the pair; False when it was here before. Those older than `oldest_s` are forgotten."""
        while self._order and self._order[0][0] < oldest_s:
            self._seen.discard(self._order.popleft())
        if (time_s, nonce) in self._seen:
            return False
        self._seen.add((time_s, nonce))
        self._order.append((time_s, nonce))
        return True


def check(
    parameters: Mapping[str, str],
    credentials: Credentials,
    nonces: NonceBook,
    now_ms: int,
    window_ms: int,
    *,
    takes_table_order: bool,
) -> None:
    """Accept a signed request.

    Args:
        parameters: as sent, in the order they were sent.
        credentials: the key this exchange knows.
        nonces: those it has seen.
        now_ms: the time the exchange shows.
        window_ms: how far `timeStamp` may be off.
        takes_table_order: also accept a signature over the parameters as they were sent.

    Raises:
        BitzError: with what is wrong first.
    """
    if not all(parameters.get(name) for name in _REQUIRED):
        raise BitzError(Code.PARAMETER)
    stamp, nonce = parameters["timeStamp"], parameters["nonce"]
    if not _SECONDS.fullmatch(stamp) or not _NONCE.fullmatch(nonce):
        raise BitzError(Code.PARAMETER)
    if not hmac.compare_digest(parameters["apiKey"].encode(), credentials.key.encode()):
        raise BitzError(Code.KEY_ILLEGAL)
    given = parameters["sign"].encode()
    orders = (True, False) if takes_table_order else (True,)
    allowed = [signature(spliced(parameters, is_sorted=order), credentials.secret) for order in orders]
    if not any(hmac.compare_digest(given, one.encode()) for one in allowed):
        raise BitzError(Code.SIGNATURE)
    if abs(now_ms - int(stamp) * 1000) > window_ms:
        raise BitzError(Code.VERIFICATION)
    if not nonces.take(int(stamp), nonce, (now_ms - 2 * window_ms) // 1000):
        raise BitzError(Code.VERIFICATION)
