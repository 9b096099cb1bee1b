"""What a strategy must beat: nothing, holding everything, its own trades turned round or made at random.

Buy and hold and the inverted trades meet no checks: a benchmark has no stop to check, and turned-round trades
are compared one by one. Their fills, fees and funding are those of every other trade.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

import numpy as np

from terminal.domain.order import Effect, OrderKind, OrderTerms, PositionSide, Side, TimeInForce
from terminal.domain.shadow import ShadowCause, ShadowLeg, ShadowPhase, ShadowPlan, plan_of
from terminal.lab.chance import RANDOM_DRAWS, Moved, random_means
from terminal.lab.market import LabMarket
from terminal.lab.trades import AT_END, Filler, LabTrade, finished
from terminal.strategy.arrays import FloatArray

FLAT_NAME: Final = "flat"
BUY_AND_HOLD_NAME: Final = "buy and hold, equal weight"
EMA_CROSS_NAME: Final = "EMA 21/55 cross"
EMBEDDED_NAME: Final = "embedded model alone"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Something to beat. `net_bp` a trade; `growth` and `drawdown` of an account as fractions."""

    name: str
    trades: int
    net_bp: float
    growth: float
    drawdown: float

    @property
    def ratio(self) -> float:
        """Growth over the deepest fall; 0 for one that never moved."""
        return self.growth / self.drawdown if self.drawdown > 0 else 0.0


def buy_and_hold(market: LabMarket, filler: Filler, equity: Decimal) -> list[LabTrade]:
    """Equity in equal parts into every pair at the first bar, held to the end, unlevered."""
    share = equity / len(market.rules)
    trades = []
    for row, rules in enumerate(market.rules):
        _, ask = filler.quote(row, market.first)
        size = rules.floor_size(share / ask)
        if size <= 0:
            continue
        plan = _plan(market, row, 1, size, ask, market.first, market.bars)
        trades.append(_carried(market, filler, plan, row, market.first, AT_END))
    return trades


def inverted(market: LabMarket, filler: Filler, trades: Sequence[LabTrade], start: float) -> list[LabTrade]:
    """The same openings the other way round, stop and target at their distances on the other sides.

    In money they are what an account of their own would have made, which shrinks as it loses.
    """
    rows = {name: row for row, name in enumerate(market.instruments)}
    turned = []
    for trade in trades:
        row = rows[trade.instrument_id]
        rules = market.rules[row]
        bid, ask = filler.quote(row, trade.entry_bar)
        entry = bid if trade.side > 0 else ask
        out = trade.exit_bar if trade.how not in {"stop", "target"} else market.bars
        size = Decimal(repr(trade.size))
        plan = _plan(market, row, -trade.side, rules.floor_size(size), entry, trade.entry_bar, out)
        stop, target = (entry * Decimal(repr(each / 1e4)) for each in (_known(trade.stop_bp), _known(trade.target_bp)))
        plan = replace(
            plan,
            stop=rules.floor_price(entry + trade.side * stop) if stop > 0 else None,
            target=rules.floor_price(entry - trade.side * target) if target > 0 else None,
        )
        if plan.size > 0:
            turned.append((trade, _carried(market, filler, plan, row, trade.entry_bar, "horizon")))
    return _own_account(turned, start)


def _own_account(pairs: Sequence[tuple[LabTrade, LabTrade]], start: float) -> list[LabTrade]:
    """Size the second of each pair by the equity of their own account, as the first were by theirs."""
    found: list[LabTrade] = []
    theirs, own = start, start
    ends: list[tuple[int, int, float, float]] = []  # bar, number, result of either
    for number, (trade, turned) in enumerate(sorted(pairs, key=lambda pair: pair[0].entry_bar)):
        while ends and ends[0][0] < trade.entry_bar:
            _, _, first, second = heapq.heappop(ends)
            theirs, own = theirs + first, own + second
        scale = max(0.0, own) / theirs if theirs > 0 else 0.0
        scaled = replace(
            turned,
            size=turned.size * scale,
            fees=turned.fees * scale,
            funding=turned.funding * scale,
            net=turned.net * scale,
        )
        heapq.heappush(ends, (max(trade.exit_bar, turned.exit_bar), number, trade.net, scaled.net))
        found.append(scaled)
    return found


def random_rank(
    market: LabMarket, trades: Sequence[LabTrade], chooser: np.random.Generator, draws: int = RANDOM_DRAWS
) -> tuple[float, FloatArray]:
    """Share of random policies that did worse, and the mean net result of each, (draws,) in bp."""
    if not trades:
        return 0.0, np.zeros(0)
    rows = {name: row for row, name in enumerate(market.instruments)}
    moved = Moved(
        row=np.array([rows[trade.instrument_id] for trade in trades]),
        side=np.array([trade.side for trade in trades], dtype=np.float64),
        held=np.array([max(1, trade.exit_bar - trade.entry_bar) for trade in trades]),
        costs_bp=np.array([trade.gross_bp - trade.net_bp for trade in trades]),
    )
    means = random_means(market.panel.open, market.first, moved, chooser, draws)
    own = float(np.mean([trade.net_bp for trade in trades]))
    return float((means < own).mean()), means


def _known(distance_bp: float) -> float:
    return distance_bp if np.isfinite(distance_bp) else 0.0


def _carried(market: LabMarket, filler: Filler, plan: ShadowPlan, row: int, bar: int, how: str) -> LabTrade:
    entered = filler.hold(replace(plan, stop=None, target=None), row, bar)
    entered = replace(entered, plan=plan)
    ended = filler.carried(entered, row, bar, market.bars)
    if ended.phase is not ShadowPhase.CLOSED:
        return finished(filler.left(ended, row, market.bars), None, (bar, market.bars - 1), how)
    return finished(ended, None, (bar, filler.exit_bar(ended)))


def _plan(market: LabMarket, row: int, side: int, size: Decimal, price: Decimal, bar: int, out: int) -> ShadowPlan:
    rules = market.rules[row]
    long = side > 0
    terms = OrderTerms(
        instrument_id=rules.instrument_id,
        side=Side.BUY if long else Side.SELL,
        effect=Effect.OPEN,
        kind=OrderKind.MARKET,
        tif=TimeInForce.IOC,
        size=size,
        price=None,
        leverage=1,
        stop_price=None,
        target_price=None,
        reference_price=price,
    )
    began_ms = int(market.panel.open_ms[bar])
    ends_ms = int(market.panel.open_ms[min(out, market.bars - 1)]) + (market.interval.ms if out >= market.bars else 0)
    return plan_of(
        terms,
        decision_id=f"benchmark-{bar}-{rules.instrument_id}-{PositionSide.LONG.value if long else 'SHORT'}",
        leg=ShadowLeg.PROPOSED,
        cause=ShadowCause.SHADOW,
        who="",
        reason="",
        model="benchmark",
        price_step=market.exit_step(row, float(price), 0.0),
        fees=(rules.taker_fee, rules.maker_fee),
        began_ms=began_ms,
        ends_ms=ends_ms,
    )
