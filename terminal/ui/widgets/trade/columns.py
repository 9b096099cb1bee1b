"""Columns that stand alike in more than one table of the trade tabs."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from terminal.domain.order import Side
from terminal.ui import formatting as f
from terminal.ui.viewmodels.rows import Column


class TradeRow(Protocol):
    """A row about one pair and one act, such as `Close short`."""

    @property
    def base(self) -> str: ...

    @property
    def act(self) -> str: ...


_Row = TypeVar("_Row")
_Trade = TypeVar("_Trade", bound=TradeRow)


def time_column(at_ms: Callable[[_Row], int]) -> Column[_Row]:
    """Give the column that says when, in local time; hovering tells UTC too."""
    return Column(
        "Time",
        lambda r: f.local_time(at_ms(r)),
        lambda r: float(at_ms(r)),
        "09:41:07",
        lambda _: "muted",
        lambda r: f.both_times(at_ms(r)),
        right=False,
        grow=0,
    )


def pair_column() -> Column[_Trade]:
    return Column("Pair", lambda r: r.base, lambda r: r.base, "DOGE", right=False)


def act_column(side: Callable[[_Trade], Side]) -> Column[_Trade]:
    """Give the column that says what was done, in the colour of its side."""
    return Column(
        "Side",
        lambda r: r.act,
        lambda r: r.act,
        "Close short",
        lambda r: "rise" if side(r) is Side.BUY else "fall",
        right=False,
    )
