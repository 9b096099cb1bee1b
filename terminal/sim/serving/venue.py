"""Everything one running exchange consists of, whatever its protocol.

A venue's package derives its own `Venue` and says how its account is shown,
kept, reset and misbehaves; request handlers read the rest from here.
"""

from abc import ABC, abstractmethod
from decimal import Decimal
from typing import Any

from terminal.sim.exchange.matching_faults import MatchingFaults
from terminal.sim.market.engine import MarketEngine
from terminal.sim.serving.calls import OrderCallLog
from terminal.sim.serving.clock import SimClock
from terminal.sim.serving.faults import REQUEST_KINDS, SHARED_KINDS, Fault, FaultScript
from terminal.sim.serving.options import Credentials, StartOptions


class ServedVenue(ABC):
    """One exchange with what every protocol needs.

    Attributes:
        name: the venue's, as its state file and its JSON line say it.
        options: as started, with seed and pattern of the market there is.
        credentials: the one key.
        genesis_ms: exchange time of the very first start.
        is_continued: the account goes on where a saved state left it.
        market: where the public data comes from.
        faults: switches for tests.
        calls: log of order calls.
    """

    name: str
    fault_kinds: frozenset[str] = SHARED_KINDS
    request_kinds: frozenset[str] = REQUEST_KINDS

    def __init__(
        self,
        options: StartOptions,
        credentials: Credentials,
        clock: SimClock,
        market: MarketEngine,
        genesis_ms: int,
    ) -> None:
        self.options = options
        self.credentials = credentials
        self.clock = clock
        self.market = market
        self.genesis_ms = genesis_ms
        self.is_continued = False
        self.faults = FaultScript(self.fault_kinds, self.request_kinds)
        self.calls = OrderCallLog()

    def tick(self) -> None:
        """Bring the exchange up to its clock."""
        self.advance(self.clock.now_ms())

    def act_on(self, _fault: Fault, /) -> bool:
        """Let a fault of the venue's own act at once; False = it waits in `faults` until it applies."""
        return False

    @property
    @abstractmethod
    def now_ms(self) -> int:
        """How far the exchange has been brought."""

    @property
    @abstractmethod
    def revision(self) -> int:
        """Grows with every change of the account."""

    @abstractmethod
    def advance(self, now_ms: int) -> None:
        """Let the market and the account move up to `now_ms`."""

    @abstractmethod
    def dump_account(self) -> bytes:
        """The account as one JSON object, for the state file."""

    @abstractmethod
    def show_account(self) -> dict[str, Any]:
        """The account's own books for `/_sim/state`, free of any protocol's words."""

    @abstractmethod
    def reset(self, balance: Decimal) -> None:
        """Cancel and close all, start over with `balance`."""

    @abstractmethod
    def close_by_hand(self, raw: Any) -> None:
        """A person closes something on the venue's page.

        Raises:
            ValueError: `raw` names nothing there is.
            Refusal: there is nothing to close.
        """

    @abstractmethod
    def set_matching_faults(self, faults: MatchingFaults) -> None:
        """Switch misbehaviour of the matching engine on or off."""
