"""Why something failed, in words a trader uses: the one place that reads the errors of Python and the system.

A library's own text is written for programmers ("[Errno 13] Permission denied", "'NoneType' object has no attribute
..."), so none of it is shown. Our own errors speak for themselves.
"""

import errno
import json
import re
import tomllib
from typing import Final

from terminal.domain.errors import TerminalError

OWN_FAULT: Final = "the program met an error of its own; the log file says more"
_DISK: Final = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "this user's share of the disk is used up",
    errno.EACCES: "this user may not do that there",
    errno.EPERM: "this user may not do that there",
    errno.EROFS: "the disk can only be read",
    errno.ENOENT: "it is not there",
    errno.EEXIST: "it is there already",
    errno.ENOTDIR: "a part of its path is no folder",
    errno.EISDIR: "it is a folder",
    errno.EIO: "the disk failed",
    errno.EMFILE: "this program has too many files open",
    errno.ENFILE: "the machine has too many files open",
    errno.ENAMETOOLONG: "its name is too long",
    errno.ENOMEM: "the machine is short of memory",
    errno.EAGAIN: "the machine has no process to spare",
    errno.EADDRINUSE: "the port is taken by another program",
    errno.ECONNREFUSED: "nothing answers there",
}
# What Python's own conversions say, by pattern; the rest of a ValueError is ours.
_CONVERSIONS: Final = (
    (re.compile(r"invalid literal for int\(\) with base 10: (.*)"), "{} is not a whole number"),
    (re.compile(r"could not convert string to float: (.*)"), "{} is not a number"),
    (re.compile(r"(.*) is not a valid \w+"), "{} is not known to this version"),
    (re.compile(r"(Out of range float values).*"), "a figure in it is no number"),
)
_PLACE: Final = re.compile(r"\(at (line \d+, column \d+|end of document)\)")


def cause(error: BaseException) -> str:
    """Name the cause of a failure as a clause, without a full stop, a class name or a library's own text.

    A `ValueError` is taken as ours: this tree raises it with a sentence of its own. Hand over what a library raises
    as a `ValueError` only where its kind is known here (JSON, TOML, text that is not UTF-8).
    """
    match error:
        case TerminalError():
            return str(error).rstrip(". ")
        case json.JSONDecodeError():
            return f"line {error.lineno}, column {error.colno} is not written as JSON"
        case tomllib.TOMLDecodeError():
            place = _PLACE.search(str(error))
            return f"{place[1] if place else 'a line'} is not written as TOML"
        case UnicodeError():
            return "it is not text in UTF-8"
        case OSError():
            return _DISK.get(error.errno or 0, "the system refused it")
        case ImportError():
            return f"the part {error.name} is missing" if error.name else "a part of the program is missing"
        case KeyError():
            return f"{error.args[0] if error.args else 'something'} is missing or unknown"
        case ArithmeticError():
            return "a figure in it is no number"
        case MemoryError():
            return "the machine is short of memory"
        case RecursionError():
            return "it is nested too deeply"
        case ValueError():
            return _of_value(str(error))
        case _:
            return OWN_FAULT


def _of_value(text: str) -> str:
    for pattern, words in _CONVERSIONS:
        if found := pattern.fullmatch(text):
            return words.format(found[1])
    return text.rstrip(". ") or OWN_FAULT
