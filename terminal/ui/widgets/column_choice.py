"""Which columns of a table are shown and in which order: chosen at its head, kept with the other settings."""

from typing import Any, Final

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from terminal.ui.viewmodels.preferences import Preferences
from terminal.ui.widgets.table_base import DataTable

SECTION: Final = "columns"
_NO_ROOM: Final = "  (no room now)"


class ColumnChoice(QObject):
    """A right click on the head of a table lists its columns; heads can be dragged.

    A table nobody chose for shows whatever fits, so a wider panel shows more.
    """

    def __init__(self, table: DataTable, name: str, preferences: Preferences) -> None:
        """`name` is what the settings call the table."""
        super().__init__(table)
        self._table = table
        self._name = name
        self._preferences = preferences
        self._moving = False
        self._spare: frozenset[str] = frozenset()
        head = table.horizontalHeader()
        head.setSectionsMovable(True)
        head.setFirstSectionMovable(False)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(self._popup)
        head.sectionMoved.connect(self._on_moved)
        preferences.changed.connect(self._on_section)
        self._apply()

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(column.title for column in self._table.rows.columns)

    def menu(self) -> QMenu:
        """Build the list of columns; the first cannot be taken away."""
        menu = QMenu(self._table)
        shown = self._shown()
        for at, title in enumerate(self.titles[1:], start=1):
            on = shown is None or title in shown
            act = menu.addAction(title + (_NO_ROOM if on and self._table.isColumnHidden(at) else ""))
            act.setCheckable(True)
            act.setChecked(on)
            act.toggled.connect(lambda wanted, title=title: self._set(title, wanted))
        menu.addSeparator()
        menu.addAction("Built-in columns").triggered.connect(self.reset)
        return menu

    def reset(self) -> None:
        """Show whatever fits, in the built-in order."""
        self._put({})

    def spare(self, titles: frozenset[str]) -> None:
        """Leave these columns out as long as nobody has chosen any."""
        if titles != self._spare:
            self._spare = titles
            self._apply()

    # -- values -------------------------------------------------------------------

    def _mine(self) -> dict[str, Any]:
        mine = self._preferences.section(SECTION).get(self._name, {})
        return mine if isinstance(mine, dict) else {}

    def _listed(self, part: str) -> list[str] | None:
        kept = self._mine().get(part)
        return [title for title in kept if title in self.titles] if isinstance(kept, list) else None

    def _shown(self) -> frozenset[str] | None:
        kept = self._listed("shown")
        if kept is not None:
            return frozenset(kept)
        return frozenset(self.titles[1:]) - self._spare if self._spare else None

    def _set(self, title: str, wanted: bool) -> None:
        shown = self._shown()
        now = set(self.titles[1:] if shown is None else shown)
        now = now | {title} if wanted else now - {title}
        self._put(self._mine() | {"shown": [each for each in self.titles if each in now]})

    def _put(self, mine: dict[str, Any]) -> None:
        section = self._preferences.section(SECTION)
        section.pop(self._name, None)
        self._preferences.put(SECTION, section | ({self._name: mine} if mine else {}))

    # -- Qt -----------------------------------------------------------------------

    def _popup(self, place: QPoint) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._table.horizontalHeader().mapToGlobal(place))

    def _on_moved(self, *_: int) -> None:
        if not self._moving:
            head = self._table.horizontalHeader()
            order = [self.titles[head.logicalIndex(at)] for at in range(head.count())]
            self._put(self._mine() | {"order": order})

    def _on_section(self, name: str) -> None:
        if name == SECTION:
            self._apply()

    def _apply(self) -> None:
        order = self._listed("order") or []
        wanted = [*order, *(title for title in self.titles if title not in order)]
        head, self._moving = self._table.horizontalHeader(), True
        for place, title in enumerate(wanted):
            head.moveSection(head.visualIndex(self.titles.index(title)), place)
        self._moving = False
        self._table.choose_columns(self._shown())
