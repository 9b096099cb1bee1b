"""What a coverage report says of each group: branches taken, and by line what was not."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import Any

from branches.suites import Group, Suite


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One row. `open_places`: every line and branch that no test took, e.g. `signing.py: line 12`."""

    title: str
    modules: int
    statements: int
    branches: int
    taken: int
    open_places: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        return not self.open_places

    @property
    def percent(self) -> float:
        """Branches taken; 100 where the modules have none."""
        return 100.0 if self.branches == 0 else 100 * self.taken / self.branches


def rows_of(suite: Suite, report: Mapping[str, Any], root: Path) -> tuple[GroupRow, ...]:
    """Give a suite's rows from coverage's JSON report.

    Raises:
        LookupError: a pattern finds no module, or a module is missing in the report: what was
            renamed must not count as covered.
    """
    files = {PurePosixPath(name).as_posix(): found for name, found in report["files"].items()}
    return tuple(_row(suite, group, files, root) for group in suite.groups)


def _row(suite: Suite, group: Group, files: Mapping[str, Any], root: Path) -> GroupRow:
    modules = modules_of(suite, group, root)
    found = []
    for module in modules:
        name = f"{suite.folder}/{module}"
        if name not in files:
            raise LookupError(f"coverage says nothing about {name}")
        found.append((module, files[name]))
    return GroupRow(
        group.title,
        len(found),
        sum(each["summary"]["num_statements"] for _, each in found),
        sum(each["summary"]["num_branches"] for _, each in found),
        sum(each["summary"]["covered_branches"] for _, each in found),
        tuple(place for module, each in found for place in _open_places(module, each)),
    )


def modules_of(suite: Suite, group: Group, root: Path) -> tuple[str, ...]:
    """Find a group's modules below the suite's folder; empty package files are left out.

    Raises:
        LookupError: a pattern finds none.
    """
    folder = root / suite.folder
    names: set[str] = set()
    for pattern in group.files:
        here = {path.relative_to(folder).as_posix() for path in folder.glob(pattern) if path.stat().st_size}
        if not here:
            raise LookupError(f"no module fits {suite.folder}/{pattern}")
        names |= here
    return tuple(sorted(name for name in names if not any(fnmatch(name, each) for each in group.without)))


def _open_places(module: str, found: Mapping[str, Any]) -> list[str]:
    lines = [f"{module}: line {line}" for line in found["missing_lines"]]
    missed = set(found["missing_lines"])
    branches = [
        f"{module}: from line {start} to {'the end' if end < 0 else f'line {end}'}"
        for start, end in found["missing_branches"]
        if start not in missed
    ]
    return lines + branches


def table(rows: tuple[GroupRow, ...]) -> str:
    """Give the rows as text, with what is open behind them."""
    wide = max(len(row.title) for row in rows)
    head = f"{'modules that decide about orders':<{wide}} {'files':>6} {'statements':>11} {'branches':>9} {'taken':>7}"
    lines = [head]
    for row in rows:
        share = f"{row.percent:.0f} %" if row.is_whole else f"{min(row.percent, 99.9):.1f} %"
        lines.append(f"{row.title:<{wide}} {row.modules:>6} {row.statements:>11} {row.branches:>9} {share:>7}")
    for row in rows:
        lines.extend(f"not taken, {row.title}: {place}" for place in row.open_places)
    return "\n".join(lines)
