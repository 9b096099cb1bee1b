"""Where the axes put their labels. Pure functions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil, floor, log10
from typing import Final

from terminal.ui.charts.bars import Bars
from terminal.ui.charts.chart_text import local
from terminal.ui.charts.projection import Projection

_PRICE_GAP_PX: Final = 56.0
_TIME_GAP_PX: Final = 96.0
_MINUTE_MS: Final = 60_000
_DAY_MS: Final = 1_440 * _MINUTE_MS
_CLOCK_STEPS_MIN: Final = (1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720)
_DAY_STEPS: Final = (1, 2, 7)
_MONTH_STEPS: Final = (1, 2, 3, 6, 12, 24, 60, 120)
_MOST: Final = 400  # labels looked at in one frame, however broken the times are


@dataclass(frozen=True, slots=True)
class TimeTick:
    """A label of the time axis; `index` is its place in bars, `major` marks a new day or year."""

    index: float
    text: str
    major: bool


def price_step(low: float, high: float, height_px: float, tick: float) -> float:
    """Give a 1-2-5 step that leaves about 56 px between labels and is never finer than the tick."""
    rough = (high - low) * _PRICE_GAP_PX / height_px
    base = 10.0 ** floor(log10(rough))
    step = next(base * factor for factor in (1, 2, 5, 10) if base * factor >= rough * 0.999)
    return max(step, tick)


def price_numbers(low: float, high: float, step: float) -> range:
    """Give the multiples of `step` between two prices, as whole numbers."""
    return range(ceil(low / step), floor(high / step) + 1)


def time_ticks(bars: Bars, projection: Projection) -> list[TimeTick]:
    """Choose round local times in view, oldest first, about 100 px apart."""
    if not len(bars):
        return []
    first, last = bars.time_at(projection.x0), bars.time_at(projection.x1)
    wanted = max(1.0, _TIME_GAP_PX / projection.bar_px) * bars.interval_ms
    ticks: list[TimeTick] = []
    for seen, (at_ms, text, major) in enumerate(_moments(first, last, wanted)):
        if seen > _MOST:
            break
        index = bars.place_of(at_ms)
        crowded = ticks and (index - ticks[-1].index) * projection.bar_px < _TIME_GAP_PX * 0.6
        if not crowded and projection.x0 <= index <= projection.x1:
            ticks.append(TimeTick(index, text, major))
    return ticks


def _moments(first: int, last: int, wanted_ms: float) -> Iterator[tuple[int, str, bool]]:
    """Walk round local moments from `first` to `last` (Unix ms), at least `wanted_ms` apart."""
    for minutes in _CLOCK_STEPS_MIN:
        if minutes * _MINUTE_MS >= wanted_ms:
            return _clock(first, last, minutes)
    for days in _DAY_STEPS:
        if days * _DAY_MS >= wanted_ms:
            return _days(first, last, days)
    for months in _MONTH_STEPS:
        if months * 30 * _DAY_MS >= wanted_ms:
            return _months(first, last, months)
    return _months(first, last, ceil(wanted_ms / (360 * _DAY_MS)) * 12)


def _clock(first: int, last: int, minutes: int) -> Iterator[tuple[int, str, bool]]:
    """Walk clock times, beginning anew at each local midnight so that summer time does not shift them."""
    day = local(first).date()
    while (midnight := _midnight(day)) <= last:
        tomorrow = _midnight(day + timedelta(days=1))
        skip = max(0, (first - midnight) // (minutes * _MINUTE_MS))
        for at_ms in range(midnight + skip * minutes * _MINUTE_MS, min(tomorrow, last + 1), minutes * _MINUTE_MS):
            if at_ms == midnight:
                yield at_ms, f"{day.day} {day:%b}", True
            else:
                yield at_ms, f"{local(at_ms):%H:%M}", False
        day += timedelta(days=1)


def _days(first: int, last: int, step: int) -> Iterator[tuple[int, str, bool]]:
    """Walk every `step`th day; weeks begin on Monday."""
    day = local(first).date()
    day -= timedelta(days=(day.toordinal() - 1) % step)
    while (at_ms := _midnight(day)) <= last:
        yield at_ms, f"{day.day} {day:%b}", day.day <= step
        day += timedelta(days=step)


def _months(first: int, last: int, step: int) -> Iterator[tuple[int, str, bool]]:
    begun = local(first)
    number = (begun.year * 12 + begun.month - 1) // step * step
    while (at_ms := _midnight(date(number // 12, number % 12 + 1, 1))) <= last:
        day = date(number // 12, number % 12 + 1, 1)
        yield at_ms, f"{day:%Y}" if day.month == 1 else f"{day:%b}", day.month == 1
        number += step


def _midnight(day: date) -> int:
    """Unix ms at which a local day begins."""
    return round(datetime.combine(day, time()).astimezone().timestamp() * 1_000)
