"""The trading state and why: the worst of all present causes; plus paused instruments.

Each cause is raised and cleared by the service that knows about it. A person can clear
the causes that wait for one, never those that are still being worked on. What is in force
is written down at each change, so that a halt outlives the program (R27).
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.messages import Event, Level, PositionsFrozen, TradingStateChanged
from terminal.domain.plain_words import TRADING_STATE, clause, joined, trading_words
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
_WAY_OUT: Final = "Nothing opens, exits and cancels work; set trading to Active to resume"


class TradingSwitch:
    """Holds the causes. Starts in STARTING; `clear("start")` once reconciled."""

    def __init__(self, emit: Callable[[Event], None], reporter: Reporter) -> None:
        self._emit = emit
        self._reporter = reporter
        self._causes: dict[str, tuple[TradingState, str]] = {
            "start": (TradingState.STARTING, "comparing our records with the venue")
        }
        self._asked_by: dict[str, str] = {}  # by cause: the person behind it
        self._firm: set[str] = set()
        self._noted: tuple[TradingState, str] | None = None
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

    def demand(
        self,
        cause: str,
        state: TradingState,
        reason: str,
        *,
        by: str = "",
        is_told: bool = False,
        is_firm: bool = False,
    ) -> None:
        """Require at least this state until the cause is cleared.

        `by` names the person who asked for it: that is noted calmly, what the program forces
        loudly. `is_told` when the caller's own note says it, so that there are not two. A person's
        Active does not lift what `is_firm`: only `clear` does.
        """
        reason = clause(reason)
        if is_firm:
            self._firm.add(cause)
        self._asked_by[cause] = by
        if self._causes.get(cause) == (state, reason):
            return
        self._causes[cause] = (state, reason)
        self._show(by=by, is_told=is_told)

    def pause_entries(self, who: str) -> None:
        """A person's word: nothing opens until a person sets Active again. Never lifts a halt."""
        self.demand("entries paused", TradingState.REDUCE_ONLY, f"entries paused by {who}", by=who, is_told=True)
        self._say_person(f"{who} paused entries")

    def clear(self, cause: str, *, told: str = "") -> None:
        """End a cause; `told` says how, where "everything agrees with the venue" would not."""
        self._asked_by.pop(cause, None)
        self._firm.discard(cause)
        if self._causes.pop(cause, None) is not None:
            self._show(is_told=bool(told))
            if told:
                self._say(Level.GOOD, joined(told, self._present()))

    def set_by_person(self, state: TradingState, who: str) -> None:
        """A person's word: ACTIVE clears everything that waited for one.

        A person's halt is in force at once, whatever else is; a milder state replaces an
        earlier word of a person only.
        """
        released = ""
        if state is TradingState.ACTIVE:
            released = ", ".join(map(base_of, self._paused))
            self._causes = {
                cause: held
                for cause, held in self._causes.items()
                if held[0] is TradingState.STARTING or cause in self._firm
            }
            self._paused.clear()
            self._record(who)
        else:
            self._causes["person"] = (state, f"set by {who}")
            self._asked_by["person"] = who
        self._show(by=who, is_told=True)
        also = f"; {released} may open again" if released else ""
        self._say_person(f"{who} set trading to {TRADING_STATE[state]}{also}", state)

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

    def pause(self, instrument_id: InstrumentId, reason: str) -> bool:
        """Stop openings of one instrument until a person sets ACTIVE again; False when it is paused already."""
        if instrument_id in self._paused:
            return False
        self._paused[instrument_id] = clause(reason)
        self._record("")
        self._say_paused(instrument_id, reason, "set trading to Active to resume")
        return True

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
            self._say(Level.INFO if who else Level.GOOD, f"{base_of(instrument_id)} is released: {why}")

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

    def _show(self, by: str = "", *, is_told: bool = False) -> None:
        state, reason = self._worst()
        if (state, reason) == self._shown:
            return
        changed = state is not self._shown[0]
        self._shown = (state, reason)
        self._record(by)
        self._emit(TradingStateChanged(state, reason))
        if changed and state is not TradingState.STARTING:
            self._note(state, reason, is_told=is_told)

    def _note(self, state: TradingState, reason: str, *, is_told: bool) -> None:
        """Say a change of state, unless somebody else says it or it is only back after a comparison."""
        again = state is not TradingState.ACTIVE and (state, reason) == self._noted
        self._noted = (state, reason)
        if is_told or again:
            return
        if state is TradingState.ACTIVE:
            self._say(Level.GOOD, "Trading is active: everything agrees with the venue")
            return
        words = joined(f"Trading is {trading_words(state)}: {reason}", _WAY_OUT)
        self._say(Level.INFO if self._is_asked(state, reason) else Level.ERROR, words)

    def _is_asked(self, state: TradingState, reason: str) -> bool:
        """Whether a person asked for what is in force."""
        return any(held == (state, reason) and self._asked_by.get(cause) for cause, held in self._causes.items())

    def _say_person(self, did: str, wanted: TradingState = TradingState.REDUCE_ONLY) -> None:
        """One calm line for what a person did, and what is in force if that is something else."""
        state, reason = self._worst()
        if state is not wanted:
            why = f": {reason}" if reason else ""
            did = joined(did, f"Trading is {trading_words(state)} at present{why}")
        elif wanted is not TradingState.ACTIVE:
            did = joined(did, _WAY_OUT)
        else:
            did = joined(did, "Entries are resumed")
        self._say(Level.INFO, did)

    def _present(self) -> str:
        state, reason = self._worst()
        if state is TradingState.ACTIVE:
            return "Trading is active again"
        return f"Trading stays {trading_words(state)}: {reason}"

    def _say_paused(self, instrument_id: InstrumentId, reason: str, way_out: str) -> None:
        words = joined(f"{base_of(instrument_id)} is paused: {reason}", f"Exits still work; {way_out}")
        self._say(Level.ERROR, words)

    def _say(self, level: Level, words: str) -> None:
        self._reporter.notice(level, NOTE_SOURCE, words, keep=True)


def _is_state(text: str) -> bool:
    return text.partition(": ")[0] in {state.value for state in TradingState}
