"""How long the whole check of a journal of 100,000 records takes: chain, seals, forms and tables."""

import asyncio
import tempfile
import time
from pathlib import Path

from bench.long_journal import write_journal
from bench.rows import Row, median_row
from terminal.storage.journal import verify

RECORDS = 100_000
_A_POSITION = 15  # records
_KEY = bytes(range(32))
_RUNS = 5


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        positions = RECORDS // _A_POSITION + 1
        asyncio.Runner().run(write_journal(path, _KEY, positions=positions, now_ms=1_760_000_000_000))
        took_s = [_check(path) for _ in range(_RUNS)]
    return [median_row("verify 100,000 records", took_s, "s", 2)]


def _check(path: Path) -> float:
    began_s = time.perf_counter()
    result = verify(path, _KEY)
    took_s = time.perf_counter() - began_s
    assert result.is_good, result.reason
    assert result.records >= RECORDS
    return took_s * RECORDS / result.records
