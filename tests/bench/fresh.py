"""The whole test command in a fresh clone without an environment, downloads included."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.rows import Row

ROOT = Path(__file__).resolve().parents[2]


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        base = getattr(sys, "_base_executable", sys.executable)
        began = time.monotonic()
        code = subprocess.call([base, "dev.py", "test"], cwd=clone, stdout=subprocess.DEVNULL)
        minutes = (time.monotonic() - began) / 60
    if code != 0:
        print("the test command failed in the fresh clone: run it there by hand", file=sys.stderr)
    return [Row("test command on a fresh clone, downloads included", round(minutes, 2), "min", 15, (minutes,))]
