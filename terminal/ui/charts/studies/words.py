"""What the values box says of an indicator: its name quietly, each value in the colour of its line."""

from math import isnan
from typing import Final

from terminal.indicators.volume_profile import VolumeProfile
from terminal.ui.charts import chart_text
from terminal.ui.charts.layers.words_box import Part
from terminal.ui.charts.series.merge import Floats
from terminal.ui.charts.studies.inks import ink_colour
from terminal.ui.charts.studies.study import Study
from terminal.ui.formatting import DASH
from terminal.ui.theme.look import LIVE

NEEDS_SHORTER: Final = "needs bars shorter than a day"


def value_parts(study: Study, lines: Floats, index: int, decimals: int) -> list[Part]:
    """Give name and values at a bar, `lines` (lines, n); a dash where there is no value yet."""
    parts: list[Part] = []
    for number, (line, ink) in enumerate(zip(study.kind.lines, study.inks, strict=True)):
        value = float(lines[number, index]) if index < lines.shape[1] else float("nan")
        name = f"{study.name} {line.name}".rstrip() if number == 0 else f"  {line.name}"
        text = DASH if isnan(value) else chart_text.price(value, decimals)
        parts += [(f"{name} ", LIVE.muted), (text, ink_colour(ink))]
    return parts


def profile_parts(study: Study, profile: VolumeProfile | None, decimals: int) -> list[Part]:
    """Give the price at which most was traded, and the value area."""
    name = f"{study.kind.short} {study.kind.lines[0].name} "
    if profile is None:
        return [(name, LIVE.muted), (DASH, LIVE.muted)]
    control, rows = map(ink_colour, study.inks)
    first, last = profile.area
    low, high = float(profile.edges[first]), float(profile.edges[last + 1])
    area = f"{chart_text.price(low, decimals)} to {chart_text.price(high, decimals)}"
    return [
        (name, LIVE.muted),
        (chart_text.price(profile.middle(profile.control), decimals), control),
        ("  value area ", LIVE.muted),
        (area, rows),
    ]


def missing_parts(study: Study) -> list[Part]:
    """Say why nothing is drawn of one that means something within a day only."""
    return [(f"{study.name} {NEEDS_SHORTER}", LIVE.muted)]
