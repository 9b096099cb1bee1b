"""A fitted model with its validation record, and its one canonical text.

The text is the model: it is hashed, stored, and read back for replays. Nothing is
re-trained to explain an old decision.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from terminal.domain.canonical import canonical_json, digest
from terminal.domain.errors import ModelUnavailable
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Interval
from terminal.strategy.arrays import CLASSES, FloatArray, IntArray
from terminal.strategy.calibration import Calibration
from terminal.strategy.features import Feature, catalogue_for, schema_sha256
from terminal.strategy.learning.learner import Learner, centres_of
from terminal.strategy.learning.trees import Trees, trees_from_parts, trees_parts
from terminal.strategy.ridge import RidgeModel
from terminal.strategy.skill import MIN_DAYS

KIND: Final = "embedded-ridge/1"
BLEND_KIND: Final = "embedded-gbm-ridge/1"


@dataclass(frozen=True, slots=True)
class Validation:
    """Walk-forward record. Skill figures are fractions; `*_bp` basis points a trade.

    `acted_*`: what the cost gate alone would have traded out of sample, net of taker fees.
    """

    folds: int
    rows: int
    direction_rows: int
    days: int
    skill: float
    skill_low: float
    skill_high: float
    hit_rate: float
    brier: float
    base_brier: float
    calibrated: bool
    acted: int
    acted_hit_rate: float
    acted_net_bp: float
    ambiguous_rate: float

    @property
    def has_skill(self) -> bool:
        """True when the interval's lower bound is not negative."""
        return self.skill_low >= 0.0

    @property
    def has_interval(self) -> bool:
        """False when there were too few days to resample; the bound then counts as negative."""
        return self.days >= MIN_DAYS


@dataclass(frozen=True, slots=True)
class FittedModel:
    """Everything a decision needs. `base_rates` (3,): class shares of all labelled rows.

    `trained_to_ms`: close of the newest bar the fit could see. `feature_ids`: its inputs in
    their order, none of them means all there are today. `trees` None: the ridge half decides
    alone. `library` grew the trees, `plan` says how much work the fit was.
    """

    instruments: tuple[InstrumentId, ...]
    interval: Interval
    ridge: RidgeModel
    calibration: Calibration
    base_rates: FloatArray
    validation: Validation
    seed: int
    rows: int
    trained_from_ms: int
    trained_to_ms: int
    simulated: bool
    feature_ids: tuple[str, ...] = ()
    trees: Trees | None = None
    trees_weight: float = 0.0
    library: str = ""
    plan: str = ""

    @property
    def kind(self) -> str:
        return KIND if self.trees is None else BLEND_KIND

    @property
    def features(self) -> tuple[Feature, ...]:
        every = catalogue_for(self.instruments)
        if not self.feature_ids:
            return every
        known = {feature.key: feature for feature in every}
        return tuple(known[key] for key in self.feature_ids)

    @property
    def columns(self) -> IntArray:
        """Where its inputs stand among all there are today, (f,)."""
        places = {feature.key: place for place, feature in enumerate(catalogue_for(self.instruments))}
        return np.array([places[feature.key] for feature in self.features], dtype=np.int64)

    @property
    def learner(self) -> Learner:
        return Learner(self.ridge, centres_of(self.features), self.trees, self.trees_weight)

    def logits(self, raw: FloatArray) -> FloatArray:
        """Calibrated logits (rows, 3) of raw inputs (rows, f)."""
        return self.calibration.logits(self.learner.logits(raw))

    def probabilities(self, raw: FloatArray) -> FloatArray:
        return self.calibration.probabilities(self.learner.logits(raw))

    def contributions(self, raw: FloatArray, chosen: int, other: int) -> tuple[FloatArray, float]:
        """Split the log-odds of class `chosen` against `other` for one row (f,).

        Returns:
            One term a feature, (f,), and the constant; together they are the difference
            of the two calibrated logits.
        """
        scale, shift = self.calibration.scale, self.calibration.shift
        if self.trees is not None:
            terms, constants = self.learner.terms(raw)
            starts = scale * constants + shift
            return scale[chosen] * terms[chosen] - scale[other] * terms[other], float(starts[chosen] - starts[other])
        weights = scale[chosen] * self.ridge.weights[chosen] - scale[other] * self.ridge.weights[other]
        starts = scale * self.ridge.intercepts + shift
        return self.ridge.standardised(raw[None])[0] * weights, float(starts[chosen] - starts[other])


def model_text(model: FittedModel) -> str:
    """The canonical JSON of a model."""
    features = model.features
    ridge = model.ridge
    grown = {}
    if model.trees is not None:
        words = {"weight": model.trees_weight, "library": model.library, "plan": model.plan}
        grown = {"trees": trees_parts(model.trees) | words}
    return canonical_json(
        {
            "kind": model.kind,
            "classes": CLASSES,
            "instruments": model.instruments,
            "interval_min": model.interval.value,
            "feature_ids": [feature.key for feature in features],
            "schema_sha256": schema_sha256(features, model.interval),
            "ridge": {name: getattr(ridge, name).tolist() for name in RidgeModel.__slots__},
            "calibration": {"scale": model.calibration.scale.tolist(), "shift": model.calibration.shift.tolist()},
            "base_rates": model.base_rates.tolist(),
            "validation": asdict(model.validation),
            "seed": model.seed,
            "rows": model.rows,
            "trained_from_ms": model.trained_from_ms,
            "trained_to_ms": model.trained_to_ms,
            "simulated": model.simulated,
            **grown,
        }
    )


def load_model(text: str) -> FittedModel:
    """Read a stored model back.

    Raises:
        ModelUnavailable: not a model of this kind, or fitted on other features.
    """
    try:
        parts: Mapping[str, Any] = json.loads(text)
        if parts["kind"] not in {KIND, BLEND_KIND}:
            known = f"{KIND!r} or {BLEND_KIND!r}"
            raise ModelUnavailable(f"the stored model is of kind {parts['kind']!r}, not {known}; fit a new one")
        model = _from_parts(parts)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ModelUnavailable("the stored model cannot be read; fit a new one") from error
    strangers = set(model.feature_ids) - {feature.key for feature in catalogue_for(model.instruments)}
    if strangers or parts["schema_sha256"] != schema_sha256(model.features, model.interval):
        raise ModelUnavailable("the stored model was fitted on other features; fit a new one")
    return model


def model_name(model: FittedModel, text: str) -> str:
    """Name of the model that decides: kind, feature schema, seed, end of its data, hash of its text."""
    moment = np.datetime64(model.trained_to_ms, "ms").astype("datetime64[m]")
    stamp = str(moment).replace("-", "").replace(":", "") + "Z"
    schema = schema_sha256(model.features, model.interval)[:8]
    words = [model.kind, *([model.library] if model.trees is not None else [])]
    return " ".join([*words, f"feat{schema}", f"seed{model.seed}", f"train{stamp}", f"sha{digest(text)[:8]}"])


def _from_parts(parts: Mapping[str, Any]) -> FittedModel:
    grown = parts["trees"] if parts["kind"] == BLEND_KIND else None
    return FittedModel(
        instruments=tuple(InstrumentId(name) for name in parts["instruments"]),
        interval=Interval(parts["interval_min"]),
        ridge=RidgeModel(**{name: np.array(parts["ridge"][name]) for name in RidgeModel.__slots__}),
        calibration=Calibration(
            np.array(parts["calibration"]["scale"]),
            np.array(parts["calibration"]["shift"]),
        ),
        base_rates=np.array(parts["base_rates"]),
        validation=Validation(**parts["validation"]),
        seed=parts["seed"],
        rows=parts["rows"],
        trained_from_ms=parts["trained_from_ms"],
        trained_to_ms=parts["trained_to_ms"],
        simulated=parts["simulated"],
        feature_ids=tuple(parts["feature_ids"]),
        trees=None if grown is None else trees_from_parts(grown),
        trees_weight=0.0 if grown is None else float(grown["weight"]),
        library="" if grown is None else str(grown["library"]),
        plan="" if grown is None else str(grown["plan"]),
    )
