"""The market's state as JSON-able values, and back.

The history before the first start is a function of the seed and is made
again; minutes made live are kept as they were shown.
"""

import base64
import binascii
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from terminal.sim.market.candles import CandleStore
from terminal.sim.market.history import BAR_ROWS
from terminal.sim.market.noise import FloatArray, IntArray
from terminal.sim.market.pair_market import PairMarket
from terminal.sim.market.types import BookSide, PairSpec, Print

_FORMAT = 1
_KEPT_PRINTS = 200


@dataclass(frozen=True, slots=True)
class SavedStore:
    """Candles made live: closed ones packed, the forming one plain."""

    closed: str
    forming: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SavedPair:
    base: str
    tick: str
    lot: str
    traded: SavedStore
    mark: SavedStore
    index: SavedStore
    tape: tuple[tuple[str, int, int, str, int], ...]  # id, ticks, lots, taker side, time
    done_lots: int
    impact_ticks: float
    premium: float


@dataclass(frozen=True, slots=True)
class SavedMarket:
    """Everything that the seed alone cannot give back."""

    seed: int
    start_ms: int
    history_minutes: int
    pattern_strength: float
    now_ms: int
    grid_ms: int
    trade_count: int
    anchor_ms: int | None  # None in files from before there were several venues
    levels: tuple[float, ...]
    pairs: tuple[SavedPair, ...]

    def log_prices(self) -> FloatArray:
        return np.array(self.levels, dtype=np.float64)


def encode(saved: SavedMarket) -> dict[str, Any]:
    return {"format": _FORMAT, **asdict(saved)}


def parse(state: dict[str, Any], specs: Sequence[PairSpec]) -> SavedMarket:
    """Read what `encode` wrote, also after a trip through JSON.

    Raises:
        ValueError: not such a state, or one of other pairs or steps.
    """
    if state.get("format") != _FORMAT:
        raise ValueError("The saved market was written by another version; start a fresh one without its state file.")
    try:
        values = {name: state[name] for name in SavedMarket.__slots__ if name != "anchor_ms"}
        values["anchor_ms"] = state.get("anchor_ms")
        values["levels"] = tuple(values["levels"])
        values["pairs"] = tuple(_pair(row) for row in values["pairs"])
        saved = SavedMarket(**values)
    except (KeyError, TypeError) as error:
        raise ValueError("The saved market is incomplete; start a fresh one without its state file.") from error
    wanted = [(spec.base, str(spec.tick), str(spec.lot)) for spec in specs]
    if [(pair.base, pair.tick, pair.lot) for pair in saved.pairs] != wanted:
        raise ValueError("The saved market has other pairs or steps; start a fresh one without its state file.")
    return saved


def save_pair(market: PairMarket, live_minute: int) -> SavedPair:
    spec = market.spec
    prints = list(market.tape)[-_KEPT_PRINTS:]
    return SavedPair(
        base=spec.base,
        tick=str(spec.tick),
        lot=str(spec.lot),
        traded=_save_store(market.candles, live_minute),
        mark=_save_store(market.mark_candles.store, live_minute),
        index=_save_store(market.index_candles.store, live_minute),
        tape=tuple((p.trade_id, p.price_ticks, p.lots, p.taker_side.value, p.time_ms) for p in prints),
        done_lots=market.done_lots,
        impact_ticks=market.impact_ticks,
        premium=market.premium,
    )


def load_pair(market: PairMarket, saved: SavedPair) -> None:
    """Put saved candles, tape and smoothing into a fresh market."""
    for store, kept in (
        (market.candles, saved.traded),
        (market.mark_candles.store, saved.mark),
        (market.index_candles.store, saved.index),
    ):
        closed = _unpack(kept.closed)
        if closed.shape[1]:
            store.append(closed)
        store.restore_forming(list(kept.forming))
    market.tape.extend(
        Print(saved.base, trade_id, ticks, lots, BookSide(side), time_ms)
        for trade_id, ticks, lots, side, time_ms in saved.tape
    )
    market.done_lots = saved.done_lots
    market.impact_ticks = saved.impact_ticks
    market.premium = saved.premium


def _pair(row: dict[str, Any]) -> SavedPair:
    values = dict(row)
    for name in ("traded", "mark", "index"):
        kept = values[name]
        values[name] = SavedStore(closed=kept["closed"], forming=tuple(kept["forming"]))
    values["tape"] = tuple(tuple(line) for line in values["tape"])
    return SavedPair(**values)


def _save_store(store: CandleStore, live_minute: int) -> SavedStore:
    return SavedStore(closed=_pack(store.minutes(live_minute)), forming=store.forming)


def _pack(bars: IntArray) -> str:
    return base64.b64encode(zlib.compress(np.ascontiguousarray(bars, dtype="<i8").tobytes())).decode("ascii")


def _unpack(text: str) -> IntArray:
    try:
        raw = zlib.decompress(base64.b64decode(text, validate=True))
        flat = np.frombuffer(raw, dtype="<i8").astype(np.int64)
        return flat.reshape(BAR_ROWS, -1)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise ValueError("Saved candles cannot be read; start a fresh market without its state file.") from error
