"""The panels of depth, put into their docks after the first paint: their arrays bring a library along."""

from collections.abc import Mapping
from dataclasses import dataclass

from terminal.ui.viewmodels.depth_watch import DepthWatch
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.ladder_settings import LadderSettings
from terminal.ui.viewmodels.tape_ring import TapeRing
from terminal.ui.widgets.depth.curve_panel import CurvePanel
from terminal.ui.widgets.depth.ladder_panel import LadderPanel
from terminal.ui.widgets.depth.tape_panel import TapePanel
from terminal.ui.widgets.panel import Panel, PanelDock, PanelHeader
from terminal.ui.widgets.ticket.order_ticket import OrderTicket


@dataclass(frozen=True, slots=True)
class DepthPanels:
    """Ladder, curve and tape of one window."""

    ladder: LadderPanel
    curve: CurvePanel
    tape: TapePanel


def install_depth(desk: Desk, ticket: OrderTicket, docks: Mapping[str, PanelDock]) -> DepthPanels:
    """Build the three panels and put them where empty ones stood; called once."""
    desk.depth.use_tapes(TapeRing)
    watch, settings = DepthWatch(desk, desk), LadderSettings(desk.preferences, desk)
    panels = DepthPanels(
        LadderPanel(desk, ticket, watch, settings),
        CurvePanel(desk, watch, settings),
        TapePanel(desk, watch, settings),
    )
    for name, panel in (("ladder", panels.ladder), ("depth", panels.curve), ("tape", panels.tape)):
        _replace(docks[name], panel)
    return panels


def _replace(dock: PanelDock, panel: Panel) -> None:
    """Change what is in a dock, its header included, and keep what the header shows."""
    content, header = dock.widget(), dock.titleBarWidget()
    if isinstance(header, PanelHeader):
        panel.header.title.setVisible(not header.title.isHidden())
    dock.setTitleBarWidget(panel.header)
    dock.setWidget(panel)
    for gone in (content, header):
        if gone is not None:
            gone.deleteLater()
