"""What a record is compared with: policies without a mind, on recorded prices."""

from dataclasses import dataclass
from typing import Protocol

from terminal.domain.comparison import Comparison, NotCompared
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Candle, Interval
from terminal.domain.promotion import Resolved


@dataclass(frozen=True, slots=True)
class ComparisonRequest:
    """A record of whole days. `newest` are the newest closed bars of every pair, oldest first; older are looked up.

    `until_ms` is when the last whole day ended, `equity` what the account is worth, in quote currency, `taker_fee`
    the fraction a side that simple rules pay.
    """

    results: tuple[Resolved, ...]
    newest: tuple[tuple[InstrumentId, tuple[Candle, ...]], ...]
    interval: Interval
    until_ms: int
    equity: float
    taker_fee: float


class Baselines(Protocol):
    """Computes elsewhere than on the caller's loop; the same request always gives the same answer."""

    async def compare(self, request: ComparisonRequest) -> Comparison | NotCompared:
        """Compare; where recorded bars are missing it says which, and there is no comparison."""
        ...
