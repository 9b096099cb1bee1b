"""Keeps measured rows beside the documentation and renders the page from them."""

import json
import math
import platform
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.rows import Row, figure, goal_figure

DOCS = Path(__file__).resolve().parents[2] / "docs"
KEPT = DOCS / "performance.json"
PAGE = DOCS / "performance.md"
HEAD = """# Performance

Measured by `python3 dev.py bench --record`; this page is written by that command and never by hand. Every single run
is in `performance.json`. Two cores, offscreen software raster, other work possible on the machine: read medians and
ratios.

| what | measured | goal (at most) | unit | met | runs | Python |
|---|---:|---:|---|---|---:|---|
"""


def record(rows: Iterable[Row]) -> None:
    """Put the rows in place of earlier ones of the same name and write the page."""
    kept: dict[str, dict[str, Any]] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    for row in rows:
        kept[row.name] = {**asdict(row), "met": row.met, "python": platform.python_version()}
    lines = (f"{json.dumps(name)}: {json.dumps(row)}" for name, row in kept.items())  # a line each, to be compared
    KEPT.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    PAGE.write_text(HEAD + "".join(_line(row) for row in kept.values()))


def _line(row: dict[str, Any]) -> str:
    goal, met = f"{row['goal']:g}", "yes" if row["met"] else "**no**"
    if math.isinf(row["goal"]):
        goal, met = goal_figure(row["goal"]), ""
    cells = (row["name"].strip(), figure(row["value"]), goal, row["unit"], met, len(row["runs"]))
    return "| " + " | ".join(str(cell) for cell in (*cells, row["python"])) + " |\n"
