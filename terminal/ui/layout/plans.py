"""The built-in layouts as data: which panel stands where, on a large and on a small screen.

A plan names panels by their dock's name; a name the window does not have is passed over, a panel no
plan names is hidden in that layout. A side has columns beside each other, a column groups below each
other, and a group panels behind one another as tabs, the first in front.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

Group = tuple[str, ...]
Column = tuple[Group, ...]

REVIEW: Final = "Review"
TRADE: Final = "Trade"
MONITOR: Final = "Monitor"
BUILT_IN: Final = (REVIEW, TRADE, MONITOR)


@dataclass(frozen=True, slots=True)
class Plan:
    """Where panels stand, and how large they are made, in px.

    Attributes:
        left, right, bottom: columns of the three sides; the chart has the centre.
        widths: of the columns, by the panel in front of a column's first group.
        heights: of the groups, by the panel in front.
    """

    left: tuple[Column, ...] = ()
    right: tuple[Column, ...] = ()
    bottom: tuple[Column, ...] = ()
    widths: tuple[tuple[str, int], ...] = ()
    heights: tuple[tuple[str, int], ...] = ()

    def names(self) -> Iterator[str]:
        for side in (self.left, self.right, self.bottom):
            for column in side:
                for group in column:
                    yield from group


_TABLES: Final[tuple[Column, ...]] = ((("tables",),),)
_WATCH: Final[Column] = (("markets",), ("ticket",))

_ROOMY: Final = {
    REVIEW: Plan(
        left=(_WATCH,),
        right=((("review",), ("ai_logs",)),),
        bottom=_TABLES,
        widths=(("markets", 384), ("review", 392)),
        heights=(("tables", 208), ("markets", 312), ("ticket", 600), ("review", 800), ("ai_logs", 130)),
    ),
    TRADE: Plan(
        left=(_WATCH,),
        right=((("ladder", "depth"), ("tape",)), (("review", "ai_logs", "venues"),)),
        bottom=_TABLES,
        widths=(("markets", 360), ("ladder", 300), ("review", 372)),
        heights=(("tables", 208), ("markets", 312), ("ticket", 600), ("ladder", 620), ("tape", 300)),
    ),
    MONITOR: Plan(
        left=((("markets",), ("venues", "tape", "depth")),),
        right=((("review",), ("ai_logs",)),),
        bottom=_TABLES,
        widths=(("markets", 640), ("review", 392)),
        heights=(("tables", 300), ("markets", 306), ("venues", 600), ("review", 800), ("ai_logs", 130)),
    ),
}
# The chart keeps 560 x 300: the AI logs become a tab of the review column, the ladder one of the markets.
_COMPACT: Final = {
    REVIEW: Plan(
        left=(_WATCH,),
        right=((("review", "ai_logs"),),),
        bottom=_TABLES,
        widths=(("markets", 318), ("review", 348)),
        heights=(("tables", 212), ("markets", 274), ("ticket", 399)),
    ),
    TRADE: Plan(
        left=((("ladder", "tape", "depth", "markets"), ("ticket",)),),
        right=((("review", "ai_logs"),),),
        bottom=_TABLES,
        widths=(("ladder", 318), ("review", 348)),
        heights=(("tables", 212), ("ladder", 306), ("ticket", 367)),
    ),
    MONITOR: Plan(
        left=((("markets",), ("venues", "tape", "depth")),),
        right=((("review", "ai_logs"),),),
        bottom=_TABLES,
        widths=(("markets", 400), ("review", 348)),
        heights=(("tables", 260), ("markets", 274), ("venues", 390)),
    ),
}


def plan_of(name: str, *, compact: bool) -> Plan:
    """Give a built-in layout's plan; a person's own layout starts from Review."""
    plans = _COMPACT if compact else _ROOMY
    return plans.get(name, plans[REVIEW])
