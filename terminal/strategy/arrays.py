"""Array types of the strategy, and the three classes every probability row is made of."""

from typing import Final

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

DOWN: Final = 0  # the lower barrier is touched first
TIMEOUT: Final = 1  # neither within the horizon
UP: Final = 2
CLASSES: Final = ("down", "timeout", "up")

DAY_MS: Final = 86_400_000
