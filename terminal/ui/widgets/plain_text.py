"""Text from outside, made safe to show: nothing hidden, nothing reordered, no markup.

A model's explanation or a venue's message may carry control characters or bidirectional
marks that hide or reorder words; they are shown by name instead of obeyed.
"""

import unicodedata
from html import escape
from typing import Final

_HIDDEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
_KEPT: Final = "\n"
_SEEN: Final = "\n\u2009"  # no ink of their own, and yet nothing hidden: line feeds, and the thin space before a unit
# Letters, marks and a symbol that have no ink of their own: fillers, joiners, variation selectors, the empty braille.
_BLANK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | frozenset(
    map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)


def visible(text: str) -> str:
    """Give the text with every invisible or reordering character written out, as in `‹U+202E›`.

    Line feeds stay; tabs become a space; carriage returns are dropped before a line feed.
    """
    shown = text.replace("\r\n", "\n").replace("\t", " ")
    plain = shown.replace(_SEEN[0], "").replace(_SEEN[1], "")
    if plain.isprintable() and _BLANK.isdisjoint(plain):  # no kind of `_HIDDEN` is printable
        return shown
    return "".join(
        _named(character) if character not in _KEPT and _is_hidden(character) else character for character in shown
    )


def one_line(text: str) -> str:
    """Give `visible` text with its lines joined."""
    return " ".join(visible(text).split())


def tooltip(text: str) -> str:
    """Give text for a tooltip: Qt would read markup in it, so it is escaped, and wrapped."""
    return f'<p style="white-space: pre-wrap; margin: 0">{escape(visible(text))}</p>'


def _is_hidden(character: str) -> bool:
    return character in _BLANK or unicodedata.category(character) in _HIDDEN


def _named(character: str) -> str:
    return f"‹U+{ord(character):04X}›"
