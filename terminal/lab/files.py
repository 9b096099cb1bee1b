"""History from files: one CSV a pair, such as `BTC.csv`, with a heading and the columns of `COLUMNS`.

Contract rules are those the built-in exchange lists for the pair. Such files hold no spread and no funding, so
both are assumed, against the trader.
"""

import csv
from pathlib import Path
from typing import Final

import numpy as np

from terminal.domain.competition import ALLOWED_BASES
from terminal.domain.errors import ConfigError, StorageError
from terminal.domain.instrument import perpetual
from terminal.domain.market import Candle, Interval
from terminal.lab.built_in import SPREAD_BP, contract
from terminal.lab.market import UNKNOWN_RATE, LabMarket, settlements_between
from terminal.sim.market.pairs import EIGHT_PAIRS
from terminal.strategy.bars import TooFewBars, UnusableBars, build_panel

COLUMNS: Final = ("open_ms", "open", "high", "low", "close", "volume")


def market_from_files(folder: Path, *, from_ms: int, to_ms: int, interval: Interval = Interval.M15) -> LabMarket:
    """Read every pair that has a file; decisions begin at `from_ms`, earlier bars are for training.

    Raises:
        ConfigError: no file of an allowed pair, no bars in the time asked for, or a gap in them.
        StorageError: a file cannot be read.
    """
    specs = {spec.base: spec for spec in EIGHT_PAIRS}
    found = [(base, folder / f"{base}.csv") for base in ALLOWED_BASES if (folder / f"{base}.csv").is_file()]
    if not found:
        raise ConfigError(f"There is no file such as {folder / 'BTC.csv'}. Name a folder with one CSV file a pair.")
    series = [(perpetual(base), _candles(path, to_ms)) for base, path in found]
    try:
        panel = build_panel(series, interval, min_bars=2)
    except (TooFewBars, UnusableBars) as error:
        raise ConfigError(f"The bars in {folder} cannot be used: {error}") from error
    first = int(np.searchsorted(panel.open_ms, from_ms))
    if first >= panel.bars - 1:
        raise ConfigError(f"The bars in {folder} end before the first day asked for. Choose an earlier one.")
    times = settlements_between(int(panel.open_ms[0]), panel.newest_close_ms)
    rules = tuple(contract(specs[base]) for base, _ in found)
    ticks_bp = np.array([float(each.price_step) for each in rules]) / panel.close[:, -1] * 1e4
    return LabMarket(
        panel=panel,
        rules=rules,
        first=first,
        spread_bp=np.maximum(SPREAD_BP, ticks_bp),
        funding_ms=times,
        funding=np.full((len(rules), len(times)), np.nan),
        source=f"bars from {folder.name}",
        simulated=False,
        notes=(
            (
                f"The files hold no funding rates: {100 * UNKNOWN_RATE:g} % is charged at each settlement, to either "
                f"side. They hold no order books: a spread of {SPREAD_BP:g} bp, at least a tick, is assumed. "
                "Contract rules and fees are those of the built-in exchange."
            ),
        ),
    )


def _candles(path: Path, to_ms: int) -> tuple[Candle, ...]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(f"{path} cannot be read. Give this user read access to a UTF-8 file.") from error
    found = []
    for number, row in enumerate(rows, start=2):
        try:
            opened, high, low, close, volume = (float(row[name]) for name in COLUMNS[1:])
            candle = Candle(int(row["open_ms"]), opened, high, low, close, volume, closed=True)
        except (KeyError, TypeError, ValueError):
            raise ConfigError(f"Line {number} of {path} is no bar. Its columns must be {', '.join(COLUMNS)}.") from None
        if candle.open_ms < to_ms:
            found.append(candle)
    return tuple(found)
