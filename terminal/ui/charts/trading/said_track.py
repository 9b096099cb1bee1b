"""What the AI decided for one pair, as columns in the order it was heard. No Qt."""

from collections.abc import Iterable

from terminal.domain.instrument import InstrumentId
from terminal.domain.order import Side
from terminal.domain.review import Proposal
from terminal.ui.charts.layers.glyphs import Glyph
from terminal.ui.charts.series.mark_columns import BESIDE, MarkColumns


class SaidTrack:
    """One mark a decision.

    Attributes:
        ids: decision ids, as the marks are numbered.
        marks: below the bar for a buy, above it for a sale.
    """

    def __init__(self, pair: InstrumentId | None, proposals: Iterable[Proposal] = ()) -> None:
        self._pair = pair
        self.ids: list[str] = []
        self.marks = MarkColumns()
        self._known: set[str] = set()
        for proposal in proposals:
            self.add(proposal)

    def add(self, proposal: Proposal) -> bool:
        """Take a decision; False when it is another pair's or is known already."""
        decision = proposal.decision
        if decision.instrument_id != self._pair or decision.decision_id in self._known:
            return False
        self._known.add(decision.decision_id)
        self.ids.append(decision.decision_id)
        buys = proposal.terms.side is Side.BUY
        self.marks.add(decision.created_ms, BESIDE, Glyph.SAID_BELOW if buys else Glyph.SAID_ABOVE)
        return True
