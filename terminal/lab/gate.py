"""The live promotion gate on a replayed record: how far it is from what a forward record must show."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import numpy as np

from terminal.domain.comparison import Comparison, NotCompared
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import PositionSide
from terminal.domain.promotion import PromotionReport, Resolved
from terminal.lab.benchmarks import BUY_AND_HOLD_NAME, EMA_CROSS_NAME, FLAT_NAME, Benchmark
from terminal.lab.figures import Summary, equity_curve
from terminal.lab.market import LabMarket
from terminal.lab.request import LabRequest
from terminal.lab.trades import LabTrade
from terminal.services.promotion.against import BEATEN
from terminal.services.promotion.gate import Standing, judge
from terminal.strategy.arrays import DAY_MS, FloatArray

_GATE_NAMES: Final = {FLAT_NAME: "Flat", BUY_AND_HOLD_NAME: "Buy and hold", EMA_CROSS_NAME: "EMA cross"}


def gate_on(
    request: LabRequest,
    market: LabMarket,
    trades: Sequence[LabTrade],
    versions: int,
    comparison: Comparison | NotCompared,
) -> PromotionReport:
    """Judge a record as live: AI logs and failures do not arise in a replay."""
    end_ms = (market.close_ms(market.bars - 1) // DAY_MS + 1) * DAY_MS
    start, first = float(request.equity), market.first
    equity = equity_curve(market, trades, start)
    # Profit is reinvested: in money of the start, a late loss counts as much as an early one.
    scales = [start / max(1e-9, float(equity[max(0, trade.entry_bar - 1 - first)])) for trade in trades]
    results = tuple(
        _resolved(number, trade, scale) for number, (trade, scale) in enumerate(zip(trades, scales, strict=True))
    )
    standing = Standing(
        strategy=request.strategist,
        results=results,
        versions=versions,
        equity=request.equity,
        unlogged=0,
        cycles=0,
        failed=0,
        incidents=(),
        now_ms=end_ms,
        comparison=comparison,
    )
    return judge(standing, request.promotion)


def compared(
    summary: Summary, benchmarks: Sequence[Benchmark], rank: float | None, means: FloatArray
) -> Comparison | NotCompared:
    """Set a record against chance and the plain rules replayed beside it."""
    if rank is None or not len(means):
        return NotCompared("it opened nothing")
    own = Benchmark("own", summary.trades, summary.net_bp.mean, summary.growth, summary.drawdown)
    rules = tuple((_GATE_NAMES[each.name], each.ratio) for each in benchmarks if each.name in _GATE_NAMES)
    bar_bp = float(np.quantile(means, BEATEN))
    return Comparison(summary.net_bp.mean, bar_bp, rank, len(means), own.ratio, rules)


def _resolved(number: int, trade: LabTrade, scale: float) -> Resolved:
    return Resolved(
        decision_id=f"{number:06d}",
        instrument_id=InstrumentId(trade.instrument_id),
        side=PositionSide.LONG if trade.side > 0 else PositionSide.SHORT,
        opened_ms=trade.entry_ms,
        ended_ms=trade.exit_ms,
        entry=Decimal(repr(trade.entry_price)),
        notional=Decimal(repr(trade.notional * scale)),
        gross_bp=trade.gross_bp,
        net_bp=trade.net_bp,
        net=Decimal(repr(trade.net * scale)),
        claimed=trade.chance if np.isfinite(trade.chance) else 0.5,
        came_true=trade.gross_bp > 0,
        is_paper=True,
    )
