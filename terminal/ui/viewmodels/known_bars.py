"""The bars of a recorded day as they were known at each of its records; looked up, not worked out anew."""

from bisect import bisect_right
from collections.abc import Sequence

from terminal.domain.market import Candle
from terminal.domain.past import BarsLearnt, bars_after, bars_known


class KnownBars:
    """A hand that scrubs comes by each place many times: what was known between two blocks is kept."""

    def __init__(self, learnt: Sequence[BarsLearnt]) -> None:
        self._learnt = tuple(learnt)
        self._seqs = [block.seq for block in self._learnt]
        self._known: dict[int, tuple[Candle, ...]] = {}

    def place(self, seq: int) -> int:
        """Give how many blocks were known at a record: the bars are the same as long as this is."""
        return bisect_right(self._seqs, seq)

    def at(self, seq: int) -> tuple[Candle, ...]:
        """Give the bars known at a record, oldest first."""
        place = self.place(seq)
        known = self._known.get(place)
        if known is None:
            known = self._known[place] = bars_known(self._learnt[:place], seq)
        return known

    def after(self, seq: int) -> tuple[Candle, ...]:
        """Give the bars of the rest of the day, not known then."""
        return bars_after(self._learnt, seq, self.at(seq))
