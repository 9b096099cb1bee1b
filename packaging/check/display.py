"""A screen nobody sees, with a window manager, and the hands and eyes of a person in front of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NEEDS = {"Xvfb": "xvfb", "openbox": "openbox", "xdotool": "xdotool", "import": "imagemagick"}
_LOOK_S = 0.2
_END_S = 10.0
_NOWHERE = subprocess.DEVNULL


class CheckFailed(Exception):
    """What was looked for did not come; the text says what."""


def missing_tools(needs: dict[str, str]) -> list[str]:
    """Give the Debian packages of those programs that are not here."""
    return sorted({package for program, package in needs.items() if shutil.which(program) is None})


def wait_until(met: Callable[[], bool], within_s: float, what: str) -> float:
    """Wait until it is so; give how many seconds that took.

    Raises:
        CheckFailed: it did not come to that.
    """
    began = time.monotonic()
    while not met():
        if time.monotonic() - began > within_s:
            raise CheckFailed(f"not within {within_s:g} s: {what}")
        time.sleep(_LOOK_S)
    return time.monotonic() - began


@dataclass(frozen=True, slots=True)
class Display:
    """A running X server, e.g. `:7`."""

    name: str
    pictures: Path

    @property
    def environment(self) -> dict[str, str]:
        own = {key: value for key, value in os.environ.items() if key not in {"QT_QPA_PLATFORM", "WAYLAND_DISPLAY"}}
        return {**own, "DISPLAY": self.name}

    def window(self, title: str) -> str:
        """Give the id of the visible window with this title, "" when there is none."""
        return self._ask("search", "--onlyvisible", "--name", title).partition("\n")[0]

    def press(self, *keys: str) -> None:
        """Press keys as X names them, one after the other: `a`, `Return`, `ctrl+shift+f`."""
        self._ask("key", "--clearmodifiers", "--delay", "60", *keys)

    def type(self, words: str) -> None:
        self._ask("type", "--delay", "40", words)

    @contextmanager
    def held(self, key: str) -> Iterator[None]:
        """Keep a key down."""
        self._ask("keydown", key)
        try:
            yield
        finally:
            self._ask("keyup", key)

    def focus(self, window: str) -> None:
        self._ask("windowactivate", "--sync", window)

    def picture(self, name: str) -> Path:
        """Take a picture of the whole screen."""
        self.pictures.mkdir(parents=True, exist_ok=True)
        path = self.pictures / f"{name}.png"
        subprocess.run(["import", "-window", "root", str(path)], env=self.environment, check=True, timeout=60)
        return path

    def _ask(self, *arguments: str) -> str:
        command = ["xdotool", *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False, timeout=60)
        return done.stdout.strip()


@contextmanager
def screen(pictures: Path, size: str = "1920x1080x24") -> Iterator[Display]:
    """Start an X server and openbox; both end with the block."""
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", size, "-nolisten", "tcp"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=_NOWHERE, text=True)
    try:
        number = "" if server.stdout is None else server.stdout.readline().strip()
        if not number:
            raise CheckFailed("Xvfb did not start")
        display = Display(f":{number}", pictures)
        manager = subprocess.Popen(["openbox"], env=display.environment, stdout=_NOWHERE, stderr=_NOWHERE)
        try:
            yield display
        finally:
            end(manager)
    finally:
        end(server)


def end(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    """Ask a process to end, then insist."""
    process.terminate()
    try:
        process.wait(_END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
