"""Ready to trade after a restart on a journal of 10,000 orders, checks of its chain included."""

import asyncio
import tempfile
import time
from pathlib import Path

from bench.headless_desk import CHAIN_KEY, headless_desk, until
from bench.long_journal import write_journal
from bench.rows import Row, median_row
from helpers.loopback import STARTED_MS, loopback
from terminal.domain.risk import TradingState

ORDERS = 10_000
_RUNS = 3


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        asyncio.Runner().run(write_journal(path, CHAIN_KEY, positions=ORDERS // 2, now_ms=STARTED_MS))
        with loopback(Path(folder), speed=1.0) as exchange:
            took_s = [asyncio.Runner().run(_restart(exchange.line, path)) for _ in range(_RUNS)]
    return [median_row("Restart with 10,000 journalled orders to ready to trade", took_s, "s", 5)]


async def _restart(line: dict[str, object], path: Path) -> float:
    began_s = time.perf_counter()
    async with headless_desk(line, path, lambda _event: None) as engine:
        await engine.wait_ready()
        await until(lambda: engine.trading_state is TradingState.ACTIVE)
        took_s = time.perf_counter() - began_s
        assert len(engine.core.ledger.orders) >= ORDERS
    return took_s
