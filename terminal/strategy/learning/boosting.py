"""Grows boosted trees with LightGBM, which is imported only here and only when needed.

One thread, row-wise, fixed seed: the same rows give the same trees. Every row is also shown
in the mirror (prices upside down, up and down exchanged), as for the ridge half.
"""

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from terminal.domain.causes import cause
from terminal.domain.errors import StrategyError
from terminal.strategy.arrays import DOWN, UP, FloatArray, IntArray
from terminal.strategy.learning.trees import DEPTH, Trees, make_trees

if TYPE_CHECKING:
    from types import ModuleType

_log = logging.getLogger(__name__)
_LEAF_SHARE: Final = 0.01  # of all rows, at least, in each leaf: windows overlap, so few rows say nothing
_LEAST_LEAF: Final = 20
_DIGITS: Final = 10  # stored precision; memory and file hold the same trees


class TreesUnavailable(StrategyError):
    """LightGBM cannot be loaded on this machine; the ridge half answers alone, under its own name."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much work a fit may be. `name` goes into the stored model; `rate` is the learning rate."""

    name: str
    rounds: int
    leaves: int
    rate: float


QUICK: Final = Plan("quick", 25, 8, 0.08)
FULL: Final = Plan("full", 100, 12, 0.05)
QUICK_BARS: Final = 1_400
"""Up to so many bars a fit is a quick one: the first proposal should not wait for the longer history."""


def plan_for(bars: int) -> Plan:
    return QUICK if bars <= QUICK_BARS else FULL


def library() -> str:
    """Name and version of what grows the trees, e.g. `lgb4.7.0`.

    Raises:
        TreesUnavailable: it cannot be loaded.
    """
    return f"lgb{_lightgbm().__version__}"


def trees_can_grow() -> bool:
    """False where LightGBM cannot be loaded; the log says why."""
    try:
        _lightgbm()
    except TreesUnavailable as error:
        _log.warning("%s", error)
        return False
    return True


def fit_trees(raw: FloatArray, classes: IntArray, centres: FloatArray, plan: Plan, seed: int) -> Trees:
    """Grow trees on inputs without gaps (rows, f) and classes (rows,) in 0..2.

    `centres` (f,): mirror centre of each input, NaN for one that has no direction.

    Raises:
        TreesUnavailable: LightGBM cannot be loaded.
    """
    lightgbm = _lightgbm()
    both = np.concatenate([raw, mirror(raw, centres)])
    answers = np.concatenate([classes, UP + DOWN - classes]).astype(np.float64)
    settings = {
        "objective": "multiclass",
        "num_class": 3,
        "learning_rate": plan.rate,
        "num_leaves": plan.leaves,
        "max_depth": DEPTH,
        "max_bin": 63,
        "min_data_in_leaf": max(_LEAST_LEAF, round(_LEAF_SHARE * len(both))),
        "feature_fraction": 0.6,
        "lambda_l2": 10.0,
        "use_missing": False,
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "seed": seed % 2**31,
        "verbose": -1,
    }
    rows = lightgbm.Dataset(both, answers, params=settings, free_raw_data=True)
    booster = lightgbm.train(settings, rows, num_boost_round=plan.rounds)
    return _read(booster.dump_model())


def mirror(raw: FloatArray, centres: FloatArray) -> FloatArray:
    """The same rows with prices upside down."""
    return np.where(np.isnan(centres), raw, 2.0 * centres - raw)


def _read(dumped: dict[str, Any]) -> Trees:
    splits: list[list[tuple[int, int, float]]] = []
    leaves: list[list[tuple[int, float, int]]] = []
    for tree in dumped["tree_info"]:
        splits.append([])
        leaves.append([])
        _walk(tree["tree_structure"], 0, splits[-1], leaves[-1])
    return make_trees(splits, leaves)


def _walk(
    part: dict[str, Any], node: int, splits: list[tuple[int, int, float]], leaves: list[tuple[int, float, int]]
) -> None:
    if "split_feature" not in part:
        leaves.append((node, _rounded(part["leaf_value"]), int(part.get("leaf_count", 1))))
        return
    splits.append((node, int(part["split_feature"]), _rounded(part["threshold"])))
    _walk(part["left_child"], 2 * node + 1, splits, leaves)
    _walk(part["right_child"], 2 * node + 2, splits, leaves)


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}") + 0.0  # no minus zero


def _lightgbm() -> "ModuleType":
    try:
        import lightgbm  # noqa: PLC0415  # 0.3 s and 24 MB: only where trees are grown
    except (ImportError, OSError) as error:  # OSError: its OpenMP runtime is missing
        raise TreesUnavailable(f"LightGBM cannot be loaded: {cause(error)}; the ridge model answers alone") from error
    return lightgbm
