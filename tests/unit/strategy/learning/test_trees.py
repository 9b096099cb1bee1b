import json

import lightgbm
import numpy as np
import pytest

from terminal.strategy.learning import boosting
from terminal.strategy.learning.boosting import FULL, QUICK, QUICK_BARS, Plan, fit_trees, mirror, plan_for
from terminal.strategy.learning.trees import make_trees, trees_from_parts, trees_parts

CENTRES = np.array([0.0, 0.0, 50.0, np.nan, np.nan, np.nan])
PLAN = Plan("test", 20, 12, 0.1)


def rows(seed=0, count=1_500):
    rng = np.random.default_rng(seed)
    inputs = rng.standard_normal((count, len(CENTRES)))
    inputs[:, 2] = 50.0 + 10.0 * inputs[:, 2]
    push = inputs[:, 0] * (inputs[:, 3] > 0) + 0.05 * (inputs[:, 2] - 50.0)
    noise = rng.standard_normal(count)
    return inputs, np.where(push + noise > 0.7, 2, np.where(push + noise < -0.7, 0, 1))


@pytest.fixture(scope="module")
def grown():
    """Trees, and the very booster they were read from."""
    kept = []
    train = lightgbm.train

    def remember(*arguments, **options):
        kept.append(train(*arguments, **options))
        return kept[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lightgbm, "train", remember)
        trees = fit_trees(*rows(), CENTRES, PLAN, seed=3)
    return trees, kept[0]


def test_the_logits_are_lightgbms(grown):
    trees, booster = grown
    inputs, _ = rows(1)
    theirs = booster.predict(inputs, raw_score=True, num_threads=1)
    np.testing.assert_allclose(trees.logits(inputs), theirs, rtol=0, atol=1e-8)


def test_the_contributions_are_lightgbms(grown):
    trees, booster = grown
    inputs, _ = rows(2, 60)
    theirs = booster.predict(inputs, pred_contrib=True, num_threads=1).reshape(len(inputs), 3, -1)
    for row, expected in zip(inputs, theirs, strict=True):
        terms, constants = trees.contributions(row)
        np.testing.assert_allclose(terms, expected[:, :-1], rtol=0, atol=1e-8)
        np.testing.assert_allclose(constants, expected[:, -1], rtol=0, atol=1e-8)


def test_contributions_add_up_to_the_logits(grown):
    inputs, _ = rows(3, 40)
    for row, logits in zip(inputs, grown[0].logits(inputs), strict=True):
        terms, constants = grown[0].contributions(row)
        np.testing.assert_allclose(terms.sum(axis=1) + constants, logits, atol=1e-12)


def test_the_stored_text_gives_the_same_bits(grown):
    trees, _ = grown
    again = trees_from_parts(json.loads(json.dumps(trees_parts(trees))))
    inputs, _ = rows(4)
    assert again.logits(inputs).tobytes() == trees.logits(inputs).tobytes()
    assert again.contributions(inputs[0])[0].tobytes() == trees.contributions(inputs[0])[0].tobytes()


def test_the_same_seed_grows_the_same_trees(grown):
    assert fit_trees(*rows(), CENTRES, PLAN, seed=3).splits == grown[0].splits
    assert fit_trees(*rows(), CENTRES, PLAN, seed=4).splits != grown[0].splits


def test_a_mirror_turns_what_has_a_direction():
    turned = mirror(np.array([[1.0, -2.0, 70.0, 0.5, 1.0, 2.0]]), CENTRES)
    assert turned.tolist() == [[-1.0, 2.0, 30.0, 0.5, 1.0, 2.0]]


def test_a_class_that_never_splits_is_a_single_leaf():
    trees = make_trees([[], [(0, 1, 0.5)], []], [[(0, 0.25, 10)], [(1, -1.0, 4), (2, 1.0, 6)], [(0, 0.0, 10)]])
    assert trees.logits(np.array([[0.0, 0.5], [0.0, 0.6]])).tolist() == [[0.25, -1.0, 0.0], [0.25, 1.0, 0.0]]
    terms, constants = trees.contributions(np.array([0.0, 0.6]))
    assert constants.tolist() == pytest.approx([0.25, 0.2, 0.0])
    assert terms.tolist() == [[0.0, 0.0], pytest.approx([0.0, 0.8]), [0.0, 0.0]]


@pytest.mark.parametrize(
    ("splits", "leaves"),
    [([], []), ([[]], [[(0, 1.0, 1)]]), ([[], [], [(15, 0, 1.0)]], [[], [], []]), ([[]] * 3, [[(31, 1.0, 1)]] * 3)],
)
def test_what_is_no_tree_is_refused(splits, leaves):
    with pytest.raises(ValueError, match=r"tree|leaf"):
        make_trees(splits, leaves)


def test_few_bars_make_a_quick_fit():
    assert plan_for(QUICK_BARS) is QUICK
    assert plan_for(QUICK_BARS + 1) is FULL
    assert QUICK.rounds < FULL.rounds


def test_a_library_whose_runtime_is_missing_is_the_same_as_none(monkeypatch, caplog):
    def broken():
        raise boosting.TreesUnavailable("libgomp.so.1: cannot open shared object file")

    monkeypatch.setattr(boosting, "_lightgbm", broken)
    assert not boosting.trees_can_grow()
    assert "libgomp" in caplog.text
