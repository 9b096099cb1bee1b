"""When things first happened, counted from the start of the process.

`ALPHADESK_MILESTONES=FILE` writes them as JSON at the end; the benchmarks read it.
"""

import json
import os
import time
from pathlib import Path
from typing import Final

_PROC_STAT: Final = Path("/proc/self/stat")
_IMPORTED_S: Final = time.monotonic()


def _process_start_s() -> float:
    """Give the process's start on the monotonic clock; where the system does not tell, the import of this module."""
    try:
        after_name = _PROC_STAT.read_text().rsplit(")", 1)[1].split()
        since_boot_s = int(after_name[19]) / os.sysconf("SC_CLK_TCK")
        return time.monotonic() - (time.clock_gettime(time.CLOCK_BOOTTIME) - since_boot_s)
    except (OSError, AttributeError, IndexError, ValueError):
        return _IMPORTED_S


class Milestones:
    """First occurrence of each named moment, in ms since the process began."""

    def __init__(self) -> None:
        self._start_s = _process_start_s()
        self.reached_ms: dict[str, float] = {}

    def reach(self, name: str) -> None:
        """Note a moment; only the first time counts."""
        if name not in self.reached_ms:
            self.reached_ms[name] = round((time.monotonic() - self._start_s) * 1000, 1)

    def get(self, name: str) -> float | None:
        return self.reached_ms.get(name)

    def write_if_asked(self) -> None:
        """Write the file named by ALPHADESK_MILESTONES, if any."""
        target = os.environ.get("ALPHADESK_MILESTONES")
        if target:
            Path(target).write_text(json.dumps(self.reached_ms))
