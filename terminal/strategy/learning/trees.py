"""Boosted trees as plain arrays: forecasts, and exact Shapley values of each input.

LightGBM grows them (see `boosting`); reading, forecasting and explaining need numpy alone.
So an old decision can be made again without that library, and the window never loads it.

A tree of depth 4 is laid out as a heap: node 0 is the root, node i has the children
2 i + 1 (value <= threshold) and 2 i + 2. Nodes 0..14 may split, a branch that ends early
sends every value left. Tree t speaks for class t % 3.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np

from terminal.strategy.arrays import BoolArray, FloatArray, IntArray

DEPTH: Final = 4
_SPLITS: Final = 2**DEPTH - 1
_LEAVES: Final = 2**DEPTH
_ROWS_AT_ONCE: Final = 500  # so that the tables of one pass stay in the processor's cache
_NODES, _NODE_WEIGHTS = (
    0.5 * part + shift for part, shift in zip(np.polynomial.legendre.leggauss(3), (0.5, 0.0), strict=True)
)  # exact for polynomials up to degree 5 on 0..1; a path of four inputs has degree 3


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """Grown trees. `splits[t]` lists (node, input, threshold), `leaves[t]` (node, value, rows that ended there).

    `feature`, `threshold` (trees, 15) and `value` (trees, 16) are the same as arrays.
    """

    splits: tuple[tuple[tuple[int, int, float], ...], ...]
    leaves: tuple[tuple[tuple[int, float, int], ...], ...]
    feature: IntArray
    threshold: FloatArray
    value: FloatArray

    def logits(self, rows: FloatArray) -> FloatArray:
        """Inputs without gaps (rows, f) to logits (rows, 3)."""
        parts = [self._logits(rows[i : i + _ROWS_AT_ONCE]) for i in range(0, len(rows), _ROWS_AT_ONCE)]
        return np.concatenate(parts) if parts else np.empty((0, 3))

    def _logits(self, rows: FloatArray) -> FloatArray:
        tree = np.arange(len(self.splits))
        first = np.arange(len(rows))[:, None] * rows.shape[1]
        # Places in the flattened tables: `take` is four times as fast as indexing with two arrays.
        inputs, feature, threshold = rows.ravel(), self.feature.ravel(), self.threshold.ravel()
        place = np.tile(_SPLITS * tree, (len(rows), 1))  # of the node reached, for each row and tree
        down = 1 - _SPLITS * tree
        for _ in range(DEPTH):
            right = inputs.take(first + feature.take(place)) > threshold.take(place)
            place *= 2
            place += down
            place += right
        values = self.value.ravel().take(place + tree - _SPLITS)
        return np.asarray(values.reshape(len(rows), -1, 3).sum(axis=1))

    def contributions(self, row: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Shapley values of one input row (f,): a term for each class and input (3, f), and the constants (3,).

        They are what LightGBM calls `pred_contrib`: absent inputs follow both branches in
        proportion to the training rows that went there.
        """
        paths = _paths(self)
        inside = self._inside(paths, row).astype(np.float64)
        share = paths.share
        mixed = share * (1.0 - _NODES[:, None, None]) + inside * _NODES[:, None, None]
        others = mixed.prod(axis=2, keepdims=True) / mixed
        terms = paths.value[:, None] * (inside - share) * np.tensordot(_NODE_WEIGHTS, others, axes=1)
        slot = paths.kind[:, None] * len(row) + paths.feature
        flat = np.bincount(slot.ravel(), weights=terms.ravel(), minlength=3 * len(row))
        return np.asarray(flat, dtype=np.float64).reshape(3, len(row)), paths.constants

    @staticmethod
    def _inside(paths: "_Paths", row: FloatArray) -> BoolArray:
        values = row[paths.feature]
        return np.asarray((values > paths.low) & (values <= paths.high))


@dataclass(frozen=True, slots=True)
class _Paths:
    """One line a leaf, four slots for the different inputs asked on the way to it (padded with `share` 1).

    A row follows a slot when `low` < its input <= `high`; `share` is the part of the
    training rows that did, among those that came that far.
    """

    kind: IntArray
    value: FloatArray
    feature: IntArray
    low: FloatArray
    high: FloatArray
    share: FloatArray
    constants: FloatArray


def make_trees(
    splits: Sequence[Sequence[tuple[int, int, float]]], leaves: Sequence[Sequence[tuple[int, float, int]]]
) -> Trees:
    """Lay trees out as arrays.

    Raises:
        ValueError: a node lies deeper than four questions, or trees and classes do not go together.
    """
    count = len(splits)
    if count == 0 or count % 3 or len(leaves) != count:
        raise ValueError(f"{count} trees cannot speak for three classes each")
    feature = np.zeros((count, _SPLITS), dtype=np.int64)
    threshold = np.full((count, _SPLITS), np.inf)
    value = np.zeros((count, _LEAVES))
    for tree in range(count):
        for node, column, limit in splits[tree]:
            if not 0 <= node < _SPLITS or column < 0:
                raise ValueError(f"tree {tree} has a split at node {node} on input {column}")
            feature[tree, node], threshold[tree, node] = column, limit
        for node, leaf, _ in leaves[tree]:
            value[tree, _bottom(node)] = leaf
    frozen = tuple(tuple(each) for each in splits), tuple(tuple(each) for each in leaves)
    return Trees(*frozen, feature, threshold, value)


def trees_parts(trees: Trees) -> dict[str, Any]:
    """What a stored model says of its trees."""
    return {"depth": DEPTH, "splits": trees.splits, "leaves": trees.leaves}


def trees_from_parts(parts: Mapping[str, Any]) -> Trees:
    """Read `trees_parts` back.

    Raises:
        KeyError, TypeError, ValueError: not what `trees_parts` wrote.
    """
    if parts["depth"] != DEPTH:
        raise ValueError(f"trees of depth {parts['depth']}, not {DEPTH}")
    splits = [[(int(node), int(column), float(at)) for node, column, at in tree] for tree in parts["splits"]]
    leaves = [[(int(node), float(value), int(rows)) for node, value, rows in tree] for tree in parts["leaves"]]
    return make_trees(splits, leaves)


def _bottom(node: int) -> int:
    """Where a row ends that is sent left from `node` on: its place in the bottom line."""
    while node < _SPLITS:
        node = 2 * node + 1
    if node >= _SPLITS + _LEAVES:
        raise ValueError(f"a leaf at node {node} lies deeper than {DEPTH} questions")
    return node - _SPLITS


@lru_cache(maxsize=4)
def _paths(trees: Trees) -> _Paths:
    lines = [line for tree in range(len(trees.splits)) for line in _tree_paths(trees, tree)]
    slots = np.zeros((4, len(lines), DEPTH))  # feature, low, high, share
    slots[1], slots[2], slots[3] = -np.inf, np.inf, 1.0
    for number, (_, _, asked) in enumerate(lines):
        for slot, (column, (low, high, share)) in enumerate(asked.items()):
            slots[:, number, slot] = column, low, high, share
    kind = np.array([kind for kind, _, _ in lines])
    value = np.array([value for _, value, _ in lines])
    expected = np.bincount(kind, weights=value * slots[3].prod(axis=1), minlength=3)
    constants = np.asarray(expected, dtype=np.float64)
    return _Paths(kind, value, slots[0].astype(np.int64), slots[1], slots[2], slots[3], constants)


def _tree_paths(trees: Trees, tree: int) -> list[tuple[int, float, dict[int, tuple[float, float, float]]]]:
    splits = {node: (column, at) for node, column, at in trees.splits[tree]}
    rows: dict[int, float] = {}
    for node, _, count in trees.leaves[tree]:
        above = node
        rows[above] = rows.get(above, 0.0) + count
        while above:
            above = (above - 1) // 2
            rows[above] = rows.get(above, 0.0) + count
    found = []
    for leaf, value, _ in trees.leaves[tree]:
        asked: dict[int, tuple[float, float, float]] = {}
        node = leaf
        while node:
            above = (node - 1) // 2
            column, at = splits[above]
            low, high, share = asked.get(column, (-np.inf, np.inf, 1.0))
            low, high = (low, min(high, at)) if node == 2 * above + 1 else (max(low, at), high)
            asked[column] = (low, high, share * rows[node] / rows[above])
            node = above
        found.append((tree % 3, value, asked))
    return found
