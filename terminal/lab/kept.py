"""History from the bars a profile has kept: only days that are there as a whole, for every pair that is replayed.

A profile keeps bars and neither order books nor funding rates, so spread and funding are assumed, against the trader.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final

import numpy as np

from terminal.domain.errors import ConfigError, StorageError
from terminal.domain.instrument import Instrument, InstrumentId, base_of
from terminal.domain.market import Candle, Interval
from terminal.lab.built_in import SPREAD_BP, contract
from terminal.lab.market import UNKNOWN_RATE, LabMarket, settlements_between
from terminal.ports.candle_store import CandleStore
from terminal.sim.market.pairs import EIGHT_PAIRS
from terminal.strategy.arrays import DAY_MS
from terminal.strategy.bars import TooFewBars, UnusableBars, build_panel

_EVERY: Final = 1_000_000  # more than are ever kept
_SHOWN: Final = 6  # runs of days named in one sentence

Series = tuple[InstrumentId, tuple[Candle, ...]]


class KeptBars:
    """The bars of one profile.

    Args:
        store: where they are.
        instruments: those that may be replayed.
        rules: contract rules as last recorded; others are those of the built-in exchange.
        name: the profile's, for messages and the report.
        simulated: whether the prices are the built-in exchange's.
        planted: whether that plants a pattern.
    """

    def __init__(
        self,
        store: CandleStore,
        instruments: Sequence[InstrumentId],
        rules: Mapping[InstrumentId, Instrument],
        *,
        name: str,
        simulated: bool,
        planted: bool = False,
    ) -> None:
        self._store = store
        self._instruments = instruments
        self._rules = rules
        self._name = name
        self._simulated = simulated
        self._planted = planted

    def market(self, *, from_ms: int, to_ms: int, training_bars: int, interval: Interval = Interval.M15) -> LabMarket:
        """Take the bars from `from_ms` up to `to_ms`, and at most `training_bars` before them.

        Raises:
            ConfigError: bars of that time are missing; the text says which days, and which are there.
        """
        series, notes = self._read(interval)
        self._refuse_holes(series, from_ms, to_ms, interval)
        low_ms = from_ms - training_bars * interval.ms
        cut = [(name, tuple(bar for bar in bars if low_ms <= bar.open_ms < to_ms)) for name, bars in series]
        try:
            panel = build_panel(cut, interval, min_bars=2)
        except (TooFewBars, UnusableBars) as error:
            raise ConfigError(f"The bars kept by profile {self._name} cannot be used: {error}") from error
        rules = tuple(self._rules_of(name) for name, _ in series)
        times = settlements_between(int(panel.open_ms[0]), panel.newest_close_ms)
        ticks_bp = np.array([float(each.price_step) for each in rules]) / panel.close[:, -1] * 1e4
        unknown = [base_of(name) for name, _ in series if name not in self._rules]
        return LabMarket(
            panel=panel,
            rules=rules,
            first=int(np.searchsorted(panel.open_ms, from_ms)),
            spread_bp=np.maximum(SPREAD_BP, ticks_bp),
            funding_ms=times,
            funding=np.full((len(rules), len(times)), np.nan),
            source=f"bars kept by profile {self._name}",
            simulated=self._simulated,
            planted=self._planted,
            notes=(*notes, *_assumed(unknown)),
        )

    # -- inside ------------------------------------------------------------------

    def _read(self, interval: Interval) -> tuple[list[Series], tuple[str, ...]]:
        found: list[Series] = []
        words: list[str] = []
        for name in self._instruments:
            try:
                bars = self._store.read(name, interval, _EVERY)
            except StorageError as error:
                words.append(f"{base_of(name)} is left out: {error}.")
                continue
            if bars:
                found.append((name, bars))
            else:
                words.append(f"{base_of(name)} is left out: no bars of it are kept.")
        if not found:
            raise ConfigError(
                f"Profile {self._name} has kept no bars yet. Let the desk run with this profile for a while, which "
                "keeps them by itself, or choose the built-in market."
            )
        return found, tuple(words)

    def _refuse_holes(self, series: list[Series], from_ms: int, to_ms: int, interval: Interval) -> None:
        step = interval.ms
        wanted = np.arange(-(-from_ms // step) * step, to_ms // step * step, step, dtype=np.int64)
        missing: dict[tuple[int, ...], list[str]] = {}
        for name, bars in series:
            times = np.fromiter((bar.open_ms for bar in bars), np.int64, len(bars))
            days = np.unique(np.setdiff1d(wanted, times) // DAY_MS)
            if len(days):
                missing.setdefault(tuple(days.tolist()), []).append(base_of(name))
        if not missing:
            return
        lacks = "; ".join(
            f"{', '.join(names)} lack{'s' * (len(names) == 1)} {_runs(d)}" for d, names in missing.items()
        )
        raise ConfigError(
            f"Profile {self._name} has not kept all bars of that time: {lacks}. {_whole_days(series, interval)}"
        )

    def _rules_of(self, name: InstrumentId) -> Instrument:
        if name in self._rules:
            return self._rules[name]
        return contract(next(spec for spec in EIGHT_PAIRS if spec.base == base_of(name)))


def _assumed(unknown: Sequence[str]) -> tuple[str, ...]:
    words = [
        (
            f"No funding history is kept: {100 * UNKNOWN_RATE:g} % is charged at each settlement, to either side. "
            f"No order books are kept: a spread of {SPREAD_BP:g} bp, at least a tick, is assumed throughout."
        )
    ]
    if unknown:
        words.append(
            f"Contract rules and fees of {', '.join(unknown)} were never recorded: those of the built-in exchange are "
            "used."
        )
    return tuple(words)


def _whole_days(series: Sequence[Series], interval: Interval) -> str:
    """Say which days all pairs have."""
    first = max(bars[0].open_ms for _, bars in series)
    end = min(bars[-1].open_ms + interval.ms for _, bars in series)
    low, high = -(-first // DAY_MS), end // DAY_MS
    if high <= low:
        return "No whole day is there for all of them yet: let the desk run longer with this profile."
    return f"All of them are there from {_day(low)} to {_day(high - 1)}: choose days within those."


def _runs(days: Sequence[int]) -> str:
    """Write days since the epoch as runs, e.g. `2026-06-01 to 2026-06-03, 2026-06-07`."""
    found = []
    for _, group in groupby(enumerate(days), key=lambda pair: pair[1] - pair[0]):
        run = [day for _, day in group]
        found.append(_day(run[0]) if len(run) == 1 else f"{_day(run[0])} to {_day(run[-1])}")
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return ", ".join(found[:_SHOWN]) + more


def _day(day: int) -> str:
    return str(np.datetime64(day, "D"))
