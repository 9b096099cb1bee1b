"""What breaks inside the program, turned into the trading state it demands."""

from collections.abc import Callable

from terminal.domain.plain_words import clause
from terminal.domain.risk import TradingState
from terminal.services.trading_switch import TradingSwitch


class Trouble:
    """Halts trading in words a person can act on."""

    def __init__(self, switch: Callable[[], TradingSwitch]) -> None:
        """`switch` gives the switch, which writes through the journal and so is made after this."""
        self._switch = switch

    def on_journal_failure(self, words: str) -> None:
        """The journal cannot be written: nothing may be sent until a person has looked."""
        reason = f"the journal failed: {clause(words)}. See that the disk is neither full nor busy, then set Active"
        self._switch().demand("journal", TradingState.HALTED, reason)

    def on_journal_pace(self, late: str) -> None:
        """A slow disk halts like a broken one, but only for as long as it is slow: what came late is durable."""
        if not late:
            self._switch().clear("slow journal", told="The journal has caught up")
            return
        reason = f"the journal is slow: {clause(late)}. Trading resumes by itself once it has caught up"
        self._switch().demand("slow journal", TradingState.HALTED, reason)

    def on_crash(self, name: str, error: Exception) -> None:
        """A service broke down; the log file has the error in full."""
        del error
        reason = f"an internal error stopped a part of the program ({name}). Restart it; the log file says more"
        self._switch().demand(f"crash of {name}", TradingState.HALTED, reason)
