"""A clean environment: the program's own dependencies at their recorded versions, PyInstaller, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

from release.facts import PACKAGING, ROOT, Facts, ReleaseError, run, say


def environment_python(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def make_environment(folder: Path, facts: Facts) -> Path:
    """Make the environment in `folder` unless one stands there; give its interpreter.

    Raises:
        ReleaseError: this Python cannot be packed, or a package could not be installed.
    """
    python = environment_python(folder)
    if python.exists():
        _refuse_strangers(python)
        return python
    if os.name == "posix" and not sysconfig.get_config_var("Py_ENABLE_SHARED"):
        raise ReleaseError(
            "This Python has no shared library, which PyInstaller needs. Use one built with --enable-shared "
            "(Debian: apt install libpython3.11)."
        )
    say("Making a clean environment (a few minutes)")
    run([sys.executable, "-m", "venv", str(folder)], what="Making the environment")
    limits = ["-c", str(ROOT / "constraints.txt"), "-r", str(PACKAGING / "requirements.txt")]
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, *limits, *facts.dependencies], what="Installing the packages")
    return python


def _refuse_strangers(python: Path) -> None:
    """Refuse an environment for development: PyInstaller packs whatever it finds there.

    Raises:
        ReleaseError: it holds the test runner.
    """
    code = "import importlib.util as u, sys; sys.exit(u.find_spec('pytest') is not None)"
    if subprocess.call([str(python), "-c", code]) != 0:
        raise ReleaseError(f"{python.parent.parent} is an environment for development. Name another, or leave it out.")
