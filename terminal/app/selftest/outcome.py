"""What a selftest found, step by step."""

import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Final

from terminal.domain.errors import TerminalError

NOT_REACHED: Final = "Not reached: a step before it failed."


class StepFailed(TerminalError):
    """What a step found is not as it must be; the text says what and what to do."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One step. `seconds` of the operator's time; `words` say what was seen, or what is wrong and what to do."""

    name: str
    ok: bool
    seconds: float
    words: str


Step = Callable[[], str]
"""Does one thing and says what it saw; raises `TerminalError` when it is not well."""


@dataclass(slots=True)
class Protocol:
    """The steps so far, in order; each is told on standard error as it ends."""

    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return bool(self.outcomes) and all(each.ok for each in self.outcomes)

    def run(self, name: str, step: Step) -> bool:
        """Do a step; True when it was well."""
        with self._noting(name) as note:
            note(step())
        return self.outcomes[-1].ok

    async def follow(self, name: str, step: Callable[[], Awaitable[str]]) -> bool:
        """Do a step that waits; True when it was well."""
        with self._noting(name) as note:
            note(await step())
        return self.outcomes[-1].ok

    def skip(self, *names: str) -> None:
        """Note steps that could not be begun."""
        for name in names:
            self._add(Outcome(name, ok=False, seconds=0.0, words=NOT_REACHED))

    def as_record(self) -> list[dict[str, object]]:
        return [asdict(each) for each in self.outcomes]

    @contextmanager
    def _noting(self, name: str) -> Iterator[Callable[[str], None]]:
        said: list[str] = []
        began_s = time.monotonic()
        ok = True
        try:
            yield said.append
        except TerminalError as error:
            ok, said = False, [str(error)]
        except Exception as error:  # noqa: BLE001 - boundary: a damaged program fails in ways nobody can list
            ok, said = False, [_broken(error)]
        self._add(Outcome(name, ok, round(time.monotonic() - began_s, 2), said[0] if said else ""))

    def _add(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        mark = "ok  " if outcome.ok else "FAIL"
        print(f"{mark} {outcome.name} ({outcome.seconds:.1f} s): {outcome.words}", file=sys.stderr, flush=True)


def _broken(error: Exception) -> str:
    """Say what a damaged program does; the error's own text is for whoever repairs it."""
    return (
        "A part of the program is missing or does not load. Install it anew from a file whose checksum is right. "
        f"For a report: {type(error).__name__}: {error}"
    )
