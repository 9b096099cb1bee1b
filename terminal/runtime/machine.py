"""Looks at this computer before a day of trading: disk, sleep, sound. It changes nothing.

What a system does not tell is said so, and a person looks: a wrong "all is well" would cost more.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from terminal.ports.machine import MachineFact

LEAST_FREE: Final = 1_000_000_000  # bytes; a day's journal and log are far below it
SCARCE_FREE: Final = 5_000_000_000
_LIMIT_S: Final = 2.0
_GB: Final = 1_000_000_000
_CARDS: Final = Path("/proc/asound/cards")
_NO_CARDS: Final = "no soundcards"
_SLEEP_HINT: Final = "Switch automatic sleep off in the system's power settings; closing the lid must not sleep either."
_GNOME_POWER: Final = "org.gnome.settings-daemon.plugins.power"


class ThisMachine:
    """`terminal.ports.machine.Machine` of the computer this runs on; `folder` lies on the journal's disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def facts(self) -> tuple[MachineFact, ...]:
        return self._disk(), _sleep(), _sound()

    def _disk(self) -> MachineFact:
        try:
            free = shutil.disk_usage(self._folder).free
        except OSError as error:
            words = f"the disk of the journal cannot be looked at ({error.strerror})"
            return MachineFact("disk", "Disk", is_good=False, words=words, hint="See that the disk is there.")
        words = f"{free / _GB:,.1f} GB free where the journal lies"
        if free < LEAST_FREE:
            hint = "Free at least 1 GB: a full disk halts trading."
            return MachineFact("disk", "Disk", is_good=False, words=words, hint=hint)
        if free < SCARCE_FREE:
            return MachineFact("disk", "Disk", is_good=None, words=words, hint="Enough for days, not for weeks.")
        return MachineFact("disk", "Disk", is_good=True, words=words)


def _sleep() -> MachineFact:
    if not sys.platform.startswith("linux"):
        return MachineFact("sleep", "Sleep setting", None, "this system does not tell it to programs", _SLEEP_HINT)
    if _said("systemctl", "is-enabled", "sleep.target") == "masked":
        return MachineFact("sleep", "Sleep setting", is_good=True, words="sleep is switched off for the whole system")
    setting = _said("gsettings", "get", _GNOME_POWER, "sleep-inactive-ac-type").strip("'")
    if setting == "nothing":
        return MachineFact("sleep", "Sleep setting", is_good=True, words="the desktop does not sleep while plugged in")
    if setting:
        words = f"the desktop is set to {setting} when nobody touches it"
        return MachineFact("sleep", "Sleep setting", is_good=False, words=words, hint=_SLEEP_HINT)
    return MachineFact("sleep", "Sleep setting", None, "the setting could not be read", _SLEEP_HINT)


def _sound() -> MachineFact:
    hint = "Press Test sound and turn it up until you hear it."
    if not sys.platform.startswith("linux"):
        return MachineFact("sound", "Sound", None, "only your ears can tell", hint)
    try:
        cards = _CARDS.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        cards = ""
    if not cards or _NO_CARDS in cards:
        words = "this computer has no sound output"
        return MachineFact("sound", "Sound", None, words, "Watch the screen, or connect a loudspeaker.")
    return MachineFact("sound", "Sound", None, "a sound output is there; only your ears can tell", hint)


def _said(*command: str) -> str:
    """Give what a program of the system prints, in small letters; "" when there is none or it does not answer."""
    path = shutil.which(command[0])
    if path is None:
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command with fixed arguments
            [path, *command[1:]], capture_output=True, text=True, timeout=_LIMIT_S, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip().lower()
