"""The trading state and why: the worst of all present causes; plus paused instruments.

Each cause is raised and cleared by the service that knows about it. A person can clear
the causes that wait for one, never those that are still being worked on.
"""

from collections.abc import Callable
from typing import Final

from terminal.domain.instrument import InstrumentId
from terminal.domain.messages import Event, Level, TradingStateChanged
from terminal.domain.records import Noted
from terminal.domain.risk import TradingState
from terminal.services.reporter import Reporter

_SEVERITY: Final = {
    TradingState.ACTIVE: 0,
    TradingState.REDUCE_ONLY: 1,
    TradingState.STARTING: 2,
    TradingState.HALTED: 3,
}
NOTE_SOURCE: Final = "trading state"


class TradingSwitch:
    """Holds the causes. Starts in STARTING; `clear("start")` once reconciled."""

    def __init__(self, emit: Callable[[Event], None], reporter: Reporter) -> None:
        self._emit = emit
        self._reporter = reporter
        self._causes: dict[str, tuple[TradingState, str]] = {
            "start": (TradingState.STARTING, "comparing our records with the venue")
        }
        self._paused: dict[InstrumentId, str] = {}
        self._shown: tuple[TradingState, str] = (TradingState.STARTING, "")

    @property
    def state(self) -> TradingState:
        return self._worst()[0]

    @property
    def reason(self) -> str:
        return self._worst()[1]

    def demand(self, cause: str, state: TradingState, reason: str) -> None:
        """Require at least this state until the cause is cleared."""
        if self._causes.get(cause) == (state, reason):
            return
        self._causes[cause] = (state, reason)
        self._show()

    def clear(self, cause: str) -> None:
        if self._causes.pop(cause, None) is not None:
            self._show()

    def set_by_person(self, state: TradingState, who: str) -> None:
        """A person's word: ACTIVE clears everything that waited for one."""
        working_on = {cause: held for cause, held in self._causes.items() if held[0] is TradingState.STARTING}
        self._causes = working_on if state is TradingState.ACTIVE else dict(self._causes)
        if state is TradingState.ACTIVE:
            self._paused.clear()
            self._causes.pop("person", None)
        else:
            self._causes["person"] = (state, f"set by {who}")
        self._show(by=who)

    def carry_over(self, notes: tuple[Noted, ...]) -> None:
        """A halt survives a restart: only a person re-arms."""
        last = next((note for note in reversed(notes) if note.source == NOTE_SOURCE and _is_state(note.text)), None)
        if last is None:
            return
        word, _, reason = last.text.partition(": ")
        if word in {TradingState.HALTED.value, TradingState.REDUCE_ONLY.value}:
            self._causes["carried over"] = (TradingState(word), f"{reason} (before the restart)")
            self._show()

    def pause(self, instrument_id: InstrumentId, reason: str) -> None:
        """Stop openings of one instrument until a person sets ACTIVE again."""
        if instrument_id not in self._paused:
            self._paused[instrument_id] = reason
            self._reporter.notice(
                Level.ERROR,
                NOTE_SOURCE,
                f"{instrument_id} is paused: {reason}. Exits still work; set trading to ACTIVE to resume.",
                keep=True,
            )

    def pause_of(self, instrument_id: InstrumentId) -> str:
        """Why an instrument is paused; "" when it is not."""
        return self._paused.get(instrument_id, "")

    def _worst(self) -> tuple[TradingState, str]:
        if not self._causes:
            return TradingState.ACTIVE, ""
        return max(self._causes.values(), key=lambda held: _SEVERITY[held[0]])

    def _show(self, by: str = "") -> None:
        state, reason = self._worst()
        if (state, reason) == self._shown:
            return
        changed = state is not self._shown[0]
        self._shown = (state, reason)
        self._emit(TradingStateChanged(state, reason))
        if changed and state is not TradingState.STARTING:
            level = Level.GOOD if state is TradingState.ACTIVE else Level.ERROR
            why = reason or (f"set by {by}" if by else "everything agrees with the venue")
            self._reporter.notice(level, NOTE_SOURCE, f"{state.value}: {why}", keep=True)


def _is_state(text: str) -> bool:
    return text.partition(": ")[0] in {state.value for state in TradingState}
