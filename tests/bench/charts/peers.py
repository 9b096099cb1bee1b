"""The environment of the charting libraries ours is measured against: `.venv-peers`, made when it is first needed."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

PINS = Path(__file__).parent / "peers.txt"
VENV = Path(__file__).resolve().parents[3] / ".venv-peers"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "alphadesk-stamp"


def peers_python() -> Path:
    """Give the interpreter of the peers' environment; makes it (a minute) unless it is there and up to date."""
    recipe = f"{sys.version_info[0]}.{sys.version_info[1]} {hashlib.sha256(PINS.read_bytes()).hexdigest()}"
    if STAMP.exists() and STAMP.read_text() == recipe:
        return PYTHON
    print("making .venv-peers (finplot and vnpy, for comparison only) ...", file=sys.stderr, flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-deps", "-r", str(PINS)], check=True)
    STAMP.write_text(recipe)
    return PYTHON
