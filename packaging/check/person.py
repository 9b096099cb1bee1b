"""What a newcomer does in the first minutes, with the keys alone: approve, reject, flatten, quit.

Each step waits for the record of it in the journal.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from check.display import CheckFailed, Display, end, screen, wait_until
from check.evidence import Evidence

TITLE = "Alpha Desk"
_START_S = 60.0
_TRADE_S = 240.0  # several cycles of the demo
_FLAT_S = 90.0
_QUIT_S = 45.0
_LOOK_S = 1.5
_PLAN_S = 3.0
_HOLD_S = 15.0  # the button wants 1.5 s; a busy machine counts them late


@dataclass(slots=True)
class Walk:
    """One visit to the packaged window."""

    display: Display
    process: subprocess.Popen[bytes]
    evidence: Evidence
    window: str = ""

    def first_run(self) -> str:
        took = wait_until(lambda: bool(self._find()), _START_S, "a window on the screen")
        self.window = self._find()
        self.display.focus(self.window)
        self.display.picture("1-first-run")
        return f"a window after {took:.1f} s"

    def approve(self) -> str:
        """Approve until one is filled: the market may leave a proposal's price before the key is pressed."""
        began = time.monotonic()
        while not self.evidence.count("fill_booked"):
            if time.monotonic() - began > _TRADE_S:
                raise CheckFailed(f"no fill within {_TRADE_S:g} s; {self.evidence.refusals}")
            if self.evidence.waiting > 0:
                time.sleep(_LOOK_S)  # it is in the journal a moment before it is on the screen
                # Esc first: a price that has moved brings a sheet that must be closed, as it must for a person.
                self.display.press("Escape", "j", "a")
            time.sleep(_LOOK_S)
        self.display.picture("2-approved")
        who = self.evidence.records("approval_given")[-1]["approval"]["who"]
        return f"approved by {who}, filled after {time.monotonic() - began:.0f} s"

    def reject(self) -> str:
        began = time.monotonic()
        while not self._rejections():
            if time.monotonic() - began > _TRADE_S:
                raise CheckFailed(f"no rejection in the journal within {_TRADE_S:g} s")
            if self.evidence.waiting > 0:
                time.sleep(_LOOK_S)
                self.display.press("Escape", "j", "r")
                self.display.type("not while I only look around")
                self.display.picture("3-rejecting")
                self.display.press("Return")
            time.sleep(_LOOK_S)
        return f"rejected: {self._rejections()[-1]['reason']}"

    def flatten(self) -> str:
        self.display.press("ctrl+shift+f")
        time.sleep(_PLAN_S)  # a person reads the plan first; nothing in the journal tells that it is on the screen
        self.display.picture("4-flatten-plan")
        begun = self.evidence.count("flatten_begun")
        with self.display.held("space"):
            wait_until(lambda: self.evidence.count("flatten_begun") > begun, _HOLD_S, "the flatten to begin")
        wait_until(lambda: self.evidence.count("flatten_ended") > 0, _FLAT_S, "the end of the flatten in the journal")
        self.display.picture("5-flat")
        ended = self.evidence.records("flatten_ended")[-1]
        if ended["outcome"] != "flat":
            raise CheckFailed(f"the flatten ended {ended['outcome']}: {ended['proof']}")
        return f"flat: {ended['proof']}"

    def quit(self) -> str:
        self.display.press("Escape")
        self.display.focus(self.window)
        self.display.press("alt+F4")
        try:
            code = self.process.wait(_QUIT_S)
        except subprocess.TimeoutExpired:
            self.display.picture("6-does-not-end")
            raise CheckFailed(f"the program did not end within {_QUIT_S:g} s of Alt+F4") from None
        if code != 0:
            raise CheckFailed(f"the program ended with {code}")
        return "ended by itself with 0"

    def _find(self) -> str:
        return self.display.window(TITLE)

    def _rejections(self) -> list[dict[str, object]]:
        return [each for each in self.evidence.records("review_closed") if "REJECT" in str(each["state"]).upper()]


def walk(program: Path, home: Path, pictures: Path) -> list[tuple[str, str]]:
    """Start the packaged program as a person would, and do it all; gives each step with what was seen.

    Raises:
        CheckFailed: a step did not come to its end; the newest picture shows where.
    """
    seen: list[tuple[str, str]] = []
    with screen(pictures) as display:
        environment = {**display.environment, "HOME": str(home), "ALPHADESK_HOME": str(home)}
        with (home / "program.txt").open("wb") as words:
            process = subprocess.Popen([str(program)], env=environment, stdout=words, stderr=words)
            visit = Walk(display, process, Evidence(home / "data" / "profiles" / "demo"))
            steps: list[Callable[[], str]] = [
                visit.first_run,
                visit.approve,
                visit.reject,
                visit.flatten,
                visit.quit,
            ]
            try:
                for step in steps:
                    seen.append((step.__name__, step()))
                    print(f"ok   {step.__name__}: {seen[-1][1]}", flush=True)
            except CheckFailed as error:
                display.picture("failed")
                said = (home / "program.txt").read_text("utf-8", "replace").strip()
                raise CheckFailed(f"{step.__name__}: {error}. {said}") from None
            finally:
                if process.poll() is None:
                    end(process)
    return seen
