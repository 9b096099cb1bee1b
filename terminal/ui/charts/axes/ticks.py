"""Where the axes put their labels. Pure functions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from math import ceil, floor, log10
from typing import Final

from terminal.ui.charts.axes.zones import Zone, moment, unix_ms

_PRICE_GAP_PX: Final = 56.0
_LEAST_PRICE_GAP_PX: Final = 28.0
_PRICES: Final = 6  # as many labels are wanted where there is room
_MINUTE_MS: Final = 60_000
_DAY_MS: Final = 1_440 * _MINUTE_MS
_CLOCK_STEPS_MIN: Final = (1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720)
_DAY_STEPS: Final = (1, 2, 7)
_MONTH_STEPS: Final = (1, 2, 3, 6, 12, 24, 60, 120)
_LOG_FROM: Final = 1.6  # a wider ratio of prices needs labels of its own on a logarithmic axis
_LOG_FACTORS: Final = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
_MOST: Final = 400  # labels made at once, however broken the times are


@dataclass(frozen=True, slots=True)
class TimeTick:
    """A label of the time axis; `major` marks a new day or year."""

    at_ms: int
    text: str
    major: bool


def price_step(low: float, high: float, height_px: float, tick: float) -> float:
    """Give a 1-2-5 step that leaves about 56 px between labels, less on a low chart; never finer than the tick."""
    gap = min(_PRICE_GAP_PX, max(_LEAST_PRICE_GAP_PX, height_px / _PRICES))
    rough = (high - low) * gap / height_px
    base = 10.0 ** floor(log10(rough))
    step = next(base * factor for factor in (1, 2, 5, 10) if base * factor >= rough * 0.999)
    return max(step, tick)


def price_numbers(low: float, high: float, step: float) -> range:
    """Give the multiples of `step` between two prices, as whole numbers."""
    return range(ceil(low / step), floor(high / step) + 1)


def log_prices(low: float, high: float, height_px: float, tick: float) -> list[float]:
    """Give round prices between two for a logarithmic axis, rising; the axis leaves out what is crowded."""
    if high / low < _LOG_FROM:  # so near together they are as good as evenly spaced
        step = price_step(low, high, height_px, tick)
        return [number * step for number in price_numbers(low, high, step)]
    powers = range(floor(log10(low)), ceil(log10(high)) + 1)
    prices = [factor * 10.0**power for power in powers for factor in _LOG_FACTORS]
    return [price for price in prices if low <= price <= high and price >= tick]


@dataclass(frozen=True, slots=True)
class TimeStep:
    """How far labels of time are apart: so many minutes, days or months."""

    minutes: int = 0
    days: int = 0
    months: int = 0


def time_step(wanted_ms: float) -> TimeStep:
    """Choose the smallest round step of at least `wanted_ms`."""
    for minutes in _CLOCK_STEPS_MIN:
        if minutes * _MINUTE_MS >= wanted_ms:
            return TimeStep(minutes=minutes)
    for days in _DAY_STEPS:
        if days * _DAY_MS >= wanted_ms:
            return TimeStep(days=days)
    for months in _MONTH_STEPS:
        if months * 30 * _DAY_MS >= wanted_ms:
            return TimeStep(months=months)
    return TimeStep(months=ceil(wanted_ms / (360 * _DAY_MS)) * 12)


def time_ticks(first_ms: int, last_ms: int, step: TimeStep, zone: Zone) -> list[TimeTick]:
    """Walk the round moments of the zone's clock from one to another, oldest first."""
    if step.minutes:
        moments = _clock(first_ms, last_ms, step.minutes, zone)
    elif step.days:
        moments = _days(first_ms, last_ms, step.days, zone)
    else:
        moments = _months(first_ms, last_ms, step.months, zone)
    return list(islice(moments, _MOST))


def _clock(first: int, last: int, minutes: int, zone: Zone) -> Iterator[TimeTick]:
    """Walk clock times, beginning anew at each midnight so that summer time does not shift them."""
    day = moment(first, zone).date()
    while (midnight := _midnight(day, zone)) <= last:
        tomorrow = _midnight(day + timedelta(days=1), zone)
        skip = max(0, (first - midnight) // (minutes * _MINUTE_MS))
        for at_ms in range(midnight + skip * minutes * _MINUTE_MS, min(tomorrow, last + 1), minutes * _MINUTE_MS):
            if at_ms == midnight:
                yield TimeTick(at_ms, f"{day.day} {day:%b}", True)
            else:
                yield TimeTick(at_ms, f"{moment(at_ms, zone):%H:%M}", False)
        day += timedelta(days=1)


def _days(first: int, last: int, step: int, zone: Zone) -> Iterator[TimeTick]:
    """Walk every `step`th day; weeks begin on Monday."""
    day = moment(first, zone).date()
    day -= timedelta(days=(day.toordinal() - 1) % step)
    while (at_ms := _midnight(day, zone)) <= last:
        yield TimeTick(at_ms, f"{day.day} {day:%b}", day.day <= step)
        day += timedelta(days=step)


def _months(first: int, last: int, step: int, zone: Zone) -> Iterator[TimeTick]:
    begun = moment(first, zone)
    number = (begun.year * 12 + begun.month - 1) // step * step
    while (at_ms := _midnight(date(number // 12, number % 12 + 1, 1), zone)) <= last:
        day = date(number // 12, number % 12 + 1, 1)
        yield TimeTick(at_ms, f"{day:%Y}" if day.month == 1 else f"{day:%b}", day.month == 1)
        number += step


def _midnight(day: date, zone: Zone) -> int:
    """Unix ms at which a day of the zone begins."""
    return unix_ms(datetime.combine(day, time()), zone)
