"""From trades to figures: equity, summary, tables by pair, side, month and end, and the daily results."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final

import numpy as np

from terminal.domain.instrument import base_of
from terminal.domain.shadow import ShadowExit
from terminal.lab.market import LabMarket
from terminal.lab.statistics import (
    CalibrationBin,
    MeanInterval,
    SharpeFigures,
    calibration_bins,
    calibration_error,
    day_block_interval,
    deepest_fall,
    deflated_sharpe,
)
from terminal.lab.strategists import Forecasts
from terminal.lab.trades import HOW, LabTrade
from terminal.strategy.arrays import DAY_MS, FloatArray, IntArray

_LEAST_CHANCE: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Summary:
    """Money in USDT, `*_bp` a trade in basis points of its notional, the rest fractions.

    `hit_rate`: share of trades whose target came first, among those that ended at stop or target; `reached`: among
    all that declared a target, those the model or the horizon ended included.
    `declared_hit_rate`: what stop and target distances alone ask for; `needed_hit_rate`: with costs.
    `beta`: of daily returns on BTC's; `neutral`: daily mean return left beside it, in bp.
    """

    trades: int
    gross: float
    fees: float
    funding: float
    net: float
    net_bp: MeanInterval
    gross_bp: float
    wins: float
    hit_rate: float | None
    reached: float | None
    declared_hit_rate: float | None
    needed_hit_rate: float | None
    turnover: float
    drawdown: float
    exposure: float
    growth: float
    sharpe: SharpeFigures
    beta: float
    neutral_bp: float


@dataclass(frozen=True, slots=True)
class Slice:
    """Trades of one kind together. `low_bp`, `high_bp`: the 90 % interval of `net_bp`, endless with too few days."""

    name: str
    trades: int
    net_bp: float
    gross_bp: float
    wins: float
    net: float
    low_bp: float
    high_bp: float


@dataclass(frozen=True, slots=True)
class Calibration:
    bins: tuple[CalibrationBin, ...]
    error: float
    brier: float
    base_brier: float
    log_loss: float
    base_log_loss: float
    rows: int

    @property
    def skill(self) -> float:
        """1 - Brier / Brier of the base rate: 0 is no better than knowing how often prices rose."""
        return 1.0 - self.brier / self.base_brier if self.base_brier > 0 else 0.0


def equity_curve(market: LabMarket, trades: Sequence[LabTrade], start: float) -> FloatArray:
    """Equity at the close of each bar from `market.first` on, open trades at their close price, (bars,)."""
    rows = {name: row for row, name in enumerate(market.instruments)}
    equity = np.full(market.bars, start)
    for trade in trades:
        closes = market.panel.close[rows[trade.instrument_id], trade.entry_bar : trade.exit_bar]
        equity[trade.entry_bar : trade.exit_bar] += (
            closes - trade.entry_price
        ) * trade.size * trade.side - trade.fees / 2
        equity[trade.exit_bar :] += trade.net
    return equity[market.first :]


def thinned(equity: FloatArray, start: float, points: int) -> tuple[IntArray, FloatArray]:
    """Pick at most `points` places of an equity curve (n,), and give the deepest fall from the peak up to each.

    The falls (fractions of the peak) are those of whole stretches, so that none is lost between two points.
    """
    picked = np.unique(np.linspace(0, len(equity) - 1, min(len(equity), points)).astype(np.int64))
    peak = np.maximum.accumulate(np.concatenate([[start], equity]))[1:]
    begins = np.concatenate([[0], picked[:-1] + 1])
    return picked, np.maximum.reduceat(1.0 - equity / peak, begins)


def daily_returns(market: LabMarket, equity: FloatArray) -> tuple[FloatArray, IntArray]:
    """Returns of whole UTC days as fractions, and their days since the epoch."""
    days = (market.panel.open_ms[market.first :] // DAY_MS).astype(np.int64)
    last = np.flatnonzero(np.diff(days, append=days[-1] + 1))
    levels = equity[last]
    before = np.concatenate([equity[:1], levels[:-1]])
    return np.asarray(levels / np.where(before > 0, before, np.nan) - 1.0), days[last]


def trade_days(trades: Sequence[LabTrade]) -> IntArray:
    """The day each trade was opened: trades of one day are one block."""
    return np.array([trade.entry_ms // DAY_MS for trade in trades], dtype=np.int64)


def summarise(
    market: LabMarket, trades: Sequence[LabTrade], start: float, trials: int, chooser: np.random.Generator
) -> Summary:
    equity = equity_curve(market, trades, start)
    daily, _ = daily_returns(market, equity)
    daily = np.nan_to_num(daily)
    net_bp = np.array([trade.net_bp for trade in trades])
    beta, neutral = _against_btc(market, daily)
    bars = market.bars - market.first
    hit_rate, reached, declared, needed = _hit_rates(trades)
    return Summary(
        trades=len(trades),
        gross=sum(trade.net + trade.fees + trade.funding for trade in trades),
        fees=sum(trade.fees for trade in trades),
        funding=sum(trade.funding for trade in trades),
        net=sum(trade.net for trade in trades),
        net_bp=day_block_interval(net_bp, trade_days(trades), chooser),
        gross_bp=_mean([trade.gross_bp for trade in trades]),
        wins=_mean([float(trade.net > 0) for trade in trades]),
        hit_rate=hit_rate,
        reached=reached,
        declared_hit_rate=declared,
        needed_hit_rate=needed,
        turnover=sum(2 * trade.notional for trade in trades),
        drawdown=deepest_fall(np.concatenate([[start], equity])),
        exposure=sum(trade.exit_bar - trade.entry_bar for trade in trades) / (bars * len(market.rules)),
        growth=float(equity[-1]) / start - 1.0,
        sharpe=deflated_sharpe(daily, trials),
        beta=beta,
        neutral_bp=neutral * 1e4,
    )


def _hit_rates(trades: Sequence[LabTrade]) -> tuple[float | None, float | None, float | None, float | None]:
    stop, target = HOW[ShadowExit.STOP], HOW[ShadowExit.TARGET]
    resolved = [trade for trade in trades if trade.how in {stop, target}]
    planned = [trade for trade in trades if isfinite(trade.declared_hit_rate)]
    if not resolved or not planned:
        return None, None, None, None
    cost_bp = _mean([trade.gross_bp - trade.net_bp for trade in planned])
    needed = _mean([(trade.stop_bp + cost_bp) / (trade.stop_bp + trade.target_bp) for trade in planned])
    hits, reached = (_mean([float(trade.how == target) for trade in some]) for some in (resolved, planned))
    return hits, reached, _mean([trade.declared_hit_rate for trade in planned]), needed


def _against_btc(market: LabMarket, daily: FloatArray) -> tuple[float, float]:
    bases = [base_of(name) for name in market.instruments]
    if "BTC" not in bases or len(daily) < 3:
        return 0.0, float(daily.mean()) if len(daily) else 0.0
    btc, _ = daily_returns(market, market.panel.close[bases.index("BTC"), market.first :])
    spread = float(np.var(btc))
    if spread <= 0.0:
        return 0.0, float(daily.mean())
    beta = float(np.mean((daily - daily.mean()) * (btc - btc.mean()))) / spread
    return beta, float(daily.mean()) - beta * float(btc.mean())


def sliced(
    trades: Sequence[LabTrade], name_of: Callable[[LabTrade], str], chooser: np.random.Generator
) -> tuple[Slice, ...]:
    """Group trades by a name, in order of the names."""
    groups: dict[str, list[LabTrade]] = {}
    for trade in trades:
        groups.setdefault(name_of(trade), []).append(trade)
    return tuple(slice_of(name, group, chooser) for name, group in sorted(groups.items()))


def slice_of(name: str, trades: Sequence[LabTrade], chooser: np.random.Generator) -> Slice:
    """Put trades together; figures of none are 0."""
    bound = day_block_interval(np.array([trade.net_bp for trade in trades]), trade_days(trades), chooser)
    return Slice(
        name,
        len(trades),
        bound.mean,
        _mean([trade.gross_bp for trade in trades]),
        _mean([float(trade.net > 0) for trade in trades]),
        sum(trade.net for trade in trades),
        bound.low,
        bound.high,
    )


def by_pair(trade: LabTrade) -> str:
    return base_of(trade.instrument_id)


def by_side(trade: LabTrade) -> str:
    return "long" if trade.side > 0 else "short"


def by_end(trade: LabTrade) -> str:
    return trade.how


def by_month(trade: LabTrade) -> str:
    return str(np.datetime64(trade.entry_ms, "ms").astype("datetime64[M]"))


def calibration(found: Forecasts | None) -> Calibration | None:
    """Reliability of out-of-sample probabilities, direction only; None without any."""
    if found is None or not len(found.chance):
        return None
    bins = calibration_bins(found.chance, found.rose)
    rose = found.rose.astype(np.float64)
    base = float(rose.mean())
    brier = float(((found.chance - rose) ** 2).mean())
    return Calibration(
        bins,
        calibration_error(bins),
        brier,
        base * (1.0 - base),
        _log_loss(found.chance, rose),
        _log_loss(np.full(len(rose), base), rose),
        len(rose),
    )


def _log_loss(chance: FloatArray, rose: FloatArray) -> float:
    """Mean of -ln of what was given to what came; a certainty that failed is not infinite."""
    given = np.clip(np.where(rose > 0, chance, 1.0 - chance), _LEAST_CHANCE, 1.0)
    return float(-np.log(given).mean())


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if len(values) else 0.0
