"""The depth curve in a panel."""

from PySide6.QtWidgets import QWidget

from terminal.ui.viewmodels.depth_watch import DepthWatch
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.ladder_settings import LadderSettings
from terminal.ui.widgets.depth.curve_view import DepthCurve
from terminal.ui.widgets.depth.depth_panel import DepthPanel


class CurvePanel(DepthPanel):
    """As many levels as the ladder shows."""

    def __init__(self, desk: Desk, watch: DepthWatch, settings: LadderSettings, parent: QWidget | None = None) -> None:
        super().__init__("Depth", desk, watch, settings, parent)
        self.view = DepthCurve()
        self.put_in_header()
        self.body.setContentsMargins(1, 0, 1, 8)  # inside the round corners of the border
        self.body.addWidget(self.view)

    def refresh(self) -> None:
        self.view.show_book(self.snapshot, self._settings.levels, self.condition())
