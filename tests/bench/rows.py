"""One measured figure, and how a table of them is printed."""

import json
import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """`value` in `unit` against `goal` (at most); `runs` holds every single measurement."""

    name: str
    value: float
    unit: str
    goal: float
    runs: tuple[float, ...]

    @property
    def met(self) -> bool:
        return self.value <= self.goal


def median_row(name: str, runs: Sequence[float], unit: str, goal: float) -> Row:
    return Row(name, round(statistics.median(runs), 2), unit, goal, tuple(round(run, 2) for run in runs))


def percentile_row(name: str, runs: Sequence[float], share: float, unit: str, goal: float) -> Row:
    ordered = sorted(runs)
    value = ordered[min(len(ordered) - 1, int(share * len(ordered)))]
    return Row(name, round(value, 2), unit, goal, tuple(round(run, 2) for run in runs))


def figure(value: float) -> str:
    """Two decimals; what they would show as nothing is written in powers of ten."""
    return f"{value:.2f}" if value == 0 or abs(value) >= 0.005 else f"{value:.1e}"


def goal_figure(goal: float) -> str:
    """A dash where a row is only there to be compared with."""
    return "–" if math.isinf(goal) else figure(goal)


def print_table(rows: Sequence[Row]) -> None:
    wide = max((len(row.name) for row in rows), default=0)
    print(f"{'what':<{wide}} {'value':>10} {'goal':>10}  {'unit':<4} {'met':<4} runs")
    for row in rows:
        met = "" if math.isinf(row.goal) else "yes" if row.met else "NO"
        goal = goal_figure(row.goal)
        print(f"{row.name:<{wide}} {figure(row.value):>10} {goal:>10}  {row.unit:<4} {met:<4} {len(row.runs)}")


def write_json(rows: Iterable[Row], path: Path) -> None:
    path.write_text(json.dumps([{**asdict(row), "met": row.met} for row in rows], indent=1) + "\n")
