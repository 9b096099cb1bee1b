"""Synthetic closed bars with a planted, known amount of predictability.

Each bar's log return is volatility * (strength * drift + shock). The drift is a slow
autoregression an instrument (part of it common to all), so it shows in past returns and
lasts into the label's horizon. Strength 0 is a market without memory.
"""

from decimal import Decimal

import numpy as np

from terminal.domain.instrument import Instrument, InstrumentId, perpetual
from terminal.domain.market import Candle, Interval
from terminal.domain.snapshot import InstrumentView, MarketSnapshot, Question
from terminal.ports.strategy import TrainingSet
from terminal.strategy.bars import BarPanel

BASES = ("BTC", "ETH", "SOL", "DOGE", "XRP", "ADA", "BNB", "LTC")
START_MS = 1_760_400_000_000 - 1_760_400_000_000 % 900_000
STEPS = 12  # inside a bar
PERSISTENCE = 0.975


def market(seed: int, bars: int = 1_000, strength: float = 0.35, bases=BASES, step_volatility=0.001) -> BarPanel:
    rng = np.random.default_rng(seed)
    count = len(bases)
    drift = np.empty((count, bars))
    state = rng.standard_normal(count)
    for bar in range(bars):
        news = 0.5 * rng.standard_normal() + np.sqrt(0.75) * rng.standard_normal(count)
        state = PERSISTENCE * state + np.sqrt(1.0 - PERSISTENCE**2) * news
        drift[:, bar] = state
    common = rng.standard_t(6, (1, bars, STEPS))
    own = rng.standard_t(6, (count, bars, STEPS))
    calm = np.exp(0.3 * np.sin(np.arange(bars) / 31.0))[None, :, None]
    shocks = (0.6 * common + 0.8 * own) * np.sqrt(4.0 / 6.0)
    steps = step_volatility * calm * (shocks + strength * drift[:, :, None] / np.sqrt(STEPS))
    path = np.cumsum(steps.reshape(count, -1), axis=1).reshape(count, bars, STEPS)
    level = np.log(100.0 * (1.0 + np.arange(count)))[:, None]
    close = np.exp(level + path[:, :, -1])
    opened = np.concatenate([np.exp(level), close[:, :-1]], axis=1)
    high = np.maximum(np.exp(level + path.max(axis=2)), opened)
    low = np.minimum(np.exp(level + path.min(axis=2)), opened)
    volume = 50.0 * np.exp(0.4 * rng.standard_normal((count, bars)))
    times = START_MS + 900_000 * np.arange(bars, dtype=np.int64)
    return BarPanel(tuple(perpetual(b) for b in bases), Interval.M15, times, opened, high, low, close, volume)


def candles(panel: BarPanel, row: int) -> tuple[Candle, ...]:
    columns = (panel.open[row], panel.high[row], panel.low[row], panel.close[row], panel.volume[row])
    lists = [column.tolist() for column in columns]
    return tuple(
        Candle(moment, *values, closed=True) for moment, *values in zip(panel.open_ms.tolist(), *lists, strict=True)
    )


def training_set(panel: BarPanel, *, simulated: bool = False) -> TrainingSet:
    series = tuple((name, candles(panel, row)) for row, name in enumerate(panel.instruments))
    return TrainingSet(panel.interval, series, taker_fee=0.0008, simulated=simulated)


def contract(name: InstrumentId, *, tick: str = "0.01", taker_fee: str = "0.0008") -> Instrument:
    return Instrument(
        instrument_id=name,
        price_step=Decimal(tick),
        size_step=Decimal("0.01"),
        min_size=Decimal("0.01"),
        max_size=Decimal(100_000),
        max_position_size=Decimal(100_000),
        max_market_open_size=None,
        min_leverage=1,
        max_leverage=400,
        maker_fee=Decimal("0.0002"),
        taker_fee=Decimal(taker_fee),
        buy_limit_ratio=Decimal("0.05"),
        sell_limit_ratio=Decimal("0.05"),
    )


def view(panel: BarPanel, row: int, **changes) -> InstrumentView:
    bid = Decimal(str(round(panel.close[row, -1], 2)))
    fields = {
        "instrument": contract(panel.instruments[row]),
        "candles": candles(panel, row),
        "last": bid,
        "bid": bid,
        "ask": bid + Decimal("0.01"),
        "mark": bid,
        "funding_rate": Decimal("0.0001"),
        "quote_age_s": 0.2,
        "held_long": Decimal(0),
        "held_short": Decimal(0),
    }
    return InstrumentView(**(fields | changes))


def snapshot(panel: BarPanel, *, question: Question | None = None, simulated=False, views=None, **changes):
    fields = {
        "snapshot_id": "s-1",
        "cycle_id": "c-1",
        "created_ms": panel.newest_close_ms + 800,
        "bar_close_ms": panel.newest_close_ms,
        "interval": panel.interval,
        "views": tuple(view(panel, row) for row in range(len(panel.instruments))) if views is None else tuple(views),
        "equity": Decimal(10_000),
        "available": Decimal(10_000),
        "journal_seq": 41,
        "journal_head": "ab" * 32,
        "simulated": simulated,
        "question": question,
    }
    return MarketSnapshot(**(fields | changes))
