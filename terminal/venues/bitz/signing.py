"""Bit-Z request signing: MD5 over the sorted parameters with the secret behind them.

The documents' text says to sort, their examples do not; the programs that traded there sorted.
Names and values are signed as they are, before any encoding. Source: Bit-Z contract API, "How to sign".
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, urlencode

NONCE_LENGTH: Final = 6


@dataclass(frozen=True, slots=True)
class Credentials:
    """An API key. Nothing of it shows when it is printed."""

    key: str = field(repr=False)
    secret: str = field(repr=False)


def spliced(parameters: Mapping[str, str]) -> str:
    """Give the text to sign: `name=value` by name, joined with `&`."""
    return "&".join(f"{name}={parameters[name]}" for name in sorted(parameters))


def sign(parameters: Mapping[str, str], secret: str) -> str:
    """MD5 in 32 lower-case hex digits. `parameters` are all but `sign` itself."""
    text = spliced(parameters) + secret
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()  # the venue's choice, not ours


def own_form(parameters: Mapping[str, str]) -> bytes:
    """Write a call's own parameters, by name; commas stay as they are."""
    return urlencode(sorted(parameters.items()), safe=",").encode()


def read_form(form: bytes) -> dict[str, str]:
    """Read what `own_form` wrote."""
    return dict(parse_qsl(form.decode(), keep_blank_values=True))


def signed_form(own: bytes, credentials: Credentials, now_ms: int, nonce: str) -> bytes:
    """Add key, time, nonce and signature behind a call's own parameters, which stay byte for byte.

    Args:
        own: what `own_form` gave.
        credentials: whose call it is.
        now_ms: the venue's time; it is sent in whole seconds.
        nonce: six letters or digits, fresh for every call.
    """
    mine = {"apiKey": credentials.key, "timeStamp": str(now_ms // 1000), "nonce": nonce}
    mine["sign"] = sign(read_form(own) | mine, credentials.secret)
    return b"&".join(part for part in (own, urlencode(mine).encode()) if part)
