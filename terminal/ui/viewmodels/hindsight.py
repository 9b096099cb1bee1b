"""What looks back at decisions: the funnel and the shadow ledger, as the engine last told them.

Part of the desk's state. GUI thread only.
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from terminal.domain.funnel_messages import FunnelChanged, ShadowChanged
from terminal.domain.shadow import ShadowTrade


class HindsightBook(QObject):
    """Newest funnel and every shadow trade.

    Attributes:
        funnel: None before the engine told any.
        shadows: trades of the shadow ledger by their key, in the order they began.

    Signals:
        funnel_changed: `funnel` was replaced.
        shadow_changed (ShadowTrade): one trade is new or another one.
    """

    funnel_changed = Signal()
    shadow_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.funnel: FunnelChanged | None = None
        self.shadows: dict[str, ShadowTrade] = {}
        self.handlers: dict[type, Callable[[Any], None]] = {
            FunnelChanged: self._on_funnel,
            ShadowChanged: self._on_shadow,
        }

    def _on_funnel(self, event: FunnelChanged) -> None:
        self.funnel = event
        self.funnel_changed.emit()

    def _on_shadow(self, event: ShadowChanged) -> None:
        self.shadows[event.trade.key] = event.trade
        self.shadow_changed.emit(event.trade)
