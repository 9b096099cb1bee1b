"""What the engine told about approvals: the mode in force and the clicks that were voided.

Part of the desk's state. GUI thread only.
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from terminal.domain.approval import DeskMode
from terminal.domain.promotion import PromotionChanged, PromotionReport
from terminal.domain.review_messages import ApprovalVoided, DeskModeChanged, OlderReviews


class ReviewBook(QObject):
    """Newest words about the review desk.

    Attributes:
        mode: what becomes of the AI's decisions; a person approves until the engine says otherwise.
        mode_set: who set it, when and why; None before the engine told it.
        promotion: how far the strategy is from an automatic desk; None before the engine told it.
        voids: the check that voided an approval, by its decision's id.
        has_older: the journal holds answered proposals older than those shown.

    Signals:
        mode_changed (DeskModeChanged), voided (ApprovalVoided), older_read (OlderReviews),
        promotion_changed (PromotionReport).
    """

    mode_changed = Signal(object)
    voided = Signal(object)
    promotion_changed = Signal(object)
    older_read = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.mode = DeskMode.SEMI_AUTO
        self.mode_set: DeskModeChanged | None = None
        self.promotion: PromotionReport | None = None
        self.voids: dict[str, ApprovalVoided] = {}
        self.has_older = False
        self.handlers: dict[type, Callable[[Any], None]] = {
            DeskModeChanged: self._on_mode,
            ApprovalVoided: self._on_voided,
            PromotionChanged: self._on_promotion,
            OlderReviews: self._on_older,
        }

    def _on_mode(self, event: DeskModeChanged) -> None:
        self.mode, self.mode_set = event.mode, event
        self.mode_changed.emit(event)

    def _on_promotion(self, event: PromotionChanged) -> None:
        self.promotion = event.report
        self.promotion_changed.emit(event.report)

    def _on_older(self, event: OlderReviews) -> None:
        self.has_older = not event.is_all
        self.older_read.emit(event)

    def _on_voided(self, event: ApprovalVoided) -> None:
        self.voids[event.decision_id] = event
        self.voided.emit(event)
