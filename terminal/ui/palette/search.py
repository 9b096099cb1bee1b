"""How well a typed word fits words that can be found: pure text, no Qt."""

from typing import Final

_WHOLE: Final = 40.0  # the word itself
_START: Final = 24.0  # the beginning of a word
_INSIDE: Final = 12.0
LOOSE: Final = 4.0  # below this only letters in order were found, with gaps
_LETTER: Final = 1.0
_LETTER_START: Final = 3.0  # such a letter at the beginning of a word


def score(query: str, text: str) -> float | None:
    """Rate how well every word of `query` is found in `text`, higher is better; None when one is not.

    A word is found whole, at the start of a word, inside one, or at least as its letters in order.
    Shorter texts go before longer ones that fit as well. An empty query fits everything with 0.
    """
    found, low = 0.0, text.casefold()
    for word in query.casefold().split():
        one = _one(word, low)
        if one is None:
            return None
        found += one
    return found - len(low) / 1_000 if found else found


def _one(word: str, text: str) -> float | None:
    at = _word_start(word, text)
    if at is not None:
        after = at + len(word)
        whole = after == len(text) or not text[after].isalnum()
        return (_WHOLE if whole else _START) - min(at, 40) / 10
    at = text.find(word)
    if at >= 0:
        return _INSIDE - min(at, 40) / 10
    return _letters(word, text)


def _word_start(word: str, text: str) -> int | None:
    at = text.find(word)
    while at >= 0:
        if at == 0 or not text[at - 1].isalnum():
            return at
        at = text.find(word, at + 1)
    return None


def _letters(word: str, text: str) -> float | None:
    """Find the letters in order; those that begin a word are worth more."""
    at, worth = -1, 0.0
    for letter in word:
        at = text.find(letter, at + 1)
        if at < 0:
            return None
        worth += _LETTER_START if at == 0 or not text[at - 1].isalnum() else _LETTER
    return worth / max(1, len(word))
