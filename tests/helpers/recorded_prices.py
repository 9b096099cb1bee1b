"""Bars of two pairs and decisions made on them, for comparisons with chance."""

from decimal import Decimal

import numpy as np

from helpers.builders import BTC, ETH
from terminal.domain.market import Candle, Interval
from terminal.domain.order import PositionSide
from terminal.domain.promotion import Resolved
from terminal.ports.baselines import ComparisonRequest
from terminal.strategy.arrays import DAY_MS

STEP = Interval.M15.ms
START = 20_000 * DAY_MS
DAYS, BEFORE = 4, 300
FEE = 0.0008


def path(seed, drift=0.0):
    """Closes of a walk, (BEFORE + days of bars,)."""
    rng = np.random.default_rng(seed)
    return 100.0 * np.exp(np.cumsum(rng.normal(drift, 0.002, BEFORE + DAYS * 96)))


def bars_of(closes):
    opens = np.concatenate([closes[:1], closes[:-1]])
    return tuple(
        Candle(START + (number - BEFORE) * STEP, o, max(o, c), min(o, c), c, 1.0, closed=True)
        for number, (o, c) in enumerate(zip(opens.tolist(), closes.tolist(), strict=True))
    )


def markets(drift=0.0):
    return {BTC: bars_of(path(1, drift)), ETH: bars_of(path(2, drift))}


def decision(number, bars, bar, held, side=1, cost_bp=16.0, where=BTC):
    """One opened at a bar's open and closed at a later one's; bars are counted from the first day."""
    entry, left = bars[where][BEFORE + bar].open, bars[where][BEFORE + bar + held].open
    gross_bp = side * (left / entry - 1.0) * 1e4
    notional = 100.0
    return Resolved(
        decision_id=f"d{number}",
        instrument_id=where,
        side=PositionSide.LONG if side > 0 else PositionSide.SHORT,
        opened_ms=START + bar * STEP,
        ended_ms=START + (bar + held) * STEP,
        entry=Decimal(repr(entry)),
        notional=Decimal(repr(notional)),
        gross_bp=gross_bp,
        net_bp=gross_bp - cost_bp,
        net=Decimal(repr((gross_bp - cost_bp) / 1e4 * notional)),
        claimed=0.6,
        came_true=gross_bp > 0,
        is_paper=True,
    )


def request(results, bars, equity=1_000.0):
    return ComparisonRequest(
        results=tuple(results),
        newest=tuple(bars.items()),
        interval=Interval.M15,
        until_ms=START + DAYS * DAY_MS,
        equity=equity,
        taker_fee=FEE,
    )


def hindsight(bars, held=8):
    """Every other stretch of bars on the side it went: what only who knows the end can do."""
    found = []
    for number, bar in enumerate(range(0, DAYS * 96 - held - 1, 2 * held)):
        rose = bars[BTC][BEFORE + bar + held].open > bars[BTC][BEFORE + bar].open
        found.append(decision(number, bars, bar, held, 1 if rose else -1))
    return found
