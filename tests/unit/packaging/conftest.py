"""The scripts of packaging/ are no part of the program: they are found by their folder."""

import sys
from pathlib import Path

SCRIPTS = str(Path(__file__).resolve().parents[3] / "packaging")
if SCRIPTS not in sys.path:
    sys.path.append(SCRIPTS)
