"""The three classes every probability row is made of, and the array types that indicators brought."""

from typing import Final

from terminal.indicators.arrays import DAY_MS, BoolArray, FloatArray, IntArray

__all__ = ["CLASSES", "DAY_MS", "DOWN", "TIMEOUT", "UP", "BoolArray", "FloatArray", "IntArray"]

DOWN: Final = 0  # the lower barrier is touched first
TIMEOUT: Final = 1  # neither within the horizon
UP: Final = 2
CLASSES: Final = ("down", "timeout", "up")
