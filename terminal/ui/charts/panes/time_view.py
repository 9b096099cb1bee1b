"""Which bars are in view, in bar indices, and how a hand moves them. No Qt.

The newest bar is followed until someone pans away from it.
"""

from typing import Final

FIRST_BARS: Final = 160  # in view when a series is opened
ROOM_BARS: Final = 0.06  # empty share of the view at the right of the newest bar
FEWEST: Final = 12  # bars in view at the closest zoom
_WIDEST: Final = 1.2  # times all bars, at the widest zoom
_MOST_EMPTY: Final = 0.5  # share of the view before the first bar


class TimeView:
    """A range of bar indices over a series of `count` bars.

    Attributes:
        x0, x1: indices at the left and right edge; bar i reaches from i - 0.5 to i + 0.5.
        follows: the newest bar is kept in view.
    """

    def __init__(self) -> None:
        self.x0, self.x1 = -0.5, FIRST_BARS - 0.5
        self.follows = True

    @property
    def span(self) -> float:
        return self.x1 - self.x0

    def show_newest(self, count: int, bars: int = FIRST_BARS) -> None:
        """Go to the newest bars, `bars` of them where there are as many."""
        self.follows = True
        span = min(max(FEWEST, count), bars) / (1 - ROOM_BARS)
        self.x1 = count - 0.5 + span * ROOM_BARS
        self.x0 = self.x1 - span

    def show_all(self, count: int) -> None:
        self.show_newest(count, bars=max(FEWEST, count))

    def show(self, x0: float, x1: float, count: int) -> None:
        """Show a range a hand asked for: never without a few bars, never half empty before the first one."""
        span = x1 - x0
        keep = min(FEWEST / 2, span / 2)
        earliest = min(-span * _MOST_EMPTY, count - span)
        self.x0 = min(max(x0, earliest), count - keep)
        self.x1 = self.x0 + span
        self.follows = self.x0 <= count - 1 <= self.x1

    def pan(self, bars: float, count: int) -> None:
        """Move by a number of bars; positive goes towards the newest."""
        self.show(self.x0 + bars, self.x1 + bars, count)

    def zoom(self, factor: float, about: float, count: int) -> None:
        """Scale the number of bars in view; the bar at `about` stays where it is."""
        widest = max(FEWEST, count) * _WIDEST
        factor = min(max(factor, FEWEST / self.span), max(1.0, widest / self.span))
        self.show(about + (self.x0 - about) * factor, about + (self.x1 - about) * factor, count)

    def reveal(self, first: int, last: int, count: int) -> None:
        """Bring the bars from `first` to `last` into view; stays where it is when they are."""
        if self.x0 <= first - 0.5 and last + 0.5 <= self.x1:
            return
        span = max(self.span, (last - first + 1) * 1.5)
        middle = (first + last) / 2
        self.show(middle - span / 2, middle + span / 2, count)

    def appended(self, bars: int) -> None:
        """Move along with new bars when the newest is followed."""
        if self.follows:
            self.shift(bars)

    def shift(self, bars: int) -> None:
        """Keep what is in view after an older page moved every index up."""
        self.x0 += bars
        self.x1 += bars
