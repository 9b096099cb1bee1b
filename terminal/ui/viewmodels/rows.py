"""Tables as data: a column says how one field is written, sorted, coloured and explained.

`RowsModel` keeps rows by key and announces only what changed, so that a view repaints
a cell and not the table. Sort values are floats or text, never the shown string.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
Faces = list[tuple[object, ...]]

SORT_ROLE: Final = Qt.ItemDataRole.UserRole
TONE_ROLE: Final = Qt.ItemDataRole.UserRole + 1  # a role of the palette: "up", "muted" ...
KEY_ROLE: Final = Qt.ItemDataRole.UserRole + 2
PAINTS_ROLE: Final = Qt.ItemDataRole.UserRole + 3  # what a special delegate paints (dots, buttons, tint)
CELL_ROLE: Final = Qt.ItemDataRole.UserRole + 4  # a `Cell`: all a delegate needs in one call through Qt

RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
MISSING: Final = float("-inf")  # sorts below every number


def _plain(_: Any) -> str:
    return "text"


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column.

    Attributes:
        title: header text.
        text: what the cell says.
        sort: number or text to sort by.
        sample: the widest usual text; it fixes the width, so that no digit moves a column.
        tone: palette role of the text.
        tip: hover text; None shows the row's own.
        drop: 0 stays; of the others the highest is hidden first when the table is narrow.
        narrow: a shorter sample for a table that is too narrow: so much is tried before the column is
            hidden; one that stays shrinks to it before any other is hidden.
        grow: share of the width left over.
        paints: what a special delegate paints.
    """

    title: str
    text: Callable[[Row], str]
    sort: Callable[[Row], float | str]
    sample: str
    tone: Callable[[Row], str] = _plain
    tip: Callable[[Row], str] | None = None
    right: bool = True
    drop: int = 0
    narrow: str = ""
    grow: int = 1
    paints: Callable[[Row], object] | None = None

    def face(self, row: Row) -> tuple[object, ...]:
        """Give how the cell looks and sorts; hover texts are asked for when they are shown."""
        paints = None if self.paints is None else self.paints(row)
        return self.text(row), self.tone(row), self.sort(row), paints


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as it is painted; `tone` is a role of the palette."""

    text: str
    tone: str
    right: bool
    paints: object


class RowsModel(QAbstractTableModel, Generic[Row]):
    """Rows of one kind, by key, in the order they came."""

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        parent: QObject | None = None,
        row_tip: Callable[[Row], str] | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._row_tip = row_tip
        self._titles = [column.title for column in self.columns]
        self._rows: dict[str, Row] = {}
        self._keys: list[str] = []
        self._faces: dict[str, Faces] = {}  # as last announced, of rows that have changed
        self._watched = tuple(range(len(self.columns)))

    def watch(self, columns: Iterable[int]) -> None:
        """Announce changes of these columns alone: a cell that nobody sees is not worked out. At first it is all."""
        watched = tuple(sorted(columns))
        if watched != self._watched:
            self._watched = watched
            self._faces.clear()

    # -- rows ---------------------------------------------------------------

    @property
    def rows(self) -> list[Row]:
        return [self._rows[key] for key in self._keys]

    def row(self, key: str) -> Row | None:
        return self._rows.get(key)

    def row_at(self, at: int) -> Row:
        """Give a row by its place in the order they came."""
        return self._rows[self._keys[at]]

    def replace(self, rows: Iterable[tuple[str, Row]]) -> None:
        """Show exactly these rows; when the keys stay, only changed rows are announced."""
        wanted = dict(rows)
        if list(wanted) == self._keys:
            for key, row in wanted.items():
                self.put(key, row)
            return
        self.beginResetModel()
        self._rows, self._keys = wanted, list(wanted)
        self._faces.clear()
        self.endResetModel()

    def put(self, key: str, row: Row, *, keep: int = 0) -> None:
        """Add or change one row; with `keep`, the oldest rows beyond that many go."""
        if key in self._rows:
            if self._rows[key] != row:
                faces = self._faces.get(key) or self._faces_of(self._rows[key])
                self._rows[key] = row
                self._faces[key] = self._faces_of(row)
                self._announce(self._keys.index(key), faces, self._faces[key])
            return
        if keep and len(self._keys) >= keep:
            self.beginRemoveRows(QModelIndex(), 0, 0)
            gone = self._keys.pop(0)
            del self._rows[gone]
            self._faces.pop(gone, None)
            self.endRemoveRows()
        at = len(self._keys)
        self.beginInsertRows(QModelIndex(), at, at)
        self._keys.append(key)
        self._rows[key] = row
        self.endInsertRows()

    def retitle(self, section: int, title: str) -> None:
        """Show another header than the column's title, by which settings go on to know it."""
        if title != self._titles[section]:
            self._titles[section] = title
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, section, section)

    def _faces_of(self, row: Row) -> Faces:
        return [self.columns[at].face(row) for at in self._watched]

    def _announce(self, at: int, before: Faces, after: Faces) -> None:
        """Name the cells that look or sort otherwise now, neighbours together."""
        faces = zip(self._watched, before, after, strict=True)
        changed = [place for place, old, new in faces if old != new]
        for place in changed:
            if place - 1 not in changed:
                last = next(end for end in range(place, len(self.columns) + 1) if end + 1 not in changed)
                self.dataChanged.emit(self.index(at, place), self.index(at, last))

    # -- Qt -----------------------------------------------------------------

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._keys)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        key = self._keys[index.row()]
        row, column = self._rows[key], self.columns[index.column()]
        if role == CELL_ROLE:
            paints = None if column.paints is None else column.paints(row)
            return Cell(column.text(row), column.tone(row), column.right, paints)
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return column.text(row)
        if role == TONE_ROLE:
            return column.tone(row)
        if role == SORT_ROLE:
            return column.sort(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column.right else LEFT
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(column, row)
        if role == KEY_ROLE:
            return key
        if role == PAINTS_ROLE and column.paints is not None:
            return column.paints(row)
        return None

    def _tip(self, column: Column[Row], row: Row) -> str | None:
        if column.tip is not None:
            return column.tip(row)
        return self._row_tip(row) if self._row_tip else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column.right else LEFT
        return None
