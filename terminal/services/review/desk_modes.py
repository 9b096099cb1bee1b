"""What becomes of the AI's decisions: shadow, advisory, a person's approval, or automatic within limits.

A mode is typed by a person and written down before it is in force. The program itself only ever
falls back from AUTO to SEMI_AUTO; a restart does so, too. AUTO is earned by the strategy's record, or
taken with a typed override that is recorded and capped.
"""

from collections.abc import Callable
from typing import Final

from terminal.domain.approval import UNPROVEN_RISK, UNPROVEN_WORD, DeskMode, DeskModeSet
from terminal.domain.errors import StorageError
from terminal.domain.messages import Event, Level
from terminal.domain.plain_words import clause, joined, why
from terminal.domain.review_messages import DeskModeChanged, SetDeskMode
from terminal.domain.risk import TradingState
from terminal.ports.clock import Clock
from terminal.services.journal_writer import JournalWriter
from terminal.services.reporter import Reporter
from terminal.services.trading_switch import TradingSwitch

MODE_WORDS: Final = {
    DeskMode.SHADOW: "shadow: decisions are followed on paper",
    DeskMode.ADVISORY: "advisory: decisions are shown, none can be approved",
    DeskMode.SEMI_AUTO: "semi-automatic: a person approves each order",
    DeskMode.AUTO: "automatic: the program approves within the limits",
}
_SOURCE: Final = "review mode"


class DeskModes:
    """Holds the mode in force; SEMI_AUTO until somebody chose another.

    `why_unearned()` says what the strategy's record lacks for AUTO, "" when it is earned. `on_changed()` is
    told of every change.
    """

    def __init__(
        self,
        writer: JournalWriter,
        clock: Clock,
        switch: TradingSwitch,
        reporter: Reporter,
        *,
        emit: Callable[[Event], None],
    ) -> None:
        self._writer = writer
        self._clock = clock
        self._switch = switch
        self._reporter = reporter
        self._emit = emit
        self._turn = self._troubles = 0
        self.mode = DeskMode.SEMI_AUTO
        self._override = ""
        self.why_unearned: Callable[[], str] = lambda: ""
        self.on_changed: Callable[[], None] = lambda: None

    @property
    def is_unproven(self) -> bool:
        """True while AUTO is in force by an override: what may be risked is capped then."""
        return self.mode is DeskMode.AUTO and bool(self._override)

    def restore(self, kept: DeskModeSet | None) -> None:
        """Go on in the last run's mode, but never automatically."""
        if kept is not None and kept.mode is DeskMode.AUTO:
            self.mode = DeskMode.AUTO
            self.fall_back("the program was restarted, and automatic never goes on by itself")
            return
        self.mode = DeskMode.SEMI_AUTO if kept is None else kept.mode
        who, reason, at_ms = ("", "as always at first", self._clock.now_ms())
        if kept is not None:
            who, reason, at_ms = kept.who, kept.reason, kept.at_ms
        self._emit(DeskModeChanged(self.mode, who, reason, at_ms))

    async def set_by_person(self, command: SetDeskMode) -> None:
        """Change the mode; written down first. What cannot be is said."""
        mode, who = command.mode, command.who.strip()
        refusal = self._why_not(command)
        if refusal:
            self._refuse(mode, refusal)
            return
        self._turn = turn = self._turn + 1
        troubles = self._troubles
        override = self.why_unearned() if mode is DeskMode.AUTO else ""
        reason = f"typed by {who}, not earned: {override}" if override else f"typed by {who}"
        record = DeskModeSet(mode, who, reason, self._clock.now_ms(), override)
        if not mode.may_approve or self.mode is DeskMode.AUTO:
            self._apply(record)  # towards less is in force at once, whatever the journal does
            self._writer.post(record)
        else:
            try:
                await self._writer.commit(record)
            except StorageError as error:
                self._refuse(mode, joined("it could not be written down", why(error), "Try again"))
                return
            refusal = self._why_not(command)
            if not refusal and mode is DeskMode.AUTO and troubles != self._troubles:
                refusal = "something went wrong at that moment; see Events"
            if turn != self._turn or refusal:
                self._not_after_all(mode, refusal or "another mode was chosen meanwhile")
                return
            self._apply(record)
        self._reporter.notice(
            Level.WARNING if mode is DeskMode.AUTO else Level.INFO,
            _SOURCE,
            joined(f"{who} set the review desk to {MODE_WORDS[mode]}", _override_words(override)),
            keep=True,
        )

    def fall_back(self, reason: str) -> None:
        """Leave AUTO for SEMI_AUTO because of what happened; does nothing in any other mode."""
        self._troubles += 1  # an AUTO that is just being written down does not begin either
        if self.mode is not DeskMode.AUTO:
            return
        record = DeskModeSet(DeskMode.SEMI_AUTO, "", clause(reason), self._clock.now_ms())
        self._apply(record)
        self._writer.post(record)
        words = joined(f"Automatic ended: {clause(reason)}", "A person approves each order now")
        self._reporter.notice(Level.ERROR, _SOURCE, words, keep=True)

    # -- inside ------------------------------------------------------------------

    def _why_not(self, command: SetDeskMode) -> str:
        if not command.who.strip():
            return "nobody signed it. Enter a name first"
        lacking = self.why_unearned() if command.mode is DeskMode.AUTO else ""
        word = f"{command.mode.value} {UNPROVEN_WORD}" if lacking else command.mode.value
        if command.typed.strip() != word:
            unearned = f"it is not earned yet ({lacking}). To take it unproven, with " if lacking else ""
            capped = f"at most {UNPROVEN_RISK * 100:.2f} % of equity at risk an order, " if lacking else ""
            return f"{unearned}{capped}type {word} to confirm it"
        if command.mode is DeskMode.AUTO and self._switch.state is not TradingState.ACTIVE:
            return "trading is not active. Set trading to Active first"
        return ""

    def _refuse(self, mode: DeskMode, reason: str) -> None:
        words = joined(f"The review desk was not set to {MODE_WORDS[mode].partition(':')[0]}", reason)
        self._reporter.notice(Level.WARNING, _SOURCE, words)

    def _not_after_all(self, mode: DeskMode, reason: str) -> None:
        """The journal has the choice already: write what is in force instead, so that the newest record is true."""
        self._writer.post(DeskModeSet(self.mode, "", clause(reason), self._clock.now_ms()))
        self._refuse(mode, reason)

    def _apply(self, record: DeskModeSet) -> None:
        self.mode, self._override = record.mode, record.override
        self._emit(DeskModeChanged(record.mode, record.who, record.reason, record.at_ms, record.override))
        self.on_changed()


def _override_words(override: str) -> str:
    if not override:
        return ""
    capped = f"at most {UNPROVEN_RISK * 100:.2f} % of equity is risked an order"
    return f"UNPROVEN: its record has not earned that ({override}), so {capped}"
