"""Short texts of the chart: prices at the venue's decimals, volumes, times of bars. Floats in, text out."""

from functools import lru_cache
from typing import Final

from terminal.domain.market import Interval
from terminal.ui.charts.axes.zones import Zone, moment
from terminal.ui.formatting import MINUS, THIN

_UNITS: Final = ((1e9, "B"), (1e6, "M"), (1e3, "K"))


def price(value: float, decimals: int) -> str:
    """Write a price, grouped, at the venue's decimals."""
    return f"{value:,.{decimals}f}".replace("-", MINUS)


def volume(value: float) -> str:
    """Write a volume in three or four figures: `1.24 K`."""
    for size, unit in _UNITS:
        if value >= size:
            return f"{value / size:.2f}{THIN}{unit}"
    return f"{value:.2f}" if value < 100 else f"{value:.1f}"


def change(fraction: float) -> str:
    """Write a signed change in per cent."""
    text = f"{abs(fraction) * 100:.2f}{THIN}%"
    if text.startswith("0.00"):
        return text
    return f"{MINUS if fraction < 0 else '+'}{text}"


@lru_cache(maxsize=512)
def bar_time(open_ms: int, interval_ms: int, zone: Zone = Zone.LOCAL) -> str:
    """Write when a bar opened; days and longer have no clock time."""
    opened = moment(open_ms, Zone.UTC if interval_ms >= Interval.D1.ms else zone)
    if interval_ms >= Interval.D1.ms:
        return f"{opened:%a} {opened.day} {opened:%b %Y}"
    return f"{opened:%a} {opened.day} {opened:%b  %H:%M}"
