"""The embedded strategist: a small learned model that runs without network, key or weights.

`fit` and `decide` are plain blocking calls; the engine runs them off its loop. The fitted
model is replaced in one assignment, so a decision always sees one whole model.
"""

from dataclasses import dataclass

import numpy as np

from terminal.domain.canonical import canonical_json, digest
from terminal.domain.decision import Abstained, Decided, Failed, FailureKind, Outcome
from terminal.domain.errors import ModelUnavailable
from terminal.domain.snapshot import MarketSnapshot
from terminal.ports.clock import Clock
from terminal.ports.strategy import KeptModel, TrainingSet
from terminal.strategy import features as feat
from terminal.strategy.arrays import FloatArray
from terminal.strategy.bars import BarPanel, TooFewBars, UnusableBars, build_panel, snapshot_panel
from terminal.strategy.learning.boosting import QUICK
from terminal.strategy.learning.contest import Champion, Verdict, took_up
from terminal.strategy.learning.job import FitJob, Trainer, run_job
from terminal.strategy.learning.kept_forecasts import forecasts_text, read_forecasts
from terminal.strategy.model import FittedModel, load_model, model_name, model_text
from terminal.strategy.policy import PolicySettings, usable_quote
from terminal.strategy.proposal import Cycle, NamedModel, propose
from terminal.strategy.records import snapshot_sha256


@dataclass(frozen=True, slots=True)
class FitReport:
    """Result of one fit. Skill figures are fractions; `samples` rows reached a barrier.

    `model_json` is the model itself and `policy_json` the policy's numbers, to be journalled for replays.
    `accepted` False: the model in use before was better and stays; `verdict` says how they compared.
    `quick`: a small fit on few bars, so that the first proposal does not wait. `ridge_alone`:
    LightGBM could not be loaded, and the model's name says so. `forecasts` is what it said out of sample, as text.
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
    accepted: bool = True
    verdict: str = ""
    quick: bool = False
    ridge_alone: bool = False
    forecasts: str = ""


class EmbeddedStrategist:
    """Fits on closed bars and decides on snapshots.

    Args:
        clock: measures how long a fit and a decision take; decides nothing.
        settings: margin, barrier distance and risk bound of the policy.
        trainer: where a fit is computed; in the calling thread by default.
    """

    def __init__(self, clock: Clock, settings: PolicySettings | None = None, trainer: Trainer = run_job) -> None:
        self._clock = clock
        self._settings = settings or PolicySettings()
        self._trainer = trainer
        self._named: NamedModel | None = None
        self._champion: Champion | None = None

    @property
    def model_name(self) -> str:
        named = self._named
        return "" if named is None else named.name

    def load(self, text: str) -> str:
        """Use a stored model, for replays; gives its name.

        Raises:
            ModelUnavailable: the text is no model of this kind and schema.
        """
        self._named, self._champion = _named(load_model(text)), None
        return self._named.name

    def take_up(self, kept: KeptModel) -> FitReport:
        """Go on with the model of an earlier run, under its own name; the next fit is compared with it.

        Raises:
            ModelUnavailable: it is not the text that was kept, or not for these markets, or this version would
                decide otherwise with it. The present model stays.
        """
        named = self._checked(kept)
        said = read_forecasts(kept.fitted.forecasts)
        self._named, self._champion = named, Champion(named.text, said)
        return self._report(named, self._champion, took_up(), 0.0)

    def _checked(self, kept: KeptModel) -> NamedModel:
        fitted = kept.fitted
        if digest(fitted.model_json) != fitted.model_sha256:
            raise ModelUnavailable("its text is not the one that was kept: it was changed since")
        model = load_model(fitted.model_json)
        named = NamedModel(model, fitted.model_json, fitted.model_sha256, model_name(model, fitted.model_json))
        if named.name != fitted.model:
            raise ModelUnavailable(f"this version would name it otherwise ({named.name})")
        if (model.instruments, model.interval, model.simulated) != (kept.instruments, kept.interval, kept.simulated):
            raise ModelUnavailable("it was fitted on other markets or another bar length")
        if fitted.policy_json != canonical_json(self._settings):
            raise ModelUnavailable("the rules that turn its forecasts into decisions have changed since")
        return named

    def fit(self, training: TrainingSet, seed: int) -> FitReport:
        """Fit and validate; use the result from now on, unless the model in use was better out of sample.

        Raises:
            TooFewBars: not enough closed bars, or a gap; the present model stays.
            UnusableBars: bars that break their contract; the present model stays.
            TooGoodToBeTrue: the fit knows what it cannot know; the present model stays.
            TrainingFailed: the trainer died or took too long; the present model stays.
        """
        started_s = self._clock.monotonic_s()
        panel = build_panel(training.series, training.interval)
        job = FitJob(panel, training.taker_fee, training.simulated, seed, self._champion)
        result = self._trainer(job)
        named = _named(load_model(result.text))
        fitted = Champion(named.text, result.forecasts)
        if result.verdict.accepted:
            self._named, self._champion = named, fitted
        return self._report(named, fitted, result.verdict, self._clock.monotonic_s() - started_s)

    def _report(self, named: NamedModel, fitted: Champion, verdict: Verdict, seconds: float) -> FitReport:
        record = named.model.validation
        return FitReport(
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
            seconds=seconds,
            model_sha256=named.sha256,
            model_json=named.text,
            policy_json=canonical_json(self._settings),
            accepted=verdict.accepted,
            verdict=verdict.text,
            quick=named.model.plan == QUICK.name,
            ridge_alone=named.model.trees is None,
            forecasts=forecasts_text(fitted.forecasts) if verdict.accepted else "",
        )

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
            panel = snapshot_panel(snapshot)
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


def _input_rows(panel: BarPanel, model: FittedModel) -> tuple[FloatArray, FloatArray]:
    """Model inputs (m, f) and ATR (m,) of the newest bar, in the panel's order.

    Market context is left out (NaN) when not all the model's instruments are there: a
    breadth of three markets is another number than a breadth of eight.
    """
    values, ranges = feat.newest(panel)
    if set(panel.instruments) != set(model.instruments):
        values[:, [feature.context for feature in feat.CATALOGUE]] = np.nan
    numbers = [model.instruments.index(name) for name in panel.instruments]
    return feat.design_rows(values, numbers, len(model.instruments))[:, model.columns], ranges
