"""From bars to a fitted, validated model."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from terminal.ports.strategy import TrainingSet
from terminal.strategy import features as feat
from terminal.strategy.arrays import DAY_MS, DOWN, TIMEOUT, UP, FloatArray, IntArray
from terminal.strategy.bars import BarPanel, TooFewBars, build_panel
from terminal.strategy.calibration import brier, calibrate, no_correction
from terminal.strategy.labels import triple_barrier
from terminal.strategy.learning.boosting import library, plan_for, trees_can_grow
from terminal.strategy.learning.contest import Answers, Forecasts
from terminal.strategy.learning.honesty import refuse_look_ahead, refuse_unbelievable
from terminal.strategy.learning.learner import Learner, fit_learner
from terminal.strategy.model import FittedModel, Validation
from terminal.strategy.policy import MARGIN_BP
from terminal.strategy.ridge import rounded
from terminal.strategy.skill import direction_skill
from terminal.strategy.walkforward import Dataset, walk_forward

_MIN_ROWS: Final = 500


@dataclass(frozen=True, slots=True)
class _Judged:
    """Out-of-sample rows with the probabilities that may be judged."""

    rows: IntArray
    chance: FloatArray
    folds: int
    calibrated: bool


@dataclass(frozen=True, slots=True)
class _Record:
    acted: int
    hit_rate: float
    net_bp: float


@dataclass(frozen=True, slots=True)
class Learned:
    """A fitted model, what it said out of sample, and what happened to all labelled rows."""

    model: FittedModel
    forecasts: Forecasts
    answers: Answers


def dataset(panel: BarPanel) -> Dataset:
    """All complete, labelled rows of a panel.

    Raises:
        TooGoodToBeTrue: an input of a bar was made from later ones.
    """
    values = feat.compute(panel)
    refuse_look_ahead(panel, values, feat.compute)
    labels = triple_barrier(panel, feat.average_true_range(panel))
    # A panel without BTC lacks that context throughout; such columns carry no information.
    has_context = bool(np.isfinite(values[:, -1]).all())
    usable = feat.complete(values, need_context=has_context) & (labels.classes >= 0)
    bar, instrument = np.nonzero(usable.T)  # time first
    picked = np.nan_to_num(values[instrument, bar])
    return Dataset(
        inputs=feat.design_rows(picked, instrument, len(panel.instruments)),
        classes=labels.classes[instrument, bar],
        bar=bar,
        day=panel.open_ms[bar] // DAY_MS,
        instrument=instrument,
        ambiguous=labels.ambiguous[instrument, bar],
        barrier_bp=labels.barrier_bp[instrument, bar],
        long_bp=labels.long_bp[instrument, bar],
    )


def fit_model(training: TrainingSet, seed: int) -> FittedModel:
    """Validate by walking forward, calibrate on what that gave, then fit on everything.

    Raises:
        TooFewBars: not enough history, or a gap in it.
        UnusableBars: the bars break their contract.
        TooGoodToBeTrue: the fit knows what it cannot know.
    """
    panel = build_panel(training.series, training.interval)
    return learn(panel, taker_fee=training.taker_fee, simulated=training.simulated, seed=seed).model


def fit_dataset(panel: BarPanel, data: Dataset, training: TrainingSet, seed: int) -> FittedModel:
    """As `fit_model`, from rows already made."""
    return _learn(panel, data, training.taker_fee, training.simulated, seed).model


def learn(panel: BarPanel, *, taker_fee: float, simulated: bool, seed: int, trees: bool = True) -> Learned:
    """As `fit_model`, from bars on a common time axis; gives all that a comparison needs.

    Without `trees` the ridge half is fitted alone, as where LightGBM cannot be loaded.
    """
    data = dataset(panel)
    if len(data.classes) < _MIN_ROWS:
        raise TooFewBars(f"insufficient_history: {len(data.classes)} labelled rows of the {_MIN_ROWS} needed")
    return _learn(panel, data, taker_fee, simulated, seed, trees=trees)


def _learn(
    panel: BarPanel, data: Dataset, taker_fee: float, simulated: bool, seed: int, *, trees: bool = True
) -> Learned:
    features = feat.catalogue_for(panel.instruments)
    plan = plan_for(panel.bars) if trees and trees_can_grow() else None

    def fit(inputs: FloatArray, classes: IntArray) -> Learner:
        return fit_learner(inputs, classes, features, plan, seed)

    forecast = walk_forward(data, fit)
    rows = forecast.rows
    calibration, chance = calibrate(forecast.logits, data.classes[rows], data.day[rows])
    judged = _Judged(rows, chance, forecast.folds, not np.array_equal(calibration.scale, no_correction().scale))
    validation = _validate(data, judged, 2e4 * taker_fee, seed)
    final = fit(data.inputs, data.classes)
    model = FittedModel(
        instruments=panel.instruments,
        interval=panel.interval,
        ridge=final.ridge,
        calibration=calibration,
        base_rates=rounded(_shares(data.classes)),
        validation=validation,
        seed=seed,
        rows=len(data.classes),
        trained_from_ms=int(panel.open_ms[0]),
        trained_to_ms=panel.newest_close_ms,
        simulated=simulated,
        feature_ids=tuple(feature.key for feature in features),
        trees=final.trees,
        trees_weight=final.weight,
        library="" if plan is None else library(),
        plan="" if plan is None else plan.name,
    )
    times = panel.open_ms[data.bar]
    said = Forecasts(times[rows], data.instrument[rows], chance)
    return Learned(model, said, Answers(times, data.instrument, data.classes, data.day, data.inputs))


def _validate(data: Dataset, judged: _Judged, fees_bp: float, seed: int) -> Validation:
    rows, chance = judged.rows, judged.chance
    classes = data.classes[rows]
    skill = direction_skill(chance, classes, data.day[rows], np.random.default_rng(seed))
    refuse_unbelievable(skill)
    record = _trade_record(data, rows, chance, fees_bp)
    return Validation(
        folds=judged.folds,
        rows=len(rows),
        direction_rows=skill.rows,
        days=skill.days,
        skill=round(skill.skill, 6),
        skill_low=round(skill.low, 6),
        skill_high=round(skill.high, 6),
        hit_rate=round(skill.hit_rate, 6),
        brier=round(brier(chance, classes), 6) if len(rows) else 1.0,
        base_brier=round(brier(np.tile(_shares(classes), (len(rows), 1)), classes), 6) if len(rows) else 1.0,
        calibrated=judged.calibrated,
        acted=record.acted,
        acted_hit_rate=round(record.hit_rate, 6),
        acted_net_bp=round(record.net_bp, 3),
        ambiguous_rate=round(float(data.ambiguous.mean()), 6),
    )


def _shares(classes: IntArray) -> FloatArray:
    return np.asarray(np.bincount(classes, minlength=3) / max(1, len(classes)))


def _trade_record(data: Dataset, rows: IntArray, chance: FloatArray, fees_bp: float) -> _Record:
    """What acting on the cost gate alone would have earned out of sample.

    Positions overlap (a row is a trade), so this describes the odds, not an account.
    """
    width = data.barrier_bp[rows]
    edge = (chance[:, UP] - chance[:, DOWN]) * width if len(rows) else np.empty(0)
    acted = np.abs(edge) > fees_bp + MARGIN_BP
    if not acted.any():
        return _Record(0, 0.0, 0.0)
    side = np.sign(edge[acted])
    gross = np.where(data.ambiguous[rows][acted], -width[acted], side * data.long_bp[rows][acted])
    classes = data.classes[rows][acted]
    resolved = classes != TIMEOUT
    hits = (classes == UP) == (side > 0)
    rate = float(hits[resolved].mean()) if resolved.any() else 0.0
    return _Record(int(acted.sum()), rate, float(gross.mean()) - fees_bp)
