"""Failures of Python and the system in words of a trader: no class name, no number of the system, no library's text."""

import errno
import json
import re
import tomllib
from decimal import Decimal, InvalidOperation

import pytest

from terminal.domain.causes import OWN_FAULT, cause
from terminal.domain.errors import ConfigError, StorageError
from terminal.domain.order import Side
from terminal.domain.plain_words import why

BARE = re.compile(r"\w+Error\b|\bErrno\b|\[\d+\]|\bNoneType\b|\bobject has no\b|\bTraceback\b|^\('|literal for")


def raised(act):
    with pytest.raises(Exception) as caught:  # noqa: PT011 - any kind: the words are what is looked at
        act()
    return caught.value


def disk(number):
    def act():
        raise OSError(number, "the library's words", "/somewhere")

    return act


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (disk(errno.ENOSPC), "the disk is full"),
        (disk(errno.EACCES), "this user may not do that there"),
        (disk(errno.ENOENT), "it is not there"),
        (disk(9_999), "the system refused it"),
        (lambda: json.loads('{"a": }'), "line 1, column 7 is not written as JSON"),
        (lambda: tomllib.loads("a = 1\nb = ="), "line 2, column 5 is not written as TOML"),
        (b"\xff".decode, "it is not text in UTF-8"),
        (lambda: {}["price"], "price is missing or unknown"),
        (lambda: Decimal("x"), "a figure in it is no number"),
        (lambda: int("x"), "'x' is not a whole number"),
        (lambda: float("x"), "'x' is not a number"),
        (lambda: Side("SIDEWAYS"), "'SIDEWAYS' is not known to this version"),
        (lambda: json.dumps(float("nan"), allow_nan=False), "a figure in it is no number"),
        (lambda: None.size, OWN_FAULT),
        (lambda: "abc".index(3), OWN_FAULT),
        (lambda: __import__("no_such_library"), "the part no_such_library is missing"),
    ],
)
def test_a_failure_is_told_without_the_librarys_words(act, words):
    told = cause(raised(act))
    assert told == words
    assert not BARE.search(told)
    assert not told.endswith(".")


def test_our_own_words_stay():
    assert cause(StorageError("The disk is slow. Wait.")) == "The disk is slow. Wait"
    assert cause(ValueError("the stop is above the entry")) == "the stop is above the entry"


@pytest.mark.parametrize(
    "error", [InvalidOperation("[<class 'decimal.ConversionSyntax'>]"), KeyError("a"), OSError(13, "x")]
)
def test_why_tells_no_bare_text_either(error):
    told = why(error)
    assert told.endswith(".")
    assert told[0].isupper()
    assert not BARE.search(told)
    assert why(ConfigError("name another file")) == "Name another file."
