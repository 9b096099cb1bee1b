"""A result as plain data: what the JSON file holds, and the page and the panel show."""

import math
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, Final

import numpy as np

from terminal.domain.instrument import base_of
from terminal.lab.benchmarks import Benchmark
from terminal.lab.exposure import exposure_of
from terminal.lab.figures import (
    Slice,
    by_end,
    by_month,
    by_pair,
    by_side,
    calibration,
    daily_returns,
    slice_of,
    sliced,
    thinned,
)
from terminal.lab.market import UNKNOWN_RATE
from terminal.lab.regimes import RULE, regime_of, trend_share
from terminal.lab.request import claims_confidence
from terminal.lab.run import LabResult
from terminal.lab.statistics import sharpe_interval
from terminal.lab.strategists import Fold
from terminal.lab.trades import LabTrade
from terminal.lab.verdict import LabVerdict, verdict_of

SCHEMA: Final = 3
_CURVE_POINTS: Final = 500
_DIGITS: Final = 6

TRADE_COLUMNS: Final = tuple(each.name for each in fields(LabTrade))


def report_of(result: LabResult) -> dict[str, Any]:
    """Everything of a run but its single trades; NaN and infinity become null."""
    verdict = verdict_of(result)
    market, request, record = result.market, result.request, result.record
    trades, chooser = record.trades, np.random.default_rng(request.seed)
    plain = {
        "schema": SCHEMA,
        "strategist": request.strategist,
        "version_sha256": result.version_sha,
        "trial": result.trial,
        "versions_tried": result.versions,
        "contaminated": result.is_contaminated,
        "contaminated_until_ms": request.contaminated_until_ms,
        "contaminated_part": None if result.early is None else asdict(result.early),
        "lock_box": None if result.box is None else asdict(result.box),
        "market": {
            "source": market.source,
            "simulated": market.simulated,
            "planted": market.planted,
            "interval": market.interval.label,
            "pairs": [base_of(each) for each in market.instruments],
            "bars": market.bars - market.first,
            "training_bars": market.first,
            "from_ms": int(market.panel.open_ms[market.first]),
            "to_ms": market.close_ms(market.bars - 1),
        },
        "assumptions": assumptions(result),
        "verdict": _verdict(verdict),
        "summary": _summary(result, chooser),
        "benchmarks": [_benchmark(each) for each in result.benchmarks],
        "random": {"rank": result.random_rank, "draws": len(result.random_means)} | _quantiles(result),
        "gate": [asdict(row) for row in result.gate.rows],
        "gate_earned": result.gate.is_earned and not result.is_contaminated,
        "calibration": None if result.calibration is None else asdict(result.calibration),
        "direction_skill": None if result.calibration is None else result.calibration.skill,
        "by_fold": [_fold(result, each, chooser) for each in result.folds],
        "by_pair": _slices(sliced(trades, by_pair, chooser)),
        "by_side": _slices(sliced(trades, by_side, chooser)),
        "by_regime": _slices(sliced(trades, regime_of(market), chooser)),
        "regime_rule": RULE,
        "trend_share": trend_share(market),
        "by_lock_box": _slices(_around_box(result, chooser)),
        "by_month": _slices(sliced(trades, by_month, chooser)),
        "by_end": _slices(sliced(trades, by_end, chooser)),
        "decisions": record.decisions,
        "openings": record.openings,
        "refused": dict(record.refused.most_common()),
        "not_asked": dict(record.unasked.most_common()),
        "paused_by_loss_limits": record.halts,
        "equity": _curve(result),
        "notes": list(result.notes),
        "seconds": round(result.seconds, 1),
    }
    cleaned: dict[str, Any] = _clean(plain)
    return cleaned


def trade_rows(result: LabResult) -> list[list[Any]]:
    """Single trades as rows in the order of `TRADE_COLUMNS`."""
    return [[_clean(getattr(trade, name)) for name in TRADE_COLUMNS] for trade in result.record.trades]


def assumptions(result: LabResult) -> list[str]:
    """How it was replayed, for a reader who doubts it."""
    request, market = result.request, result.market
    fees = {float(rules.taker_fee) for rules in market.rules}
    bars_late = "a bar" if request.latency_bars == 1 else f"{request.latency_bars} bars"
    late = f", {bars_late} late" if request.latency_bars else ""
    guarded = "and the guardrails" if claims_confidence(request.strategist) else "without guardrails"
    half_bp = float(market.spread_bp.min()) / 2
    filled = (
        f"Decided at the close of a bar, filled at the far side of the next bar's open{late}, half the spread "
        f"(at least {half_bp:.2f} bp) and {request.slippage_bp:g} bp worse."
    )
    bars = (
        "Stop and target in one bar count as the stop; a target in the bar of the entry does not count; a target "
        "needs a trade beyond it; what is no target leaves at the far side."
    )
    rates = ", ".join(f"{100 * fee:g} %" for fee in sorted(fees))
    return [
        filled,
        bars,
        f"Taker fees of {rates} a side; funding at 00:00, 08:00 and 16:00 UTC{_funding_words(result)}.",
        f"Sized and checked by the live desk: sizing, risk checks before and at the fill, loss limits {guarded}.",
        f"Start with {request.equity:f} USDT; results are reinvested.",
    ]


def _funding_words(result: LabResult) -> str:
    known = np.isfinite(result.market.funding)
    if known.all():
        return ", at the market's rates"
    unknown = f"{100 * UNKNOWN_RATE:g} % against the trader"
    return f", {unknown} where the rate is not known" if known.any() else f", {unknown}: no rates are known"


def _summary(result: LabResult, chooser: np.random.Generator) -> dict[str, Any]:
    parts = asdict(result.summary)
    daily, _ = daily_returns(result.market, result.equity)
    parts["sharpe_interval"] = asdict(sharpe_interval(np.nan_to_num(daily), chooser))
    parts["exposure_of_equity"] = asdict(exposure_of(result.market, result.record.trades, result.equity))
    parts["end_equity"] = float(result.request.equity) * (1.0 + result.summary.growth)
    return parts


def _verdict(verdict: LabVerdict) -> dict[str, Any]:
    return {"tone": verdict.tone, "headline": verdict.headline, "sentences": list(verdict.sentences)}


def _benchmark(each: Benchmark) -> dict[str, Any]:
    return asdict(each) | {"ratio": each.ratio}


def _fold(result: LabResult, fold: Fold, chooser: np.random.Generator) -> dict[str, Any]:
    """One step of the walk-forward: the fit, its skill where it knew nothing, and the trades it decided."""
    market, found = result.market, calibration(fold.forecasts)
    first_ms, after_ms = int(market.panel.open_ms[fold.low]), market.close_ms(fold.high - 1)
    inside = [trade for trade in result.record.trades if first_ms <= trade.decided_ms - market.interval.ms < after_ms]
    name = str(np.datetime64(first_ms, "ms").astype("datetime64[D]"))
    parts = asdict(slice_of(name, inside, chooser))
    return parts | {
        "from_ms": first_ms,
        "to_ms": after_ms,
        "model": fold.model,
        "is_new": fold.is_new,
        "forecasts": 0 if found is None else found.rows,
        "direction_skill": None if found is None else found.skill,
    }


def _around_box(result: LabResult, chooser: np.random.Generator) -> tuple[Slice, ...]:
    """Before the lock-box and in it, once it is open."""
    box, trades = result.box, result.record.trades
    if box is None or not box.is_open:
        return ()
    return sliced(trades, lambda trade: "lock-box" if trade.entry_ms >= box.from_ms else "before it", chooser)


def _slices(found: tuple[Slice, ...]) -> list[dict[str, Any]]:
    return [asdict(each) for each in found]


def _quantiles(result: LabResult) -> dict[str, Any]:
    if not len(result.random_means):
        return {"p05_bp": None, "p50_bp": None, "p95_bp": None}
    low, middle, high = np.quantile(result.random_means, [0.05, 0.5, 0.95])
    return {"p05_bp": float(low), "p50_bp": float(middle), "p95_bp": float(high)}


def _curve(result: LabResult) -> list[list[float]]:
    """Points of time, equity and the deepest fall since the point before, in percent of the peak."""
    market, start = result.market, float(result.request.equity)
    picked, falls = thinned(result.equity, start, _CURVE_POINTS)
    return [
        [market.close_ms(market.first + int(i)), round(float(result.equity[i]), 4), round(100.0 * float(fall), 4)]
        for i, fall in zip(picked, falls, strict=True)
    ]


def _clean(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, _DIGITS) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value
