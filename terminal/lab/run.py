"""One run of the lab: the strategist, its benchmarks, the figures and what they prove."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from terminal.domain.canonical import canonical_json, digest
from terminal.domain.errors import ConfigError, StrategyError
from terminal.domain.promotion import PromotionReport
from terminal.lab.benchmarks import (
    BUY_AND_HOLD_NAME,
    EMA_CROSS_NAME,
    EMBEDDED_NAME,
    FLAT_NAME,
    Benchmark,
    buy_and_hold,
    inverted,
    random_rank,
)
from terminal.lab.contaminated import EarlyPart, parted
from terminal.lab.desk import DeskSettings
from terminal.lab.embedded import EmbeddedReplay
from terminal.lab.figures import Calibration, Summary, calibration, equity_curve, summarise
from terminal.lab.gate import compared, gate_on
from terminal.lab.lock_box import LockBox
from terminal.lab.market import LabMarket
from terminal.lab.recorded import Answer, RecordedReplay
from terminal.lab.replay import Replay, ReplayRecord, ReplaySettings
from terminal.lab.request import BUY_AND_HOLD, LabRequest, checked_strategist, claims_confidence, is_language
from terminal.lab.ridge_trainer import ridge_job
from terminal.lab.rule_strategists import EmaCross, Flat, Inverted, RandomTrades
from terminal.lab.strategists import Fold, LabStrategist, Progress
from terminal.lab.trades import Filler, LabTrade
from terminal.strategy.arrays import FloatArray

_BARS_A_DAY: Final = 96
_MODEL_SHARE: Final = 0.9  # of the progress; the rest are benchmarks


@dataclass(frozen=True, slots=True)
class LabResult:
    """Everything a report is made of. `trial` is this run's number in the ledger, `versions` how many were tried.

    `early` is what lies before the day until which a model may know history; all else is about the time after it.
    `box` is the locked end of what was asked for: no figure is about it unless it is open.
    """

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
    early: EarlyPart | None = None
    box: LockBox | None = None
    folds: tuple[Fold, ...] = ()
    seconds: float = 0.0

    @property
    def is_contaminated(self) -> bool:
        """True when the model may know all of the time."""
        until = self.request.contaminated_until_ms
        return until is not None and self.market.close_ms(self.market.first) <= until


class LabRun:
    """Replays a request on a market. Not the ledger's keeper: `version_sha` first, then `go` with its counts.

    `answers` are those recorded of a language model; other strategists have none.

    Raises:
        ConfigError: there is no such strategist.
    """

    def __init__(
        self, request: LabRequest, market: LabMarket, progress: Progress, answers: Sequence[Answer] = ()
    ) -> None:
        checked_strategist(request.strategist)
        self._request = request
        self._answers = answers
        self._market, self._early = parted(market, request.contaminated_until_ms)
        self._progress = progress
        self._chooser = np.random.default_rng(request.seed)
        self._strategist = _strategist(request, answers)
        self._told: list[str] = []
        self._filler = Filler(self._market, request.slippage_bp)

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

    def go(self, trial: int, versions: int, box: LockBox | None = None) -> LabResult:
        """Run it all; `versions` counts this one. `box`: what the market was cut by, if it was."""
        market, request = self._market, self._request
        record = self._replayed()
        start = float(request.equity)
        trades = record.trades
        summary = summarise(market, trades, start, versions, self._chooser)
        self._progress(_MODEL_SHARE, "measuring against chance")
        rank, means = random_rank(market, trades, self._chooser) if trades else (None, np.zeros(0))
        self._progress(_MODEL_SHARE + 0.05, "replaying the benchmarks")
        found, benchmarks = calibration(self._strategist.forecasts()), self._benchmarks(trades)
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
            benchmarks=benchmarks,
            random_rank=rank,
            random_means=means,
            gate=gate_on(request, market, trades, versions, compared(summary, benchmarks, rank, means)),
            notes=(*market.notes, *self._strategist.notes(), *self._told),
            early=self._contaminated(),
            box=box,
            folds=self._strategist.folds(),
        )

    # -- inside ------------------------------------------------------------------

    def _contaminated(self) -> EarlyPart | None:
        """Replay what lies before the clean time, with an account of its own."""
        if self._early is None:
            return None
        strategist, request = _strategist(self._request, self._answers), self._request
        record = self._through_desk(strategist, self._share(0.99, 1.0), self._early)
        summary = summarise(self._early, record.trades, float(request.equity), 1, self._chooser)
        return EarlyPart.of(self._early, summary)

    def _replayed(self) -> ReplayRecord:
        request, market = self._request, self._market
        if request.strategist == BUY_AND_HOLD:
            trades = buy_and_hold(market, self._filler, request.equity)
            return ReplayRecord(trades, decisions=len(trades), openings=len(trades))
        return self._through_desk(self._strategist, self._share(0.0, _MODEL_SHARE))

    def _through_desk(
        self, strategist: LabStrategist, progress: Progress, market: LabMarket | None = None
    ) -> ReplayRecord:
        request = self._request
        guardrails = request.guardrails if claims_confidence(strategist.name) else None
        desk = DeskSettings(request.limits, guardrails, request.equity)
        settings = ReplaySettings(desk, request.latency_bars, request.slippage_bp)
        replay = Replay(market or self._market, strategist, settings, progress)
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            return runner.run(replay.run())

    def _benchmarks(self, trades: list[LabTrade]) -> tuple[Benchmark, ...]:
        market, request = self._market, self._request
        days = (market.bars - market.first) / _BARS_A_DAY
        found = [self._benchmark(FLAT_NAME, [])]
        held = buy_and_hold(market, self._filler, request.equity)
        found.append(self._benchmark(BUY_AND_HOLD_NAME, held))
        if is_language(request.strategist):
            found.extend(self._embedded_alone())
        if request.strategist != EmaCross.name:
            cross = self._through_desk(EmaCross(), self._share(0.95, 0.97))
            found.append(self._benchmark(EMA_CROSS_NAME, cross.trades))
        if trades and request.strategist != RandomTrades.name:
            per_day = len(trades) / days / len(market.rules)
            longs = sum(trade.side > 0 for trade in trades) / len(trades)
            drawn = self._through_desk(RandomTrades(request.seed, per_day, longs), self._share(0.97, 0.99))
            found.append(self._benchmark("random, same turnover", drawn.trades))
        if trades and request.strategist != BUY_AND_HOLD:
            found.append(
                self._benchmark(
                    "the same trades inverted", inverted(market, self._filler, trades, float(request.equity))
                )
            )
        return tuple(found)

    def _embedded_alone(self) -> list[Benchmark]:
        """What the embedded model makes of the same days; none where it cannot be fitted."""
        request = self._request
        alone = EmbeddedReplay(request.seed, request.retrain_days * _BARS_A_DAY)
        try:
            record = self._through_desk(alone, self._share(_MODEL_SHARE, 0.95))
        except (ConfigError, StrategyError) as error:
            self._told.append(f"The {EMBEDDED_NAME} is not among the plain rules: {str(error).rstrip('.')}.")
            return []
        return [self._benchmark(EMBEDDED_NAME, record.trades)]

    def _benchmark(self, name: str, trades: list[LabTrade]) -> Benchmark:
        summary = summarise(self._market, trades, float(self._request.equity), 1, self._chooser)
        return Benchmark(name, len(trades), summary.net_bp.mean, summary.growth, summary.drawdown)

    def _share(self, low: float, high: float) -> Progress:
        return lambda done, words: self._progress(low + (high - low) * done, words)


def _strategist(request: LabRequest, answers: Sequence[Answer]) -> LabStrategist:
    if is_language(request.strategist):
        return RecordedReplay(request.strategist, answers, is_dated=request.contaminated_until_ms is not None)
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
