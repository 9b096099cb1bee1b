"""Which answered decisions are listed: pair, state, side, mode and words. Pure, but for the bar."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QWidget

from terminal.domain.approval import DeskMode
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.order import PositionSide
from terminal.domain.review import Proposal, ReviewState
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.mode_words import MODE_LOOK
from terminal.ui.viewmodels.words import position_word, proposal_line

STATE_WORD: Final[dict[ReviewState, str]] = {
    ReviewState.PENDING: "Waiting",
    ReviewState.APPROVED: "Approved",
    ReviewState.REJECTED: "Rejected",
    ReviewState.EXPIRED: "Expired",
    ReviewState.BLOCKED: "Blocked",
    ReviewState.VOIDED: "Voided",
}


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """What must hold for a row to be listed; None and "" ask for nothing."""

    pair: InstrumentId | None = None
    state: ReviewState | None = None
    side: PositionSide | None = None
    mode: DeskMode | None = None
    text: str = ""

    @property
    def is_empty(self) -> bool:
        return self == HistoryFilter()

    def passes(self, proposal: Proposal, result: str) -> bool:
        """Tell whether a row is listed; `result` are the words it ends in."""
        terms = proposal.terms
        chosen: tuple[tuple[object, object], ...] = (
            (self.pair, terms.instrument_id),
            (self.state, proposal.state),
            (self.side, terms.position_side),
            (self.mode, proposal.mode),
        )
        if any(wanted is not None and wanted != found for wanted, found in chosen):
            return False
        words = self.text.casefold().split()
        return not words or all(word in _haystack(proposal, result) for word in words)


def _haystack(proposal: Proposal, result: str) -> str:
    decision = proposal.decision
    parts = (
        STATE_WORD[proposal.state],
        proposal_line(proposal),
        result,
        MODE_LOOK[proposal.mode].name,
        decision.explanation,
        decision.model,
        decision.decision_id,
        decision.cycle_id,
        proposal.client_order_id,
        proposal.fingerprint,
    )
    return "\n".join(parts).casefold()


Choice = tuple[str, Any]
_CHOICES: Final[tuple[tuple[str, str, Sequence[Choice]], ...]] = (
    ("Pair", "pair", tuple((base_of(item), item) for item in ALLOWED_INSTRUMENTS)),
    (
        "State",
        "state",
        tuple((word, state) for state, word in STATE_WORD.items() if state is not ReviewState.PENDING),
    ),
    ("Side", "side", tuple((position_word(side).capitalize(), side) for side in PositionSide)),
    ("Mode", "mode", tuple((look.name.capitalize(), mode) for mode, look in MODE_LOOK.items())),
)


class FilterBar(QWidget):
    """A search line and four menus, in one row.

    Attributes:
        filter: what is asked for now.

    Signals:
        changed (HistoryFilter): a hand asked for something else.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filter = HistoryFilter()
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search")
        self.search.setAccessibleName("Search answered decisions")
        self.search.setToolTip("Words of the decision, its reason, who answered, or an id. Waiting cards always show.")
        self.search.setClearButtonEnabled(True)
        self.search.setMaxLength(120)
        self.search.textChanged.connect(lambda text: self._take(text=text))
        self.menus: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self.search, 1)
        for title, field, choices in _CHOICES:
            row.addWidget(self._menu(title, field, choices))

    def clear(self) -> None:
        """List everything again."""
        for title, _, _ in _CHOICES:
            self._show(title, "")
        self.filter = HistoryFilter()
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self.changed.emit(self.filter)

    def choose(self, title: str, at: int | None) -> None:
        """Choose as the menu does; None asks for nothing."""
        _, field, choices = next(item for item in _CHOICES if item[0] == title)
        word, value = ("", None) if at is None else choices[at]
        self._show(title, word)
        self._take(**{field: value})

    def _take(self, **changes: Any) -> None:
        self.filter = replace(self.filter, **changes)
        self.changed.emit(self.filter)

    def _menu(self, title: str, field: str, choices: Sequence[Choice]) -> QPushButton:
        button = QPushButton(title)
        set_role(button, "kind", "quiet")
        button.setProperty("snug", "true")
        menu = QMenu(button)
        menu.addAction(f"Any {field}").triggered.connect(self._chooser(title, None))
        for at, (word, _) in enumerate(choices):
            menu.addAction(word).triggered.connect(self._chooser(title, at))
        button.setMenu(menu)
        self.menus[title] = button
        self._show(title, "")
        return button

    def _chooser(self, title: str, at: int | None) -> Callable[[], None]:
        return lambda: self.choose(title, at)

    def _show(self, title: str, word: str) -> None:
        button = self.menus[title]
        button.setText(word or title)
        button.setAccessibleName(f"{title} of the answered decisions: {word or 'any'}")
        button.setToolTip(f"List one {title.lower()} only. Waiting cards always show.")
        set_role(button, "kind", "accent" if word else "quiet")
