"""The newest fifth of a history stays locked until a version is final, and is then opened on purpose and once.

Whoever looks at the same days again and again fits himself to them, without a line of code having learned anything.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from terminal.lab.market import LabMarket
from terminal.strategy.arrays import DAY_MS

SHARE: Final = 0.2
"""Of the time asked for; the box begins with a whole UTC day where there is room for one before it."""
_LEAST_BARS: Final = 2  # a decision and its fill


@dataclass(frozen=True, slots=True)
class LockBox:
    """The locked time from `from_ms` up to `to_ms`, in Unix ms.

    `openings`: how often this very version was shown some of it with its box open before. `seen`: runs before this
    one, of any version, that were shown some of it. Another history is another box.
    """

    from_ms: int
    to_ms: int
    is_open: bool
    openings: int = 0
    seen: int = 0


def boxed(market: LabMarket, *, is_open: bool) -> tuple[LabMarket, LockBox | None]:
    """Give the market that may be looked at, and its box; None where there are too few bars to lock any away."""
    cut = market.first + int((market.bars - market.first) * (1.0 - SHARE))
    day_ms = int(market.panel.open_ms[cut]) // DAY_MS * DAY_MS
    day_bar = int(np.searchsorted(market.panel.open_ms, day_ms))
    cut = day_bar if day_bar >= market.first + _LEAST_BARS else cut
    if cut < market.first + _LEAST_BARS:
        return market, None
    box = LockBox(int(market.panel.open_ms[cut]), market.close_ms(market.bars - 1), is_open)
    return (market if is_open else market.until(cut)), box


def locked_words(box: LockBox) -> str:
    """Name the locked time, e.g. `2026-08-13 to 2026-09-01 UTC`; the last day is the one after it."""
    return f"{_moment(box.from_ms)} to {_moment(box.to_ms)} UTC"


def _moment(at_ms: int) -> str:
    return str(np.datetime64(at_ms, "ms").astype("datetime64[m]")).removesuffix("T00:00").replace("T", " ")
