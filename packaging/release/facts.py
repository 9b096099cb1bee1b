"""What all steps of a release need to know: version, time, names and folders."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
NAME = "alphadesk"
_DEBIAN_NAMES = {"x86_64": "amd64", "aarch64": "arm64", "AMD64": "amd64", "arm64": "arm64"}


class ReleaseError(Exception):
    """A step of the release cannot go on; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Facts:
    """`epoch_s`: Unix time all files of the release bear, so that the same sources give the same bytes."""

    version: str
    summary: str
    dependencies: tuple[str, ...]
    machine: str
    epoch_s: int

    @property
    def stem(self) -> str:
        """Name of the artifacts without their ending."""
        return f"{NAME}_{self.version}_{self.machine}"


def read_facts() -> Facts:
    """Read them from pyproject.toml and the version control system.

    Raises:
        ReleaseError: pyproject.toml and the program disagree about the version.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    said = re.search(r'__version__ = "([^"]+)"', (ROOT / "terminal" / "__init__.py").read_text("utf-8"))
    if said is None or said[1] != project["version"]:
        raise ReleaseError("pyproject.toml and terminal/__init__.py name different versions. Make them equal.")
    machine = os.uname().machine if hasattr(os, "uname") else "AMD64"
    return Facts(
        project["version"],
        project["description"],
        tuple(project["dependencies"]),
        _DEBIAN_NAMES.get(machine, machine),
        _epoch_s(),
    )


def _epoch_s() -> int:
    """Give SOURCE_DATE_EPOCH, else the time of the newest commit, else that of pyproject.toml."""
    asked = os.environ.get("SOURCE_DATE_EPOCH", "")
    if asked.isdecimal():
        return int(asked)
    git = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    try:
        told = subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip()
    except FileNotFoundError:
        told = ""
    return int(told) if told.isdecimal() else int((ROOT / "pyproject.toml").stat().st_mtime)


def run(command: list[str], *, what: str, env: dict[str, str] | None = None, cwd: Path = ROOT) -> None:
    """Run a tool whose words are shown only when it fails.

    Raises:
        ReleaseError: it is not installed, or failed.
    """
    try:
        done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise ReleaseError(f"{what}: the program {command[0]} is not installed. Install it and start again.") from None
    if done.returncode != 0:
        words = "\n".join((done.stdout + done.stderr).strip().splitlines()[-25:])
        raise ReleaseError(f"{what} failed ({done.returncode}):\n{words}")


def say(words: str) -> None:
    """Tell how far the release is, on standard error: standard output is for what was made."""
    print(words, file=sys.stderr, flush=True)
