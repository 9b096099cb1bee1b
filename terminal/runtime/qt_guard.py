"""Refuse the one pair of versions that kills the process.

PySide6 6.12.0 on CPython 3.11 gives back one reference to None too few per call of a
void method; any repainting window dies within minutes. See docs/decisions.md.
"""

import sys

from terminal.domain.errors import ConfigError

BROKEN_FROM = (6, 12)


def refuse_broken_qt(qt_version: str, python: tuple[int, int]) -> None:
    """Check the versions before a window is made.

    Raises:
        ConfigError: this pair is known to crash.
    """
    major_minor = tuple(int(part) for part in qt_version.split(".")[:2])
    if python < (3, 12) and major_minor >= BROKEN_FROM:
        raise ConfigError(
            f"PySide6 {qt_version} crashes on Python {python[0]}.{python[1]}. "
            "Install PySide6-Essentials below 6.12 (python3 dev.py run does), or use Python 3.12 or newer."
        )


def check_installed_qt() -> None:
    """Check the versions that are installed here."""
    from PySide6 import __version__  # noqa: PLC0415 - reading the version must not happen when no window is wanted

    refuse_broken_qt(__version__, sys.version_info[:2])
