"""Start to first paint, packaged and from the sources, turn by turn on the same screen."""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from check.display import CheckFailed, Display, screen, wait_until

LIMIT = 1.2
RUNS = 7
_PAINT_S = 60.0
_END_S = 30.0


@dataclass(frozen=True, slots=True)
class Paints:
    """Milliseconds from process start to first paint of each run."""

    packaged: list[float]
    sources: list[float]

    @property
    def ratio(self) -> float:
        """The median of the turns' own ratios: a busy moment hits both of a turn."""
        return statistics.median(one / other for one, other in zip(self.packaged, self.sources, strict=True))

    @property
    def words(self) -> str:
        packaged, sources = statistics.median(self.packaged), statistics.median(self.sources)
        return (
            f"packaged {packaged:.0f} ms, sources {sources:.0f} ms (medians of {len(self.packaged)}), "
            f"ratio {self.ratio:.2f} (at most {LIMIT})"
        )


def measure(program: list[str], sources: list[str], work: Path, runs: int = RUNS) -> Paints:
    """Start each of the two commands `runs` times, after one start each that warms the disk's cache."""
    with screen(work) as display:
        for command in (program, sources):
            _one_start(command, display)
        turns = [(_one_start(program, display), _one_start(sources, display)) for _ in range(runs)]
    return Paints([turn[0] for turn in turns], [turn[1] for turn in turns])


def _one_start(command: list[str], display: Display) -> float:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        told = Path(home) / "milestones.json"
        environment = {
            **display.environment,
            "HOME": home,
            "ALPHADESK_HOME": home,
            "ALPHADESK_MILESTONES": str(told),
        }
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until(lambda: bool(display.window("Alpha Desk")), _PAINT_S, "a window")
            process.send_signal(signal.SIGTERM)
            process.wait(_END_S)
        finally:
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
                process.wait()
        if not told.exists():
            raise CheckFailed(f"{command[0]} told no milestones")
        return float(json.loads(told.read_text())["first_paint_ms"])
