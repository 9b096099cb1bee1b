"""The View menu: layouts, panels, look and keys; windows that open from it add their own lines below."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from terminal.ui.actions.bind import menu_action
from terminal.ui.actions.book import ActionBook
from terminal.ui.layout.dock_layout import DockLayout
from terminal.ui.layout.placing import reveal, set_floating
from terminal.ui.layout.plans import BUILT_IN
from terminal.ui.widgets.panel import PanelDock

_HINT: Final = "A layout is kept as you leave it; Reset puts its panels back."


class ViewMenu(QObject):
    """Fills one menu and keeps it true."""

    def __init__(
        self,
        menu: QMenu,
        window: QWidget,
        book: ActionBook,
        layout: DockLayout,
        name_layout: Callable[[], None],
    ) -> None:
        """`name_layout` asks a person for the name of a new layout."""
        super().__init__(window)
        self._window = window
        self._book = book
        self._layout = layout
        self._name_layout = name_layout
        self.layouts = menu.addMenu("Layout")
        self.layouts.setToolTip(_HINT)
        self._own: list[QAction] = []
        self._group = QActionGroup(self)
        self._build_built_in()
        layout.changed.connect(self._show_layouts)
        self._show_layouts()

    def add_panels(self, menu: QMenu, docks: Mapping[str, PanelDock]) -> None:
        """List the panels: which are shown, and which float."""
        panels = menu.addMenu("Panels")
        shown: dict[PanelDock, QAction] = {}
        for dock in docks.values():
            act = shown[dock] = panels.addAction(f"Show {dock.windowTitle()}")
            act.setCheckable(True)
            act.triggered.connect(lambda wanted, dock=dock: _show(dock, wanted))

        def mark() -> None:
            for dock, act in shown.items():
                act.setChecked(not dock.isHidden())

        panels.aboutToShow.connect(mark)
        mark()
        panels.addSeparator()
        for dock in docks.values():
            act = panels.addAction(f"Float {dock.windowTitle()}")
            act.setCheckable(True)
            act.toggled.connect(lambda wanted, dock=dock: set_floating(dock, wanted))
            dock.topLevelChanged.connect(act.setChecked)

    def _build_built_in(self) -> None:
        for name in BUILT_IN:
            choose = partial(self._choose, name)
            act = menu_action(self._book, self.layouts, self._window, f"layout.{name}", name, choose)
            act.setCheckable(True)
            self._group.addAction(act)
        self._below = self.layouts.addSeparator()
        self.layouts.addAction("Keep as a new layout…").triggered.connect(self._name_layout)
        self._remove = self.layouts.addAction("")
        self._remove.triggered.connect(lambda: self._layout.remove(self._layout.current))
        menu_action(self._book, self.layouts, self._window, "layout.reset", "Reset this layout", self._layout.reset)

    def _choose(self, name: str) -> None:
        self._layout.choose(name)
        self._show_layouts()  # also where the chosen one already was the current one: the mark must stay

    def _show_layouts(self) -> None:
        for act in self._own:
            self.layouts.removeAction(act)
            act.deleteLater()
        self._own = []
        for name in self._layout.shelf.own:
            act = self._group.addAction(name)
            act.setCheckable(True)
            act.triggered.connect(lambda _on=False, name=name: self._choose(name))
            self.layouts.insertAction(self._below, act)
            self._own.append(act)
        now = self._layout.current
        for act in self._group.actions():
            act.setChecked(act.text() == now)
        self._remove.setText(f"Remove {now}")
        self._remove.setVisible(now not in BUILT_IN)


def _show(dock: PanelDock, wanted: bool) -> None:
    if wanted:
        reveal(dock)
    else:
        dock.hide()
