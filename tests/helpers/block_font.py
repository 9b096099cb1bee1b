"""A font of blocks, written here: text takes the same room and the same pixels on every machine.

Each letter is one rectangle with the outline of its kind (high, low, hanging, narrow, a dot, a dash), so that a word
keeps its shape. No curve is left that two machines would draw differently.
"""

import struct
from typing import Final

FAMILY: Final = "Alpha Desk Blocks"
_EM: Final = 1_000
_ASCENT, _DESCENT = 950, 250
_RANGES: Final = ((0x20, 0x24F), (0x370, 0x3FF), (0x2000, 0x27BF))

# advance, left, bottom, right, top; in thousandths of the font's size
_SHAPES: Final = {
    "missing": (600, 60, 0, 540, 700),
    "space": (280, 0, 0, 0, 0),
    "high": (600, 60, 0, 540, 700),
    "low": (560, 60, 0, 500, 520),
    "hanging": (560, 60, -190, 500, 520),
    "slim": (270, 70, 0, 200, 700),
    "wide": (840, 60, 0, 780, 620),
    "dot": (270, 70, 0, 200, 130),
    "dash": (560, 60, 260, 500, 350),
    "sign": (560, 80, 180, 480, 560),
    "thin space": (160, 0, 0, 0, 0),
}
_NAMES: Final = tuple(_SHAPES)
_LISTED: Final = {
    "space": " \u00a0",
    "thin space": "\u2009\u200a\u202f",
    "slim": "iljtfrI1|!'()[]{}/\\:;",
    "wide": "mwMW@%…",
    "dot": ".,·",
    "dash": "-–—−_~",
    "hanging": "gjpqyµ",
    "sign": "+=×<>*›‹→←↑↓▲▼●○✓✗",
}


def _kind(code: int) -> str:
    letter = chr(code)
    for kind, letters in _LISTED.items():
        if letter in letters and not letter.isdigit():  # all digits are as wide as each other
            return kind
    if letter.isdigit() or letter.isupper() or letter in "bdhk#$&?":
        return "high"
    return "low" if letter.islower() else "sign"


def block_font() -> bytes:
    """Give the font as a TrueType file.

    Source: the OpenType specification 1.9, "The OpenType font file" and the tables named below.
    """
    outlines = [_outline(*_SHAPES[name]) for name in _NAMES]
    places = [sum(map(len, outlines[:at])) for at in range(len(outlines) + 1)]
    tables = {
        b"OS/2": _os2(),
        b"cmap": _cmap(),
        b"glyf": b"".join(outlines),
        b"head": _head(),
        b"hhea": _hhea(),
        b"hmtx": b"".join(struct.pack(">Hh", _SHAPES[name][0], _SHAPES[name][1]) for name in _NAMES),
        b"loca": struct.pack(f">{len(places)}I", *places),
        b"maxp": struct.pack(">I14H", 0x10000, len(_NAMES), 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
        b"name": _name(),
        b"post": struct.pack(">IIhhIIIII", 0x30000, 0, -100, 50, 0, 0, 0, 0, 0),
    }
    return _file(tables)


def _outline(_advance: int, left: int, bottom: int, right: int, top: int) -> bytes:
    """Write one rectangle, clockwise; nothing for a space."""
    if left == right:
        return b""
    xs, ys = (left, 0, right - left, 0), (bottom, top - bottom, 0, bottom - top)
    body = struct.pack(">5h", 1, left, bottom, right, top) + struct.pack(">HH", 3, 0) + bytes([1] * 4)
    body += struct.pack(">4h", *xs) + struct.pack(">4h", *ys)
    return body + bytes(-len(body) % 4)


def _cmap() -> bytes:
    groups = [
        struct.pack(">III", code, code, _NAMES.index(_kind(code)))
        for first, last in _RANGES
        for code in range(first, last + 1)
    ]
    table = struct.pack(">HHIII", 12, 0, 16 + 12 * len(groups), 0, len(groups)) + b"".join(groups)
    return struct.pack(">HHHHI", 0, 1, 3, 10, 12) + table


def _head() -> bytes:
    return struct.pack(
        ">IIIIHHqqhhhhHHhhh",
        0x10000, 0x10000, 0, 0x5F0F3CF5, 0, _EM, 0, 0, 0, -_DESCENT, 840, _ASCENT, 0, 8, 2, 1, 0,
    )  # fmt: skip


def _hhea() -> bytes:
    return struct.pack(">I3hH11hH", 0x10000, _ASCENT, -_DESCENT, 0, 840, 0, 0, 840, 1, 0, 0, 0, 0, 0, 0, 0, len(_NAMES))


def _os2() -> bytes:
    return struct.pack(
        ">HhHHH11h10s4I4sHHHhhhHHII hhHHH".replace(" ", ""),
        4, 560, 400, 5, 0, *[0] * 10, 0, bytes(10), 0, 0, 0, 0, b"NONE", 0x40, _RANGES[0][0], _RANGES[-1][1],
        _ASCENT, -_DESCENT, 0, _ASCENT, _DESCENT, 1, 0, 520, 700, 0, 0x20, 0,
    )  # fmt: skip


def _name() -> bytes:
    words = {1: FAMILY, 2: "Regular", 3: FAMILY, 4: FAMILY, 5: "Version 1.0", 6: FAMILY.replace(" ", "")}
    records, texts = b"", b""
    for name_id, text in words.items():
        octets = text.encode("utf-16-be")
        records += struct.pack(">6H", 3, 1, 0x409, name_id, len(octets), len(texts))
        texts += octets
    return struct.pack(">HHH", 0, len(words), 6 + len(records)) + records + texts


def _file(tables: dict[bytes, bytes]) -> bytes:
    """Put the tables behind their directory."""
    count = len(tables)
    power = count.bit_length() - 1
    head = struct.pack(">I4H", 0x10000, count, 16 << power, power, (count - (1 << power)) * 16)
    at, body = len(head) + 16 * count, b""
    for tag, table in sorted(tables.items()):
        padded = table + bytes(-len(table) % 4)
        checksum = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        head += struct.pack(">4sIII", tag, checksum, at + len(body), len(table))
        body += padded
    return head + body
