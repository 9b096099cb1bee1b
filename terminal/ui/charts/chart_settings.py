"""What a person chose for the charts: style, scale, clock, how many, and what those beside the linked one show."""

from dataclasses import dataclass, replace
from typing import Any, Final, Self

from terminal.domain.causes import cause
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Interval
from terminal.ui.charts.axes.zones import Zone
from terminal.ui.charts.layers.bar_style import BarStyle

SECTION: Final = "chart"
COUNTS: Final = (1, 2, 4)

Beside = tuple[InstrumentId | None, Interval]
"""A chart beside the linked one: its own pair, or None for the pair every panel shows, and its interval."""

_BESIDE: Final[tuple[Beside, ...]] = ((None, Interval.M1), (None, Interval.H1), (None, Interval.D1))
_LABELS: Final = {interval.label: interval for interval in Interval}


@dataclass(frozen=True, slots=True)
class ChartSettings:
    """`beside` always holds one entry for each chart that could stand beside the linked one."""

    style: BarStyle = BarStyle.CANDLES
    is_log: bool = False
    zone: Zone = Zone.LOCAL
    count: int = 1
    beside: tuple[Beside, ...] = _BESIDE

    @property
    def shown_beside(self) -> tuple[Beside, ...]:
        return self.beside[: self.count - 1]

    def with_beside(self, number: int, beside: Beside) -> Self:
        """Change what one of the charts beside the linked one shows; the first is number 0."""
        return replace(self, beside=(*self.beside[:number], beside, *self.beside[number + 1 :]))

    def as_section(self) -> dict[str, Any]:
        """Give what differs from the built-in settings, as plain values."""
        plain = ChartSettings()
        section: dict[str, Any] = {}
        if self.style is not plain.style:
            section["style"] = self.style.name
        if self.is_log:
            section["log"] = True
        if self.zone is not plain.zone:
            section["zone"] = self.zone.name
        if self.count != plain.count:
            section["count"] = self.count
        if self.beside != plain.beside:
            section["beside"] = [{"pair": pair or "", "interval": interval.label} for pair, interval in self.beside]
        return section

    @classmethod
    def from_section(cls, section: dict[str, Any]) -> Self:
        """Read what was kept.

        Raises:
            ValueError: it holds something this version does not offer.
        """
        try:
            made = cls(
                style=BarStyle[section.get("style", BarStyle.CANDLES.name)],
                is_log=section.get("log", False) is True,
                zone=Zone[section.get("zone", Zone.LOCAL.name)],
                count=section.get("count", 1),
                beside=tuple(map(_beside, section["beside"])) if "beside" in section else _BESIDE,
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"the kept chart settings name something unknown: {cause(error)}") from error
        if made.count not in COUNTS or len(made.beside) != len(_BESIDE):
            raise ValueError("the kept chart settings have a number of charts that is not offered")
        return made


def _beside(kept: dict[str, Any]) -> Beside:
    pair = kept["pair"] or None
    if pair is not None and pair not in ALLOWED_INSTRUMENTS:
        raise KeyError(pair)
    return pair, _LABELS[kept["interval"]]
