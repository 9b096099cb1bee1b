"""Parts of a decision card: its head, its two columns of terms, its foot, its details."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from terminal.domain.decision import Action, Decision
from terminal.domain.instrument import base_of
from terminal.domain.review import Proposal
from terminal.domain.votes import votes_of
from terminal.ui import formatting
from terminal.ui.theme.fonts import HINT_PX, mono_font
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.words import short_model
from terminal.ui.widgets.clamped_text import ClampedText
from terminal.ui.widgets.plain_text import one_line, tooltip, visible
from terminal.ui.widgets.review.card_words import confidence_tip
from terminal.ui.widgets.review.countdown_ring import CountdownRing
from terminal.ui.widgets.review.evidence_list import EvidenceList
from terminal.ui.widgets.review.review_terms import Term, guard_words
from terminal.ui.widgets.review.vote_words import vote_lines, votes_line

ACTION_TONE: Final[dict[Action, str]] = {
    Action.OPEN_LONG: "rise",
    Action.OPEN_SHORT: "fall",
    Action.CLOSE: "amber",
    Action.HOLD: "quiet",
}


class CardHead(QWidget):
    """Action, pair, confidence and the ring."""

    def __init__(self, decision: Decision, act: str, parent: QWidget | None = None) -> None:
        """`act` says what is asked for, e.g. `close long`."""
        super().__init__(parent)
        chip = plain_label(act.upper())
        set_role(chip, "chip", ACTION_TONE[decision.action])
        pair = plain_label(base_of(decision.instrument_id))
        set_role(pair, "size", "figure")
        confidence = plain_label(f"{decision.confidence * 100:.0f}{formatting.THIN}%")
        set_role(confidence, "size", "figure")
        confidence.setToolTip(confidence_tip(decision.model))
        confidence.setAccessibleName("Confidence")
        self.mark = plain_label("✓ marked")
        set_role(self.mark, "chip", "accent")
        self.mark.setToolTip("Marked to be approved together with others; the bar above lists them first")
        self.ring = CountdownRing()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(chip, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(pair)
        row.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        row.addWidget(confidence)
        row.addWidget(self.ring)
        self.mark.hide()

    def show_mark(self, marked: bool) -> None:
        self.mark.setVisible(marked)


class TermsGrid(QWidget):
    """Two columns of names and values; names muted, values right-aligned."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(3)
        self._grid.setHorizontalSpacing(4)
        self._grid.setColumnMinimumWidth(2, 6)
        self._grid.setColumnStretch(1, 5)
        self._grid.setColumnStretch(4, 4)
        self._values: dict[str, QLabel] = {}

    def set_terms(self, left: Sequence[Term], right: Sequence[Term]) -> None:
        """Write the terms; their names and order stay the same for the life of a card."""
        for column, terms in ((0, left), (3, right)):
            for row, term in enumerate(terms):
                value = self._values.get(term.name) or self._add(row, column, term.name)
                value.setText(term.value)
                value.setToolTip(tooltip(term.why) if term.why else "")

    def value(self, name: str) -> str:
        """Give the value shown under a name."""
        return self._values[name].text()

    def _add(self, row: int, column: int, name: str) -> QLabel:
        label = plain_label(name)
        set_role(label, "tone", "muted")
        value = plain_label("")
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        value.setAccessibleName(name)
        self._grid.addWidget(label, row, column)
        self._grid.addWidget(value, row, column + 1)
        self._values[name] = value
        return value


class VotesLine(ClampedText):
    """How an ensemble came to the decision; not there where one model decided."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(2)
        self._sheet = votes_of(decision)
        if self._sheet is not None:
            self.set_text(*votes_line(self._sheet))
            self.setToolTip(tooltip("\n".join(line for line, _tone in vote_lines(self._sheet))))

    def show_unless(self, hidden: bool) -> None:
        """Show it where there were votes, unless the details list them."""
        self.setVisible(self._sheet is not None and not hidden)


class CardFoot(QWidget):
    """The last line of a card: its model, whether the market was simulated, and the way to the details."""

    def __init__(self, decision: Decision, act: str, parent: QWidget | None = None) -> None:
        """`act` names what is decided, e.g. `open long ETH`."""
        super().__init__(parent)
        self.model = ClampedText(1, "muted", HINT_PX)
        self.model.set_text(f"Model {short_model(decision.model)}" if decision.model else "")
        self.model.setToolTip(tooltip(f"Model {decision.model}"))
        stamp = QLabel("SIMULATED", self)
        set_role(stamp, "size", "hint")
        set_role(stamp, "tone", "muted")
        stamp.setToolTip("Made from the built-in exchange's data, not from a real market")
        stamp.setVisible(decision.simulated)
        self.more = QPushButton()
        self.more.setAccessibleName(f"Details of {act}")
        self.more.setAutoDefault(False)
        set_role(self.more, "kind", "unit")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.model, 1)
        row.addWidget(stamp, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.more, 0, Qt.AlignmentFlag.AlignVCenter)


class CardDetails(QFrame):
    """Everything else about a proposal: full words, all evidence, every check, the ids to trace it by."""

    def __init__(self, proposal: Proposal, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        decision = proposal.decision
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(6)
        column.addWidget(_paragraph(decision.explanation, "Explanation"))
        if decision.invalidation:
            column.addWidget(_paragraph(f"Fails when: {decision.invalidation}", "Invalidation", "amber"))
        self.evidence = EvidenceList()
        self.evidence.set_evidence(decision.evidence)
        column.addWidget(self.evidence)
        votes = votes_of(decision)
        for words, tone in () if votes is None else vote_lines(votes):
            column.addWidget(_paragraph(words, "Vote", tone))
        summary = guard_words(proposal.verdict)
        if summary:
            column.addWidget(_paragraph(summary, "Guardrails"))
        for check in proposal.verdict.checks:
            mark = "✓" if check.passed else "✕"
            words = f"{mark} {check.title}: {check.text}"
            column.addWidget(_paragraph(words, "Risk check", "muted" if check.passed else "down"))
        ids = _paragraph(
            f"decision {decision.decision_id}\norder    {proposal.client_order_id}\n"
            f"cycle    {decision.cycle_id}\ninputs   {decision.snapshot_sha256}\n"
            f"approval {proposal.fingerprint or 'no fingerprint'}",
            "Ids",
            "muted",
            mono_font(),
        )
        column.addWidget(ids)
        horizon = f"Horizon {decision.horizon_min} min, made {formatting.local_time(decision.created_ms)}"
        column.addWidget(_paragraph(horizon, "Horizon", "muted"))


def plain_label(text: str) -> QLabel:
    """A label that never reads markup."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(one_line(text))
    return label


def _paragraph(text: str, name: str, tone: str = "", font: QFont | None = None) -> QLabel:
    label = QLabel()
    if font is not None:
        label.setFont(font)  # before any style property: restyling keeps a font, a later one gets lost
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(_breakable(visible(text)))
    label.setWordWrap(True)
    label.setAccessibleName(name)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if tone:
        set_role(label, "tone", tone)
    return label


def _breakable(text: str, run: int = 24) -> str:
    """Let a label break runs without spaces (hashes, hostile words) instead of growing past its panel."""
    words = text.split(" ")
    return " ".join(
        "\u200b".join(word[start : start + run] for start in range(0, len(word), run)) if len(word) > run else word
        for word in words
    )
