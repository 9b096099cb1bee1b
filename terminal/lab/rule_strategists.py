"""Fixed rules to measure a model against: nothing is learned here, and nobody should trade them."""

from dataclasses import replace
from decimal import Decimal
from typing import Final

import numpy as np

from terminal.domain.decision import Action, Decision
from terminal.domain.order import PositionSide
from terminal.domain.snapshot import InstrumentView
from terminal.indicators import whole as ind
from terminal.lab.market import LabMarket
from terminal.lab.strategists import Candidates, Fold, Forecasts, LabStrategist, Moment, Progress
from terminal.strategy import features as feat
from terminal.strategy.arrays import FloatArray, IntArray
from terminal.strategy.labels import BARRIER_ATR, HORIZON_BARS
from terminal.strategy.policy import levels

_FAST: Final = 21
_SLOW: Final = 55
_CROSS_STOP_ATR: Final = 4.0
_CROSS_HORIZON_BARS: Final = 96 * 14
WARM_UP_BARS: Final = 4 * _SLOW
"""So many bars before the first, and its averages do not feel where they began."""
_AFTER_CROSS: Final = 3  # bars a cross stays worth acting on: the first may close, the next one open
_RISK: Final = Decimal("0.005")


class Flat:
    """Never trades."""

    name = "flat"

    def settings_text(self) -> str:
        return self.name

    def candidates(self, market: LabMarket, progress: Progress) -> Candidates:
        del progress
        return Candidates.of(np.zeros((len(market.rules), market.bars), dtype=np.int64), market.first)

    def decide(self, moment: Moment) -> Decision | None:
        del moment
        return None

    def forecasts(self) -> Forecasts | None:
        return None

    def folds(self) -> tuple[Fold, ...]:
        return ()

    def notes(self) -> tuple[str, ...]:
        return ()


class _AtrRule(Flat):
    """A rule whose stop lies some ATR away; the target as far, or none."""

    def __init__(self, *, stop_atr: float, horizon_bars: int, has_target: bool) -> None:
        self._stop_atr = stop_atr
        self._horizon_bars = horizon_bars
        self._has_target = has_target
        self._atr: FloatArray = np.empty((0, 0))

    def decide(self, moment: Moment) -> Decision | None:
        view = moment.snapshot.views[0]
        side = Action.OPEN_LONG if moment.side > 0 else Action.OPEN_SHORT
        against = PositionSide.SHORT if moment.side > 0 else PositionSide.LONG
        if (view.held_short if moment.side > 0 else view.held_long) > 0:
            return _decision(self.name, moment, view, Action.CLOSE, close_side=against)
        width = Decimal(repr(float(self._stop_atr * self._atr[moment.row, moment.bar])))
        placed = levels(view.instrument, side, view.ask if moment.side > 0 else view.bid, width)
        if placed.stop <= 0 or placed.stop == placed.entry:
            return None
        decision = _decision(self.name, moment, view, side)
        return replace(
            decision,
            stop_price=placed.stop,
            target_price=placed.target if self._has_target and placed.target > 0 else None,
            horizon_min=self._horizon_bars * moment.snapshot.interval.value,
        )


def cross_sides(close: FloatArray) -> IntArray:
    """Side of the EMA cross at each bar's close (pairs, bars): 1 fast over slow, -1 under it, 0 while warming up."""
    gap = ind.ema(close, _FAST) - ind.ema(close, _SLOW)
    return np.asarray(np.sign(np.nan_to_num(gap)).astype(np.int64))


class EmaCross(_AtrRule):
    """EMA 21 over EMA 55 is long, under it short; it leaves when they cross back, or at four ATR."""

    name = "ema-cross"

    def __init__(self) -> None:
        super().__init__(stop_atr=_CROSS_STOP_ATR, horizon_bars=_CROSS_HORIZON_BARS, has_target=False)

    def settings_text(self) -> str:
        return f"{self.name} {_FAST}/{_SLOW} stop {_CROSS_STOP_ATR} ATR"

    def candidates(self, market: LabMarket, progress: Progress) -> Candidates:
        del progress
        self._atr = feat.average_true_range(market.panel)
        side = cross_sides(market.panel.close)
        crossed = np.zeros_like(side)
        crossed[:, 1:] = (side[:, 1:] != side[:, :-1]) & (side[:, 1:] != 0) & (side[:, :-1] != 0)
        fresh = crossed.copy()
        for bars in range(1, _AFTER_CROSS):
            fresh[:, bars:] |= crossed[:, :-bars]
        return Candidates.of(side * fresh, market.first)


class RandomTrades(_AtrRule):
    """Opens at random with the levels of the embedded model: what costs alone do to an account.

    `per_day`: openings wished a day and instrument; `long_share` of them long.
    """

    name = "random"

    def __init__(self, seed: int, per_day: float = 1.0, long_share: float = 0.5) -> None:
        super().__init__(stop_atr=BARRIER_ATR, horizon_bars=HORIZON_BARS, has_target=True)
        self._seed, self._per_day, self._long_share = seed, per_day, long_share

    def settings_text(self) -> str:
        return f"{self.name} seed {self._seed} {self._per_day:.3f} a day, {self._long_share:.3f} long"

    def candidates(self, market: LabMarket, progress: Progress) -> Candidates:
        del progress
        self._atr = feat.average_true_range(market.panel)
        chooser = np.random.default_rng(self._seed)
        shape = market.panel.close.shape
        share = self._per_day * market.interval.value / 1440.0
        picked = (chooser.random(shape) < share) & np.isfinite(self._atr)
        sides: IntArray = np.where(chooser.random(shape) < self._long_share, 1, -1)
        return Candidates.of(picked * sides, market.first)


class Inverted:
    """Another strategist's openings the other way round, stop and target mirrored at the entry.

    A model that only pays costs loses this way as well; one with skill loses more.
    """

    def __init__(self, inner: LabStrategist) -> None:
        self._inner = inner

    @property
    def name(self) -> str:
        return "inverted"

    def settings_text(self) -> str:
        return f"{self.name} {self._inner.settings_text()}"

    def candidates(self, market: LabMarket, progress: Progress) -> Candidates:
        found = self._inner.candidates(market, progress)
        return Candidates(found.bar, found.row, -found.side)

    def decide(self, moment: Moment) -> Decision | None:
        view = moment.snapshot.views[0]
        turned = replace(view, held_long=view.held_short, held_short=view.held_long)
        snapshot = replace(moment.snapshot, views=(turned,))
        decision = self._inner.decide(Moment(moment.bar, moment.row, -moment.side, snapshot))
        if decision is None or decision.action is Action.HOLD:
            return decision
        if decision.action is Action.CLOSE:
            other = PositionSide.SHORT if decision.close_side is PositionSide.LONG else PositionSide.LONG
            return replace(decision, close_side=other)
        return _mirrored(decision, view)

    def forecasts(self) -> Forecasts | None:
        found = self._inner.forecasts()
        return None if found is None else _turned(found)

    def folds(self) -> tuple[Fold, ...]:
        return tuple(replace(each, forecasts=_turned(each.forecasts)) for each in self._inner.folds())

    def notes(self) -> tuple[str, ...]:
        return (*self._inner.notes(), "Every opening was turned round.")


def _turned(found: Forecasts) -> Forecasts:
    return Forecasts(1.0 - found.chance, found.rose, found.day)


def _mirrored(decision: Decision, view: InstrumentView) -> Decision:
    to_long = decision.action is Action.OPEN_SHORT
    entry, rules = (view.ask if to_long else view.bid), view.instrument
    stop, target = decision.stop_price, decision.target_price
    width = abs(decision.reference_price - stop) if stop is not None else None
    if width is None:
        return replace(decision, action=Action.HOLD)
    placed = levels(rules, Action.OPEN_LONG if to_long else Action.OPEN_SHORT, entry, width)
    return replace(
        decision,
        action=Action.OPEN_LONG if to_long else Action.OPEN_SHORT,
        reference_price=entry,
        stop_price=placed.stop,
        target_price=None if target is None else placed.target,
        confidence=1.0 - decision.confidence,
        expected_value_bp=-decision.expected_value_bp,
    )


def _decision(
    name: str, moment: Moment, view: InstrumentView, action: Action, close_side: PositionSide | None = None
) -> Decision:
    """A fixed rule's decision: no probability, no log of its own (it can never reach a venue)."""
    snapshot = moment.snapshot
    buys = action is Action.OPEN_LONG or close_side is PositionSide.SHORT
    return Decision(
        decision_id=f"{name}-{snapshot.bar_close_ms}-{view.instrument.instrument_id}",
        cycle_id=snapshot.cycle_id,
        instrument_id=view.instrument.instrument_id,
        action=action,
        confidence=float("nan"),
        entry_price=None,
        reference_price=view.ask if buys else view.bid,
        stop_price=None,
        target_price=None,
        risk_fraction=_RISK if action.opens else Decimal(0),
        horizon_min=0,
        expected_value_bp=float("nan"),
        invalidation="",
        explanation="",
        evidence=(),
        model=f"rule:{name}",
        snapshot_sha256="",
        input_json="{}",
        output_json="{}",
        created_ms=snapshot.created_ms,
        simulated=True,
        close_side=close_side,
    )
