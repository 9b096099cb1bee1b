"""`python3 dev.py test --branches`: every branch of what decides about orders is taken by a unit test.

Each suite runs in a process of its own, two at a time. Fails when a line or branch is left
open, when a test fails, and when a named module is gone. coverage.py's JSON report is read.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from branches.suites import SUITES, Suite
from branches.table import GroupRow, rows_of, table

ROOT = Path(__file__).resolve().parents[2]
AT_ONCE = min(2, os.cpu_count() or 1)
GIVE_UP_S = 600.0


def main() -> int:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(lambda suite: run(suite, Path(folder)), SUITES))
    rows = tuple(row for rows, _ in results for row in rows)
    troubles = [words for _, words in results if words]
    if rows:
        print(table(rows))
    print(f"{len(rows)} groups in {time.monotonic() - began:.0f} s")
    for words in troubles:
        print(words, file=sys.stderr)
    return 0 if not troubles and all(row.is_whole for row in rows) else 1


def run(suite: Suite, folder: Path) -> tuple[tuple[GroupRow, ...], str]:
    """Run one suite; give its rows, and what went wrong, "" for nothing."""
    data, report = folder / f"{suite.name}.coverage", folder / f"{suite.name}.json"
    coverage = [sys.executable, "-m", "coverage"]
    left_out = [f"--ignore-glob={pattern}" for pattern in suite.left_out]
    tests = ["-m", "pytest", "-q", "-p", "no:cacheprovider", *left_out, *suite.tests]
    steps = {
        "the tests": [*coverage, "run", "--branch", f"--source={suite.package}", f"--data-file={data}", *tests],
        "the report": [*coverage, "json", "-q", f"--data-file={data}", "-o", str(report)],
    }
    for name, step in steps.items():
        try:
            done = subprocess.run(step, cwd=ROOT, capture_output=True, text=True, check=False, timeout=GIVE_UP_S)
        except subprocess.TimeoutExpired:
            return (), f"{suite.name}: {name} took longer than {GIVE_UP_S:g} s"
        if done.returncode != 0:
            return (), f"{suite.name}: {name} failed\n{done.stdout[-4_000:]}{done.stderr[-2_000:]}"
    try:
        return rows_of(suite, json.loads(report.read_text()), ROOT), ""
    except LookupError as error:
        return (), f"{suite.name}: {error.args[0]}"


if __name__ == "__main__":
    sys.exit(main())
