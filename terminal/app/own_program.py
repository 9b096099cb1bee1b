"""How this program starts another of itself: the interpreter on the sources, or the packaged program."""

import sys
from pathlib import Path
from typing import Final

_WITH_CONSOLE: Final = "alphadesk-cli.exe"


def is_packaged() -> bool:
    """True in a bundle, where there is no interpreter to call."""
    return bool(getattr(sys, "frozen", False))


def own_command() -> list[str]:
    """Give program and first arguments of `alphadesk`, for a child whose standard output is read."""
    if not is_packaged():
        return [sys.executable, "-m", "terminal"]
    if sys.platform == "win32":  # there the program behind the icon has no standard output, so it has a twin that does
        return [str(Path(sys.executable).with_name(_WITH_CONSOLE))]
    return [sys.executable]
