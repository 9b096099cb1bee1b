"""How bars are drawn."""

from enum import Enum


class BarStyle(Enum):
    """The value is what people choose by."""

    CANDLES = "Candles"
    BARS = "Bars"
    LINE = "Line"
    HEIKIN_ASHI = "Heikin-Ashi"
