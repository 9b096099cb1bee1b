"""The trading state and why: the worst of all present causes; plus paused instruments.

Each cause is raised and cleared by the service that knows about it. A person can clear
the causes that wait for one, never those that are still being worked on. What is in force
is written down at each change, so that a halt outlives the program (R27).
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from terminal.domain.instrument import InstrumentId
from terminal.domain.messages import Event, Level, PositionsFrozen, TradingStateChanged
from terminal.domain.records import Noted, SwitchSet
from terminal.domain.risk import TradingState
from terminal.services.reporter import Reporter

_SEVERITY: Final = {
    TradingState.ACTIVE: 0,
    TradingState.REDUCE_ONLY: 1,
    TradingState.STARTING: 2,
    TradingState.HALTED: 3,
}
_LASTING: Final = frozenset({TradingState.HALTED, TradingState.REDUCE_ONLY})
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
        self._frozen: dict[InstrumentId, str] = {}
        self._shown: tuple[TradingState, str] = (TradingState.STARTING, "")
        self._recorded: tuple[object, ...] = ((TradingState.ACTIVE, ""), (), ())

    @property
    def state(self) -> TradingState:
        return self._worst()[0]

    @property
    def reason(self) -> str:
        return self._worst()[1]

    def may_open(self, instrument_id: InstrumentId) -> bool:
        """The last word before an opening leaves."""
        return self.state is TradingState.ACTIVE and not self.pause_of(instrument_id)

    # -- causes ------------------------------------------------------------------

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
        """A person's word: ACTIVE clears everything that waited for one.

        A person's halt is in force at once, whatever else is; a milder state replaces an
        earlier word of a person only.
        """
        if state is TradingState.ACTIVE:
            working_on = {cause: held for cause, held in self._causes.items() if held[0] is TradingState.STARTING}
            self._causes = working_on
            self._paused.clear()
            self._record(who)
        else:
            self._causes["person"] = (state, f"set by {who}")
        self._show(by=who)

    def carry_over(self, kept: SwitchSet | None, notes: tuple[Noted, ...] = (), *, same_account: bool = True) -> None:
        """A halt and pauses survive a restart: only a person re-arms.

        Journals of earlier versions hold no `SwitchSet`; there the newest note counts. A fresh
        built-in exchange is another account: what was paused on the old one is gone.
        """
        if kept is not None and not same_account:
            kept = replace(kept, paused=(), frozen=())
        if kept is not None:
            self._recorded = ((kept.state, kept.reason), kept.paused, kept.frozen)
            self._paused.update((each, why) for each, why in kept.paused if each not in kept.frozen)
            self._frozen.update((each, why) for each, why in kept.paused if each in kept.frozen)
            if kept.state in _LASTING:
                self._carry(kept.state, kept.reason)
            return
        last = next((note for note in reversed(notes) if note.source == NOTE_SOURCE and _is_state(note.text)), None)
        word, _, reason = ("" if last is None else last.text).partition(": ")
        if word in {state.value for state in _LASTING}:
            self._carry(TradingState(word), reason)

    # -- instruments -------------------------------------------------------------

    def pause(self, instrument_id: InstrumentId, reason: str) -> None:
        """Stop openings of one instrument until a person sets ACTIVE again."""
        if instrument_id not in self._paused:
            self._paused[instrument_id] = reason
            self._record("")
            self._say_paused(instrument_id, reason, "set trading to ACTIVE to resume")

    def freeze(self, instrument_id: InstrumentId, reason: str) -> None:
        """Stop openings of one instrument until a person has accepted the venue's position."""
        if self._frozen.get(instrument_id) != reason:
            self._frozen[instrument_id] = reason
            self._record("")
            self._say_paused(instrument_id, reason, "look at the venue, then accept its position")

    def release(self, instrument_id: InstrumentId, who: str) -> None:
        """End a freeze: the difference is explained, or a person accepted it."""
        if self._frozen.pop(instrument_id, None) is not None:
            self._record(who)
            why = f"{who} accepted the venue's position" if who else "our records and the venue agree again"
            self._reporter.notice(Level.GOOD, NOTE_SOURCE, f"{instrument_id} is released: {why}.", keep=True)

    def pause_of(self, instrument_id: InstrumentId) -> str:
        """Why an instrument is paused; "" when it is not."""
        return self._frozen.get(instrument_id, "") or self._paused.get(instrument_id, "")

    @property
    def frozen(self) -> frozenset[InstrumentId]:
        """Instruments that wait for a person to accept the venue's position."""
        return frozenset(self._frozen)

    # -- inside ------------------------------------------------------------------

    def _carry(self, state: TradingState, reason: str) -> None:
        plain = reason.removesuffix(" (before the restart)")
        self._causes["carried over"] = (state, f"{plain} (before the restart)")
        self._show()

    def _worst(self) -> tuple[TradingState, str]:
        if not self._causes:
            return TradingState.ACTIVE, ""
        return max(self._causes.values(), key=lambda held: _SEVERITY[held[0]])

    def _lasting(self) -> tuple[TradingState, str]:
        """What must outlive the program: comparing with the venue is done anew anyway."""
        held = [each for each in self._causes.values() if each[0] in _LASTING]
        return max(held, key=lambda each: _SEVERITY[each[0]], default=(TradingState.ACTIVE, ""))

    def _record(self, who: str) -> None:
        state, reason = self._lasting()
        paused, frozen = tuple((self._paused | self._frozen).items()), tuple(self._frozen)
        if self._recorded[2] != frozen:
            self._emit(PositionsFrozen(tuple(self._frozen.items())))
        if self._recorded != ((state, reason), paused, frozen):
            self._recorded = ((state, reason), paused, frozen)
            self._reporter.record(lambda at_ms: SwitchSet(state, reason, who, paused, frozen, at_ms))

    def _show(self, by: str = "") -> None:
        state, reason = self._worst()
        if (state, reason) == self._shown:
            return
        changed = state is not self._shown[0]
        self._shown = (state, reason)
        self._record(by)
        self._emit(TradingStateChanged(state, reason))
        if changed and state is not TradingState.STARTING:
            level = Level.GOOD if state is TradingState.ACTIVE else Level.ERROR
            why = reason or (f"set by {by}" if by else "everything agrees with the venue")
            self._reporter.notice(level, NOTE_SOURCE, f"{state.value}: {why}", keep=True)

    def _say_paused(self, instrument_id: InstrumentId, reason: str, way_out: str) -> None:
        words = f"{instrument_id} is paused: {reason}. Exits still work; {way_out}."
        self._reporter.notice(Level.ERROR, NOTE_SOURCE, words, keep=True)


def _is_state(text: str) -> bool:
    return text.partition(": ")[0] in {state.value for state in TradingState}
