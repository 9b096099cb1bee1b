"""What a decision is made from, kept so that it can be made again: bars, snapshot, model.

Bars are written once and shared: a snapshot of eight markets holds thousands of them, and
from one cycle to the next only the newest is new.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Candle, Interval
from terminal.domain.snapshot import MarketSnapshot


@dataclass(frozen=True, slots=True)
class BarsFrozen:
    """Closed bars of one instrument, oldest first, as `bar_rows` writes them.

    A later record has the last word on a bar. `whole` True: nothing written of this
    instrument and interval before counts any more.
    """

    instrument_id: InstrumentId
    interval: Interval
    whole: bool
    rows: str


@dataclass(frozen=True, slots=True)
class BarSpan:
    """A view's bars: every frozen one from `first_open_ms` to `last_open_ms`, `count` in all."""

    first_open_ms: int
    last_open_ms: int
    count: int


@dataclass(frozen=True, slots=True)
class SnapshotFrozen:
    """A snapshot before the model sees it. Its views carry no candles: `spans` say which are theirs, in order."""

    snapshot: MarketSnapshot
    spans: tuple[BarSpan, ...]


@dataclass(frozen=True, slots=True)
class ModelFitted:
    """A model from its fit on. `model_json` is the model itself, `policy_json` the numbers its policy used.

    `model_sha256` is the hash of `model_json`; each decision's input names it. `accepted` False:
    it was compared with the model in use, which stays; `verdict` says how they compared. `forecasts` is what
    it said out of sample: a later run's fits are compared with that. `quick`: a small fit, meant to be replaced soon.
    """

    model: str
    model_sha256: str
    model_json: str
    policy_json: str
    seed: int
    at_ms: int
    accepted: bool = True
    verdict: str = ""
    forecasts: str = ""
    quick: bool = False


def bar_rows(candles: Iterable[Candle]) -> str:
    """Write a line a bar: open_ms open high low close volume.

    Each float is the shortest text that reads back as the very same 64 bits.
    """
    number = float.__repr__  # also for numpy's floats, whose own repr is another text
    return "\n".join(
        f"{c.open_ms} {number(float(c.open))} {number(float(c.high))} {number(float(c.low))}"
        f" {number(float(c.close))} {number(float(c.volume))}"
        for c in candles
    )


def read_bars(rows: str) -> list[Candle]:
    """Give back the bars `bar_rows` wrote.

    Raises:
        ValueError: a line is not six numbers.
    """
    return [_bar(line) for line in rows.splitlines()]


def _bar(line: str) -> Candle:
    open_ms, *values = line.split(" ")
    opened, high, low, close, volume = map(float, values)
    return Candle(int(open_ms), opened, high, low, close, volume, closed=True)
