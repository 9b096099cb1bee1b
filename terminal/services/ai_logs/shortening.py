"""What becomes of a log that is longer than we send: its longest texts stand there by their beginning and end.

Nothing is worded anew, and figures, evidence, the order and the explanation stay as they are. Each text that is cut
says so, with its length and the hash of the whole, which lies in the journal with its decision.
"""

from collections.abc import Iterator
from typing import Any, Final

from terminal.domain.canonical import canonical_json, digest

MOST_BYTES: Final = 48_000
"""Our own limit of a log's input and output together; the venue names none."""
HEAD_CHARS: Final = 2_000
TAIL_CHARS: Final = 1_000
_LEAST_CHARS: Final = 4_000  # a shorter text is never cut: little would be gained
TRUNCATED: Final = "truncated"


def shortened(given: dict[str, Any], output: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give input and output as they are where they fit, else with their longest texts cut, one more until they do.

    An input of which something was cut, there or in the output, says `truncated`. A log that is too long without
    any long text stays whole: the limit is ours, and a decision is not lost to it.

    Raises:
        ValueError, TypeError: something has no canonical form.
    """
    if _size(given, output) <= MOST_BYTES:
        return given, output
    texts = sorted({each for each in _texts([given, output]) if len(each) > _LEAST_CHARS}, key=_longest_first)
    for count in range(1, len(texts) + 1):
        chosen = frozenset(texts[:count])
        cut_given, cut_output = _cut(given, chosen) | {TRUNCATED: True}, _cut(output, chosen)
        if count == len(texts) or _size(cut_given, cut_output) <= MOST_BYTES:
            return cut_given, cut_output
    return given, output


def is_whole_or_cut(text: object) -> bool:
    """True for a text that says something, whole or by its beginning."""
    if isinstance(text, dict):
        text = text.get("head") if text.get(TRUNCATED) is True else None
    return isinstance(text, str) and bool(text.strip())


def _size(given: dict[str, Any], output: dict[str, Any]) -> int:
    return len(canonical_json([given, output]).encode())


def _longest_first(text: str) -> tuple[int, str]:
    return -len(text), text


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _cut(value: Any, chosen: frozenset[str]) -> Any:
    if isinstance(value, str):
        return _ends(value) if value in chosen else value
    if isinstance(value, dict):
        return {name: _cut(each, chosen) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_cut(each, chosen) for each in value]
    return value


def _ends(text: str) -> dict[str, Any]:
    return {
        TRUNCATED: True,
        "chars": len(text),
        "sha256": digest(text),
        "head": text[:HEAD_CHARS],
        "tail": text[-TAIL_CHARS:],
    }
