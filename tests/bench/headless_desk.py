"""An engine without a window on the built-in exchange: real adapter, sockets, journal and clock."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from helpers.fake_chance import SeededChance
from helpers.scripted_worker import ScriptedWorker
from terminal.domain.messages import Event
from terminal.domain.risk import RiskLimits
from terminal.runtime.clock import SystemClock
from terminal.services.engine import Engine
from terminal.storage.journal import open_journal
from terminal.venues.weex.adapter import Credentials, WeexAdapter

CHAIN_KEY = b"bench-chain-key-0123456789"


@asynccontextmanager
async def headless_desk(
    line: dict[str, Any],
    journal: Path,
    hear: Callable[[Event], None],
    transport: httpx.AsyncBaseTransport | None = None,
) -> AsyncIterator[Engine]:
    """Start an engine on the exchange that printed `line`; closed when the block ends."""
    clock, chance = SystemClock(), SeededChance()
    adapter = WeexAdapter(
        line["rest"],
        line["ws_public"],
        line["ws_private"],
        Credentials(line["key"], line["secret"], line["passphrase"]),
        clock,
        chance,
        simulated=True,
        transport=transport,
    )
    kept = await open_journal(journal, CHAIN_KEY, now_ms=clock.now_ms, boot_id="bench")
    engine = Engine(
        adapter, adapter, kept, ScriptedWorker(clock, 1), clock, chance, RiskLimits(), emit=hear, version="bench"
    )
    await engine.start()
    try:
        yield engine
    finally:
        await engine.aclose()
        await adapter.aclose()


async def until(happened: Callable[[], bool], limit_s: float = 60.0) -> None:
    """Look every millisecond until something holds."""
    async with asyncio.timeout(limit_s):
        while not happened():  # noqa: ASYNC110 - what is awaited sets no event
            await asyncio.sleep(0.001)
