"""What the lab can replay: who says on which bars something may be opened, and decides when asked.

Looking at every bar one by one would take hours, so a strategist first names candidates in one pass over the
history. That pass may only leave out what it could not act on; the decision itself is made one at a time, from
a snapshot, by the same code as live.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from terminal.domain.decision import Decision
from terminal.domain.snapshot import MarketSnapshot
from terminal.lab.market import LabMarket
from terminal.strategy.arrays import BoolArray, FloatArray, IntArray

Progress = Callable[[float, str], None]
"""Told how much is done (0..1) and what is being done."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Places worth a decision, in order of time: bar, instrument row and wished side (+1, -1), each (n,)."""

    bar: IntArray
    row: IntArray
    side: IntArray

    @staticmethod
    def of(wanted: FloatArray | IntArray, first: int) -> "Candidates":
        """From a table (m, bars) of wished sides; what lies before bar `first` is left out."""
        bar, row = np.nonzero(wanted.T)
        kept = bar >= first
        bar, row = bar[kept].astype(np.int64), row[kept].astype(np.int64)
        return Candidates(bar, row, np.sign(wanted[row, bar]).astype(np.int64))


@dataclass(frozen=True, slots=True)
class Forecasts:
    """Out-of-sample probabilities of direction where a barrier was reached: what calibration is judged on.

    `chance` (n,): up before down; `rose` (n,): whether it was; `day` (n,): days since the epoch.
    """

    chance: FloatArray
    rose: BoolArray
    day: IntArray


@dataclass(frozen=True, slots=True)
class Fold:
    """Bars `low` to `high - 1`, answered by one fit that knew none of them.

    `model` names it; `is_new`: fitted for this fold, not kept from the one before. `forecasts` are its own there.
    """

    low: int
    high: int
    model: str
    is_new: bool
    forecasts: Forecasts


@dataclass(frozen=True, slots=True)
class Moment:
    """One candidate's turn: where it is, and the snapshot of its instrument."""

    bar: int
    row: int
    side: int
    snapshot: MarketSnapshot


class LabStrategist(Protocol):
    @property
    def name(self) -> str:
        """As the command line names it."""
        ...

    def settings_text(self) -> str:
        """Everything that makes this version another one, as text: it is counted in the ledger."""
        ...

    def candidates(self, market: LabMarket, progress: Progress) -> Candidates: ...

    def decide(self, moment: Moment) -> Decision | None:
        """Decide; None for nothing to say."""
        ...

    def forecasts(self) -> Forecasts | None:
        """Probabilities for the calibration, after `candidates`; None when this strategist gives none."""
        ...

    def folds(self) -> tuple[Fold, ...]:
        """Give the walk-forward's steps, after `candidates`; none for what is not fitted."""
        ...

    def notes(self) -> tuple[str, ...]:
        """What a reader must know of how it was run, in plain sentences."""
        ...
