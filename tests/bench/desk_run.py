"""The real window on the real built-in exchange, for measuring: a fresh profile and a running loop."""

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from helpers.loopback import Loopback, loopback
from helpers.seat import write_profile
from terminal.app.milestones import Milestones
from terminal.app.session import Session, SessionOptions
from terminal.app.window_app import WindowRun, make_application
from terminal.runtime.desk_loop import DeskLoop

T = TypeVar("T")
PATIENCE_S = 30.0

ROOMY = {
    "orders_per_s": 5,
    "orders_per_min": 10_000,
    "orders_per_day": 1_000_000,
    "fills_per_min": 10,
    "entry_interval_s": "0.01",
    "duplicate_window_s": "0.01",
    "order_notional": "0.2",
    "daily_loss_reduce": "0.06",
}
"""Limits that do not slow a measurement down; the hard ones stay."""


def measure_in_window(story: Callable[[WindowRun], Awaitable[T]], *, speed: float = 1.0) -> T:
    """Bring the window up on a fresh exchange, run `story`, close everything; give what it gave."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["ALPHADESK_HOME"] = home
        with loopback(Path(home), speed=speed) as exchange:
            write_profile("bench", exchange.link, **ROOMY)
            return _run(story, exchange)


def _run(story: Callable[[WindowRun], Awaitable[T]], exchange: Loopback) -> T:
    session = Session(SessionOptions(profile="bench", connect=exchange.link))
    loop = DeskLoop(make_application())
    with loop:
        return loop.run_until_complete(_life(session, story))


async def _life(session: Session, story: Callable[[WindowRun], Awaitable[T]]) -> T:
    run = WindowRun(session, Milestones())
    living = asyncio.create_task(run.life())
    try:
        return await story(run)
    finally:
        run.closing.set()
        await living


async def until(run: WindowRun, happened: Callable[[], bool], what: str) -> None:
    """Look 200 times a second; a benchmark may."""
    end = run.session.clock.monotonic_s() + PATIENCE_S
    while not happened():
        if run.session.clock.monotonic_s() > end:
            words = [notice.text for notice in run.parts.desk.notices][-5:]
            words += [cycle.text for cycle in run.parts.desk.cycles][-2:]
            raise TimeoutError(f"{what} did not happen within {PATIENCE_S:g} s: {words}")
        await asyncio.sleep(0.005)
