"""Drawings of a person on a chart: lines, levels, rectangles, rulers, by exact moment and price. No Qt."""

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, Final, Self


class Kind(Enum):
    """The value is what people call it."""

    TREND = "trend line"
    LEVEL = "level"
    MOMENT = "moment"
    BOX = "rectangle"
    RULER = "ruler"

    @property
    def points(self) -> int:
        """How many points it takes."""
        return 1 if self in {Kind.LEVEL, Kind.MOMENT} else 2


@dataclass(frozen=True, slots=True)
class Anchor:
    """A point of a chart: Unix ms, and a price on the tick."""

    at_ms: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class Drawing:
    """One drawing; `points` are as many as its kind takes."""

    drawing_id: str
    kind: Kind
    points: tuple[Anchor, ...]

    def with_point(self, number: int, point: Anchor) -> Self:
        """Put one of its points elsewhere."""
        return replace(self, points=(*self.points[:number], point, *self.points[number + 1 :]))

    def moved(self, by_ms: int, by_price: Decimal) -> Self:
        """Put all of it elsewhere."""
        return replace(self, points=tuple(Anchor(point.at_ms + by_ms, point.price + by_price) for point in self.points))

    def as_plain(self) -> dict[str, Any]:
        """Give it as JSON values; prices are texts, so that they stay exact."""
        return {
            "id": self.drawing_id,
            "kind": self.kind.name,
            "points": [[point.at_ms, str(point.price)] for point in self.points],
        }

    @classmethod
    def from_plain(cls, plain: Any) -> Self:
        """Read what was kept.

        Raises:
            ValueError: it is no drawing this version knows.
        """
        try:
            kind = Kind[plain["kind"]]
            points = tuple(_anchor(at_ms, price) for at_ms, price in plain["points"])
            made = cls(plain["id"], kind, points)
        except (KeyError, TypeError, InvalidOperation) as error:
            raise ValueError("a kept drawing cannot be read") from error
        if len(points) != kind.points or not isinstance(made.drawing_id, str):
            raise ValueError("a kept drawing has a wrong number of points")
        return made


_MOST_MS: Final = 10**14  # a moment three thousand years away is a damaged file


def _anchor(at_ms: Any, price: Any) -> Anchor:
    value = Decimal(price)
    if type(at_ms) is not int or not 0 <= at_ms < _MOST_MS or not isinstance(price, str) or not value.is_finite():
        raise ValueError("a kept drawing has no usable point")
    return Anchor(at_ms, value)
