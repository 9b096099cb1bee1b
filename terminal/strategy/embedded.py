"""The embedded strategist: a small learned model that runs without network, key or weights.

`fit` and `decide` are plain blocking calls; the engine runs them off its loop. The fitted
model is replaced in one assignment, so a decision always sees one whole model.
"""

from dataclasses import dataclass

import numpy as np

from terminal.domain.canonical import canonical_json, digest
from terminal.domain.decision import Abstained, Decided, Failed, FailureKind, Outcome
from terminal.domain.snapshot import MarketSnapshot
from terminal.ports.clock import Clock
from terminal.ports.strategy import TrainingSet
from terminal.strategy import features as feat
from terminal.strategy.arrays import FloatArray
from terminal.strategy.bars import BarPanel, TooFewBars, UnusableBars, build_panel
from terminal.strategy.model import FittedModel, load_model, model_name, model_text
from terminal.strategy.policy import PolicySettings, usable_quote
from terminal.strategy.proposal import Cycle, NamedModel, propose
from terminal.strategy.records import snapshot_sha256
from terminal.strategy.training import fit_model


@dataclass(frozen=True, slots=True)
class FitReport:
    """Result of one fit. Skill figures are fractions; `samples` rows reached a barrier.

    `model_json` is the model itself and `policy_json` the policy's numbers, to be journalled for replays.
    """

    model: str
    skill: float
    skill_low: float
    skill_high: float
    samples: int
    days: int
    hit_rate: float
    brier: float
    base_brier: float
    folds: int
    seconds: float
    model_sha256: str
    model_json: str
    policy_json: str = "{}"


class EmbeddedStrategist:
    """Fits on closed bars and decides on snapshots.

    Args:
        clock: measures how long a fit and a decision take; decides nothing.
        settings: margin, barrier distance and risk bound of the policy.
    """

    def __init__(self, clock: Clock, settings: PolicySettings | None = None) -> None:
        self._clock = clock
        self._settings = settings or PolicySettings()
        self._named: NamedModel | None = None

    @property
    def model_name(self) -> str:
        named = self._named
        return "" if named is None else named.name

    def load(self, text: str) -> str:
        """Use a stored model, for replays; gives its name.

        Raises:
            ModelUnavailable: the text is no model of this kind and schema.
        """
        self._named = _named(load_model(text))
        return self._named.name

    def fit(self, training: TrainingSet, seed: int) -> FitReport:
        """Fit, validate, and use the result from now on.

        Raises:
            TooFewBars: not enough closed bars, or a gap; the present model stays.
            UnusableBars: bars that break their contract; the present model stays.
        """
        started_s = self._clock.monotonic_s()
        named = _named(fit_model(training, seed))
        record = named.model.validation
        report = FitReport(
            model=named.name,
            skill=record.skill,
            skill_low=record.skill_low,
            skill_high=record.skill_high,
            samples=record.direction_rows,
            days=record.days,
            hit_rate=record.hit_rate,
            brier=record.brier,
            base_brier=record.base_brier,
            folds=record.folds,
            seconds=self._clock.monotonic_s() - started_s,
            model_sha256=named.sha256,
            model_json=named.text,
            policy_json=canonical_json(self._settings),
        )
        self._named = named
        return report

    def decide(self, snapshot: MarketSnapshot) -> Outcome:
        """Decide every instrument of the snapshot, or the asked one when a question is put.

        Data that is short is an abstention; data that breaks the snapshot's contract is a
        failure. Neither is a hold.
        """
        started_s = self._clock.monotonic_s()
        named = self._named
        if named is None:
            return Abstained(snapshot.cycle_id, "no_model: the first fit has not ended; ask again when it has")
        refusal = _mismatch(snapshot, named.model)
        if refusal:
            return Abstained(snapshot.cycle_id, refusal)
        try:
            panel = _panel(snapshot)
        except TooFewBars as short:
            return Abstained(snapshot.cycle_id, str(short))
        except UnusableBars as broken:
            return Failed(snapshot.cycle_id, FailureKind.INTERNAL, str(broken))
        cycle = Cycle(snapshot, snapshot_sha256(snapshot), named, self._settings)
        rows, ranges = _input_rows(panel, named.model)
        question = snapshot.question
        decisions = tuple(
            propose(cycle, view, row, float(atr))
            for view, row, atr in zip(snapshot.views, rows, ranges, strict=True)
            if usable_quote(view) and (question is None or view.instrument.instrument_id == question.instrument_id)
        )
        if not decisions:
            return Abstained(snapshot.cycle_id, "no_quote: no instrument has a usable bid and ask; wait for the stream")
        return Decided(snapshot.cycle_id, decisions, 1e3 * (self._clock.monotonic_s() - started_s))


def _named(model: FittedModel) -> NamedModel:
    text = model_text(model)
    return NamedModel(model, text, digest(text), model_name(model, text))


def _mismatch(snapshot: MarketSnapshot, model: FittedModel) -> str:
    """Why this model cannot speak about this snapshot, or nothing."""
    if snapshot.interval is not model.interval:
        return (
            f"other_interval: the model was fitted on {model.interval.label} bars; fit it on {snapshot.interval.label}"
        )
    strangers = [
        v.instrument.instrument_id for v in snapshot.views if v.instrument.instrument_id not in model.instruments
    ]
    if strangers:
        return f"unknown_instrument: the model was not fitted on {', '.join(strangers)}; fit it again with them"
    if model.simulated and not snapshot.simulated:
        return "simulated_model: the model was fitted on simulated bars; fit it on the venue's own"
    return ""


def _panel(snapshot: MarketSnapshot) -> BarPanel:
    panel = build_panel([(v.instrument.instrument_id, v.candles) for v in snapshot.views], snapshot.interval)
    for view in snapshot.views:
        newest_ms = view.candles[-1].open_ms + snapshot.interval.ms
        if newest_ms > snapshot.bar_close_ms:
            raise UnusableBars(f"{view.instrument.instrument_id} has a bar from after the snapshot's bar close")
        if newest_ms < snapshot.bar_close_ms:
            raise TooFewBars(f"bars_behind: {view.instrument.instrument_id} lacks its newest closed bar; wait for it")
    return panel


def _input_rows(panel: BarPanel, model: FittedModel) -> tuple[FloatArray, FloatArray]:
    """Model inputs (m, f) and ATR (m,) of the newest bar, in the panel's order.

    Market context is left out (NaN) when not all the model's instruments are there: a
    breadth of three markets is another number than a breadth of eight.
    """
    values = feat.compute(panel)[:, -1].copy()
    if set(panel.instruments) != set(model.instruments):
        values[:, [feature.context for feature in feat.CATALOGUE]] = np.nan
    numbers = [model.instruments.index(name) for name in panel.instruments]
    return feat.design_rows(values, numbers, len(model.instruments)), feat.average_true_range(panel)[:, -1]
