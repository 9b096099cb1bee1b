"""What a drawing says of itself: prices, moments, and the way between its points."""

from typing import Final

from terminal.ui import formatting as f
from terminal.ui.charts.drawings.shapes import Drawing, Kind

_MINUTE_MS: Final = 60_000
_UNITS: Final = (("d", 1_440), ("h", 60), ("min", 1))


def drawing_words(drawing: Drawing, interval_ms: int, decimals: int | None) -> str:
    """Say where a drawing stands, for the pointer."""
    first = drawing.points[0]
    price = f.number(first.price, decimals)
    if drawing.kind is Kind.LEVEL:
        words = f"Level {price}"
    elif drawing.kind is Kind.MOMENT:
        words = f"Moment {f.local_time(first.at_ms)}"
    else:
        last = drawing.points[1]
        words = (
            f"{drawing.kind.value.capitalize()} from {price} to {f.number(last.price, decimals)}\n"
            f"{way_words(drawing, interval_ms, decimals)}"
        )
    return f"{words}\nDrag moves it, Delete removes it."


def way_words(drawing: Drawing, interval_ms: int, decimals: int | None) -> str:
    """Say the way from its first point to its second: price, per cent, bars, time."""
    first, last = drawing.points
    moved = last.price - first.price
    share = moved / first.price if first.price else None
    bars = round((last.at_ms - first.at_ms) / interval_ms)
    way = f"{f.number(moved, decimals, signed=True)}  {f.percent(share, signed=True)}"
    count = f"{abs(bars)} bar{'' if abs(bars) == 1 else 's'}{' back' if bars < 0 else ''}"
    return f"{way}  {count}, {span_words(abs(last.at_ms - first.at_ms))}"


def span_words(span_ms: int) -> str:
    """Write a span in its two largest units: `7 h 30 min`."""
    left, parts = span_ms // _MINUTE_MS, []
    for unit, minutes in _UNITS:
        count, left = divmod(left, minutes)
        if count:
            parts.append(f"{count}{f.THIN}{unit}")
    return " ".join(parts[:2]) or f"0{f.THIN}min"
