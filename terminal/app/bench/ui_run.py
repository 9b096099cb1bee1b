"""The real window on its own exchange under a steady load, and what it costs.

Everything runs as for a person: own exchange process, own empty profile, every panel open. Only the
socket and the window are looked at from outside (see `tapped`, `frames`, `screen`).
"""

import asyncio
import json
import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from typing import Final
from urllib.request import urlopen

from terminal.app.bench.ages import percentile
from terminal.app.bench.machine import Usage
from terminal.app.bench.plan import Plan
from terminal.app.bench.screen import Screen
from terminal.app.bench.switching import Switcher
from terminal.app.bench.tapped import Tap
from terminal.app.milestones import Milestones
from terminal.app.session import Session, SessionOptions
from terminal.app.window_app import WindowRun, make_application
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.errors import ConfigError
from terminal.runtime.desk_loop import DeskLoop
from terminal.runtime.heartbeat import Heartbeat
from terminal.runtime.qt_guard import check_installed_qt
from terminal.ui.layout.placing import place
from terminal.ui.layout.plans import Plan as LayoutPlan

WINDOW_SIZE: Final = (1840, 980)
_LIVE_WITHIN_S: Final = 60.0
_LOOK_S: Final = 0.05
_LAST_LOOKS: Final = 20  # at what waits in the program, for the backlog
_EXCHANGE_WITHIN_S: Final = 5.0
_EVERYTHING: Final = LayoutPlan(
    left=((("markets",), ("ticket",)),),
    right=((("ladder",), ("depth",), ("tape",)), (("review",), ("ai_logs",))),
    bottom=((("tables",),),),
    widths=(("markets", 360), ("ladder", 300), ("review", 372)),
    heights=(("tables", 208), ("markets", 312), ("ticket", 600), ("ladder", 420), ("tape", 240), ("review", 600)),
)

Figures = dict[str, float | int | None]


def run_bench(plan: Plan) -> int:
    """Measure, and print one JSON object.

    Raises:
        TerminalError: the desk could not be brought up.
    """
    check_installed_qt()
    with tempfile.TemporaryDirectory(prefix="alphadesk-bench-") as home:
        os.environ["ALPHADESK_HOME"] = home
        session = Session(SessionOptions(seed=plan.seed, speed=1.0, rate=plan.rate))
        app = make_application()
        loop = DeskLoop(app)
        run = BenchRun(session, plan)
        try:
            with loop:
                figures = loop.run_until_complete(run.measured())
        finally:
            session.abandon()
    print(json.dumps(figures))
    return 0


class BenchRun(WindowRun):
    """One run of the window with a stop watch beside it."""

    def __init__(self, session: Session, plan: Plan) -> None:
        super().__init__(session, Milestones())
        self._plan = plan
        self._screen: Screen | None = None
        self._tap = Tap(self._received)
        session.connection = self._tap.kind()
        self.parts.window.resize(*WINDOW_SIZE)

    async def measured(self) -> Figures:
        """Live through the plan, then close everything.

        Raises:
            TerminalError: the desk did not come up.
        """
        living = asyncio.create_task(self.life(), name="window life")
        try:
            await self._until_live(living)
            if living.done():
                await living
            self._open_all()
            await asyncio.sleep(self._plan.warm)
            figures = await self._under_load()
            if self._plan.switches:
                clicks = await Switcher(self).click_through(ALLOWED_INSTRUMENTS, self._plan.switches)
                figures |= _spread("switch_ms", clicks)
        finally:
            self.closing.set()
            await living
        if self.failure is not None:
            raise self.failure
        return figures

    def _received(self, channel: str, at_s: float) -> None:
        if self._screen is not None:
            self._screen.received(channel, at_s)

    async def _until_live(self, living: asyncio.Task[None]) -> None:
        """Wait until the desk trades and every panel has something to show.

        Raises:
            TerminalError: it does not come to that.
        """
        desk = self.parts.desk
        with suppress(TimeoutError):
            async with asyncio.timeout(_LIVE_WITHIN_S):
                while not (desk.phase.ready and len(desk.tickers) == len(ALLOWED_INSTRUMENTS)):
                    if self.failure is not None:
                        raise self.failure
                    if living.done():
                        return  # its own end says why
                    await asyncio.sleep(_LOOK_S)
                return
        raise ConfigError(f"Prices were not live after {_LIVE_WITHIN_S:.0f} s: {desk.phase.text}")

    def _open_all(self) -> None:
        """Show every panel, none behind another."""
        window = self.parts.window
        place(window, window.docks, _EVERYTHING)

    async def _under_load(self) -> Figures:
        self._screen = screen = Screen(self, self.parts.desk.selection[0], ALLOWED_INSTRUMENTS)
        await asyncio.sleep(1.0)
        beats = Heartbeat(self.parts.window)
        tap, opened, messages, octets = self._tap, self._tap.opened, self._tap.messages, self._tap.octets
        screen.start()
        beats.start()
        usage = Usage()
        for _ in range(self._plan.seconds):
            usage.look()
            await asyncio.sleep(1.0)
        usage.look()
        beats.stop()
        screen.stop()
        seconds, share = usage.seconds, usage.core_share
        figures: Figures = {
            "rate_asked": self._plan.rate,
            "seconds": round(seconds, 1),
            "messages_per_s": round((tap.messages - messages) / seconds, 1),
            "kilobytes_per_s": round((tap.octets - octets) / seconds / 1000, 1),
            **_spread("received_to_painted_ms", screen.ages_ms),
            "messages_timed": len(screen.ages_ms),
            "messages_unchanged": screen.unchanged,
            **_spread("heartbeat_late_ms", beats.lateness_ms),
            "frames_per_s": round(screen.frames.count / seconds, 1),
            **_spread("frame_ms", screen.frames.spent_ms),
            "core_percent": round(share * 100, 1),
            "resident_mb": _rounded(usage.resident_mb),
            "growth_mb": _rounded(usage.growth_mb),
            "reconnects": tap.opened - opened,
        }
        return figures | await self._backlog()

    async def _backlog(self) -> Figures:
        """Look some times: what waits at every look is never caught up; one that keeps up is soon at nothing."""
        frames, octets = [], []
        for _ in range(_LAST_LOOKS):
            await asyncio.sleep(_LOOK_S)
            waiting = self._tap.waiting()
            frames.append(waiting[0])
            octets.append(waiting[1])
        told = await asyncio.to_thread(self._exchange_waiting)
        return {"backlog_frames": min(frames), "backlog_bytes": min(octets), "backlog_at_exchange": told}

    def _exchange_waiting(self) -> int | None:
        link = self.session.link
        if link is None:
            return None
        with urlopen(f"{link.rest_url}/_sim/streams", timeout=_EXCHANGE_WITHIN_S) as answer:  # noqa: S310 - our own exchange on this machine
            waiting: int = json.loads(answer.read())["waiting"]
        return waiting


def _spread(name: str, values: Iterable[float]) -> Figures:
    found = list(values)
    return {
        f"{name}_p50": _rounded(percentile(found, 0.5)),
        f"{name}_p99": _rounded(percentile(found, 0.99)),
        f"{name}_max": _rounded(max(found, default=None)),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
