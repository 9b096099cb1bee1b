"""What the process takes from the machine."""

import os
import time
from array import array
from pathlib import Path
from statistics import median
from typing import Final

_STATM: Final = Path("/proc/self/statm")
_MB: Final = 1024 * 1024
_ENDS: Final = 5  # looks at either end


def resident_mb() -> float | None:
    """Give the memory this process holds; None where the system does not tell."""
    try:
        pages = int(_STATM.read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE") / _MB


class Usage:
    """CPU time and memory between `start` and now, looked at once a second."""

    def __init__(self) -> None:
        self._began_s = time.perf_counter()
        self._cpu_s = time.process_time()
        self._resident: array[float] = array("d")

    def look(self) -> None:
        found = resident_mb()
        if found is not None:
            self._resident.append(found)

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._began_s

    @property
    def core_share(self) -> float:
        """CPU time of all threads as a share of one core."""
        return (time.process_time() - self._cpu_s) / self.seconds

    @property
    def resident_mb(self) -> float | None:
        """Middle of the last looks."""
        return median(self._resident[-_ENDS:]) if self._resident else None

    @property
    def growth_mb(self) -> float | None:
        """Middle of the last looks minus that of the first."""
        if len(self._resident) < 2:
            return None
        return median(self._resident[-_ENDS:]) - median(self._resident[:_ENDS])
