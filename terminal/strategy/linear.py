"""Matrix products over many rows, done block by block.

The library behind numpy splits a large product over threads that wait for each other by
spinning. On a desk whose cores are busy that made a fit of a quarter of a second last 24 s.
Blocks below its threshold stay on the calling thread, and the interpreter lock is released
for each of them.
"""

from typing import Final

import numpy as np

from terminal.strategy.arrays import FloatArray

_BLOCK_WORK: Final = 200_000  # multiplications; OpenBLAS keeps up to 262,144 on one thread


def gram(left: FloatArray, right: FloatArray) -> FloatArray:
    """`left.T @ right` for (n, p) and (n, q): shape (p, q)."""
    size = _block_rows(left.shape[1] * right.shape[1])
    whole = len(left) // size * size
    tail = left[whole:].T @ right[whole:]
    stack = left[:whole].reshape(-1, size, left.shape[1]).transpose(0, 2, 1)
    return np.asarray((stack @ right[:whole].reshape(-1, size, right.shape[1])).sum(axis=0) + tail)


def project(rows: FloatArray, weights: FloatArray) -> FloatArray:
    """`rows @ weights` for (n, p) and (p, q): shape (n, q)."""
    size = _block_rows(weights.size)
    whole = len(rows) // size * size
    head = (rows[:whole].reshape(-1, size, rows.shape[1]) @ weights).reshape(whole, weights.shape[1])
    return np.concatenate([head, rows[whole:] @ weights])


def _block_rows(work_per_row: int) -> int:
    return max(1, _BLOCK_WORK // work_per_row)
