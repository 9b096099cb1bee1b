"""The hash chain: every record's MAC covers its own text and the MAC before it.

    mac_n = HMAC-SHA256(key, mac_{n-1} || seq as 8 bytes, big endian || text_n)

`mac_0` is empty. `text_n` is the canonical JSON of the whole row, so neither the record
nor its kind, time or boot id can be changed unseen:

    {"body":RECORD,"boot_id":"...","kind":"...","ts_wall_ms":N}
"""

import hmac
import json
from functools import lru_cache
from typing import Final

GENESIS: Final = b""


@lru_cache(maxsize=256)  # boot ids and kinds repeat
def _quoted(text: str) -> bytes:
    return json.dumps(text, ensure_ascii=False).encode()


def row_text(ts_wall_ms: int, boot_id: str, kind: str, body: bytes) -> bytes:
    """Give the canonical text of a row; `body` is canonical JSON already.

    Raises:
        UnicodeEncodeError: half of a surrogate pair, which UTF-8 cannot hold.
    """
    return b'{"body":%b,"boot_id":%b,"kind":%b,"ts_wall_ms":%b}' % (
        body,
        _quoted(boot_id),
        _quoted(kind),
        str(ts_wall_ms).encode(),
    )


def link(key: bytes, previous: bytes, seq: int, text: bytes) -> bytes:
    """Give the MAC of record `seq`, 32 bytes."""
    return hmac.digest(key, previous + seq.to_bytes(8, "big") + text, "sha256")
