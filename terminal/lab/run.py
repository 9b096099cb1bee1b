"""One run of the lab: the strategist, its benchmarks, the figures and what they prove."""

import asyncio
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np

from terminal.domain.canonical import canonical_json, digest
from terminal.domain.errors import ConfigError
from terminal.domain.instrument import InstrumentId
from terminal.domain.promotion import PromotionReport, Resolved
from terminal.lab.benchmarks import buy_and_hold, inverted, random_rank
from terminal.lab.desk import DeskSettings
from terminal.lab.embedded import EmbeddedReplay
from terminal.lab.figures import Calibration, Summary, calibration, equity_curve, summarise
from terminal.lab.market import LabMarket
from terminal.lab.replay import Replay, ReplayRecord, ReplaySettings
from terminal.lab.request import BUY_AND_HOLD, MODELS, STRATEGISTS, LabRequest
from terminal.lab.ridge_trainer import ridge_job
from terminal.lab.rule_strategists import EmaCross, Flat, Inverted, RandomTrades
from terminal.lab.strategists import LabStrategist, Progress
from terminal.lab.trades import Filler, LabTrade
from terminal.services.promotion.gate import Standing, judge
from terminal.strategy.arrays import DAY_MS, FloatArray

_BARS_A_DAY: Final = 96
_MODEL_SHARE: Final = 0.9  # of the progress; the rest are benchmarks


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


@dataclass(frozen=True, slots=True)
class LabResult:
    """Everything a report is made of. `trial` is this run's number in the ledger, `versions` how many were tried."""

    request: LabRequest
    market: LabMarket
    version_sha: str
    trial: int
    versions: int
    record: ReplayRecord
    summary: Summary
    equity: FloatArray
    calibration: Calibration | None
    benchmarks: tuple[Benchmark, ...]
    random_rank: float | None
    random_means: FloatArray
    gate: PromotionReport
    notes: tuple[str, ...]
    seconds: float = 0.0

    @property
    def is_contaminated(self) -> bool:
        until = self.request.contaminated_until_ms
        return until is not None and self.market.close_ms(self.market.first) <= until


class LabRun:
    """Replays a request on a market. Not the ledger's keeper: `version_sha` first, then `go` with its counts."""

    def __init__(self, request: LabRequest, market: LabMarket, progress: Progress) -> None:
        if request.strategist not in STRATEGISTS:
            raise ConfigError(f"There is no strategist {request.strategist!r}. Name one of: {', '.join(STRATEGISTS)}.")
        self._request = request
        self._market = market
        self._progress = progress
        self._chooser = np.random.default_rng(request.seed)
        self._strategist = _strategist(request)
        self._filler = Filler(market, request.slippage_bp)

    @property
    def version_sha(self) -> str:
        """Hash of everything that makes this version another one; the history it runs on is not part of it."""
        request = self._request
        parts = {
            "strategist": self._strategist.settings_text(),
            "name": request.strategist,
            "latency_bars": request.latency_bars,
            "slippage_bp": request.slippage_bp,
            "limits": request.limits,
            "guardrails": request.guardrails,
        }
        return digest(canonical_json(parts))

    def go(self, trial: int, versions: int) -> LabResult:
        """Run it all; `versions` counts this one."""
        market, request = self._market, self._request
        record = self._replayed()
        start = float(request.equity)
        trades = record.trades
        summary = summarise(market, trades, start, versions, self._chooser)
        self._progress(_MODEL_SHARE, "measuring against chance")
        rank, means = random_rank(market, trades, self._chooser) if trades else (None, np.zeros(0))
        self._progress(_MODEL_SHARE + 0.05, "replaying the benchmarks")
        found = calibration(self._strategist.forecasts())
        return LabResult(
            request=request,
            market=market,
            version_sha=self.version_sha,
            trial=trial,
            versions=versions,
            record=record,
            summary=summary,
            equity=equity_curve(market, trades, start),
            calibration=found,
            benchmarks=self._benchmarks(trades),
            random_rank=rank,
            random_means=means,
            gate=self._gate(trades, versions),
            notes=self._strategist.notes(),
        )

    # -- inside ------------------------------------------------------------------

    def _replayed(self) -> ReplayRecord:
        request, market = self._request, self._market
        if request.strategist == BUY_AND_HOLD:
            trades = buy_and_hold(market, self._filler, request.equity)
            return ReplayRecord(trades, decisions=len(trades), openings=len(trades))
        return self._through_desk(self._strategist, self._share(0.0, _MODEL_SHARE))

    def _through_desk(self, strategist: LabStrategist, progress: Progress) -> ReplayRecord:
        request = self._request
        guardrails = request.guardrails if strategist.name in MODELS else None
        desk = DeskSettings(request.limits, guardrails, request.equity)
        settings = ReplaySettings(desk, request.latency_bars, request.slippage_bp)
        replay = Replay(self._market, strategist, settings, progress)
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            return runner.run(replay.run())

    def _benchmarks(self, trades: list[LabTrade]) -> tuple[Benchmark, ...]:
        market, request = self._market, self._request
        days = (market.bars - market.first) / _BARS_A_DAY
        found = [self._benchmark("flat", [])]
        held = buy_and_hold(market, self._filler, request.equity)
        found.append(self._benchmark("buy and hold, equal weight", held))
        if request.strategist != EmaCross.name:
            cross = self._through_desk(EmaCross(), self._share(0.95, 0.97))
            found.append(self._benchmark("EMA 21/55 cross", cross.trades))
        if trades and request.strategist != RandomTrades.name:
            per_day = len(trades) / days / len(market.rules)
            longs = sum(trade.side > 0 for trade in trades) / len(trades)
            drawn = self._through_desk(RandomTrades(request.seed, per_day, longs), self._share(0.97, 0.99))
            found.append(self._benchmark("random, same turnover", drawn.trades))
        if trades and request.strategist != BUY_AND_HOLD:
            found.append(self._benchmark("the same trades inverted", inverted(market, self._filler, trades)))
        return tuple(found)

    def _benchmark(self, name: str, trades: list[LabTrade]) -> Benchmark:
        summary = summarise(self._market, trades, float(self._request.equity), 1, self._chooser)
        return Benchmark(name, len(trades), summary.net_bp.mean, summary.growth, summary.drawdown)

    def _gate(self, trades: list[LabTrade], versions: int) -> PromotionReport:
        """The live promotion gate on this record: AI logs and failures do not arise in a replay."""
        end_ms = (self._market.close_ms(self._market.bars - 1) // DAY_MS + 1) * DAY_MS
        start, first = float(self._request.equity), self._market.first
        equity = equity_curve(self._market, trades, start)
        # Profit is reinvested: in money of the start, a late loss counts as much as an early one.
        scales = [start / max(1e-9, float(equity[max(0, trade.entry_bar - 1 - first)])) for trade in trades]
        results = tuple(
            _resolved(number, trade, scale) for number, (trade, scale) in enumerate(zip(trades, scales, strict=True))
        )
        standing = Standing(
            strategy=self._strategist.name,
            results=results,
            versions=versions,
            equity=self._request.equity,
            unlogged=0,
            cycles=0,
            failed=0,
            incidents=(),
            now_ms=end_ms,
        )
        return judge(standing, self._request.promotion)

    def _share(self, low: float, high: float) -> Progress:
        return lambda done, words: self._progress(low + (high - low) * done, words)


def _resolved(number: int, trade: LabTrade, scale: float) -> Resolved:
    claimed = trade.chance if np.isfinite(trade.chance) else 0.5
    return Resolved(
        decision_id=f"{number:06d}",
        instrument_id=InstrumentId(trade.instrument_id),
        ended_ms=trade.exit_ms,
        net_bp=trade.net_bp,
        net=Decimal(repr(trade.net * scale)),
        claimed=claimed,
        came_true=trade.gross_bp > 0,
        is_paper=True,
    )


def _strategist(request: LabRequest) -> LabStrategist:
    bars = request.retrain_days * _BARS_A_DAY
    match request.strategist:
        case "embedded":
            return EmbeddedReplay(request.seed, bars)
        case "ridge":
            return EmbeddedReplay(request.seed, bars, trainer=ridge_job, name="ridge")
        case "inverted":
            return Inverted(EmbeddedReplay(request.seed, bars))
        case "ema-cross":
            return EmaCross()
        case "random":
            return RandomTrades(request.seed)
        case _:
            return Flat()
