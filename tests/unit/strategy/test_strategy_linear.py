import numpy as np
import pytest

from terminal.strategy.linear import gram, project


@pytest.mark.parametrize("rows", [0, 1, 7, 500, 5_003])
def test_blocks_give_the_same_products_as_one_piece(rows):
    rng = np.random.default_rng(rows)
    left, right, weights = (
        rng.standard_normal((rows, 40)),
        rng.standard_normal((rows, 39)),
        rng.standard_normal((40, 3)),
    )
    np.testing.assert_allclose(gram(left, right), left.T @ right, atol=1e-9)
    np.testing.assert_allclose(project(left, weights), left @ weights, atol=1e-9)
