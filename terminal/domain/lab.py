"""What the window and the lab say to each other: a run asked for, runs that were made."""

from dataclasses import dataclass
from typing import Final

LAB_STRATEGISTS: Final = ("embedded", "ridge", "ema-cross", "buy-and-hold", "random", "inverted", "flat")


BUILT_IN: Final = "built-in"
CACHE: Final = "cache"
LAB_SOURCES: Final = (BUILT_IN, CACHE)
"""The market this program makes, or the bars the profile has kept."""


@dataclass(frozen=True, slots=True)
class LabAsk:
    """A run. Days as YYYY-MM-DD, UTC; `seed` and `pattern`, the strength of what is planted, are the built-in market's.

    `source` is one of `LAB_SOURCES`. Unless `open_lock_box`, the newest fifth of the time is not looked at.
    """

    strategist: str
    from_day: str
    to_day: str
    seed: int
    pattern: float
    retrain_days: int
    source: str = BUILT_IN
    open_lock_box: bool = False


@dataclass(frozen=True, slots=True)
class LabRow:
    """One run in the ledger. `net_bp` and `low_bp` a trade after costs, None without trades. `report` is its page."""

    trial: int
    at_ms: int
    strategist: str
    source: str
    from_ms: int
    to_ms: int
    trades: int
    net_bp: float | None
    low_bp: float | None
    drawdown: float
    deflated: float
    earned: bool
    headline: str
    report: str
    opened_lock_box: bool = False


@dataclass(frozen=True, slots=True)
class LabReport:
    """What the panel shows of a report: words, curves, calibration.

    `equity`: points of (Unix ms, USDT, deepest fall since the point before in percent);
    `bins`: (forecast, observed, low, high) fractions.
    """

    headline: str
    tone: str
    sentences: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]
    equity: tuple[tuple[float, float, float], ...]
    bins: tuple[tuple[float, float, float, float], ...]
    page: str
