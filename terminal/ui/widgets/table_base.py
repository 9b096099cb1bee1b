"""The table every list uses: sorted by number, columns that fit, words when it is empty."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QMenu, QTableView, QWidget

from terminal.ui.theme.fonts import HINT_PX, ui_font
from terminal.ui.theme.look import LIVE, LOOK
from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import ROW_HEIGHT
from terminal.ui.viewmodels.rows import KEY_ROLE, SORT_ROLE, Column, RowsModel
from terminal.ui.widgets.cells import PAD, CellDelegate
from terminal.ui.widgets.live_label import LiveLabel

RISING: Final = " ▴"
FALLING: Final = " ▾"
ROUNDING_PX: Final = 2  # a width is rounded down when measured and up when elided


class SortedRows(QSortFilterProxyModel):
    """Rows in order; the sorted column says so in its own words, where no arrow can lie over them.

    `keep` tells which rows are shown; None shows all.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.keep: Callable[[Any], bool] | None = None

    def filterAcceptsRow(self, source_row: int, source_parent: Any) -> bool:
        rows = self.sourceModel()
        if self.keep is not None and isinstance(rows, RowsModel) and not self.keep(rows.row_at(source_row)):
            return False
        return super().filterAcceptsRow(source_row, source_parent)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        shown = super().headerData(section, orientation, role)
        if role != Qt.ItemDataRole.DisplayRole or section != self.sortColumn() or not shown:
            return shown
        return shown + (RISING if self.sortOrder() == Qt.SortOrder.AscendingOrder else FALLING)

    def announce_headers(self) -> None:
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)


class DataTable(QTableView):
    """A read-only table over a `RowsModel`.

    Columns share the width there is; those marked `drop` are hidden when it is too narrow,
    so there is never a horizontal scroll bar. Hovering raises a row.

    Signals:
        row_clicked (str): key of the row a person clicked or moved to.
    """

    row_clicked = Signal(str)

    def __init__(
        self, model: RowsModel[Any], empty_words: str, parent: QWidget | None = None, *, on_panel: bool = False
    ) -> None:
        """With `on_panel` it paints the panel's ground itself, and a moving cell has nothing below it painted anew."""
        super().__init__(parent)
        self._on_panel = on_panel
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, on_panel)
        self.rows = model
        self.empty_words = empty_words
        self._filtered_words = ""
        self._chosen: frozenset[str] | None = None
        self._followed: set[int] = set()
        self.sorted = SortedRows(self)
        self.sorted.setSortRole(SORT_ROLE)
        self.sorted.setSourceModel(model)
        self.setModel(self.sorted)
        self._delegates: list[CellDelegate] = []
        self.cells = CellDelegate(self)
        self.add_delegate(self.cells)
        self._dress()
        self.horizontalHeader().sortIndicatorChanged.connect(self._on_sorting)
        self.entered.connect(lambda index: self._hover(index.row()))
        LOOK.changed.connect(self._on_look)

    def _dress(self) -> None:
        self.setItemDelegate(self.cells)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.set_row_height(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(24)
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setFont(ui_font(HINT_PX))
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.setCornerButtonEnabled(False)

    def set_row_height(self, pixels: int) -> None:
        self.verticalHeader().setMinimumSectionSize(pixels)
        self.verticalHeader().setDefaultSectionSize(pixels)

    def add_delegate(self, delegate: CellDelegate, column: int | None = None) -> None:
        """Use a delegate (for one column) and let it know which row is hovered."""
        self._delegates.append(delegate)
        if column is not None:
            self.setItemDelegateForColumn(column, delegate)

    def offer_menu(self, menu_for: Callable[[str], QMenu]) -> None:
        """Open the menu that `menu_for` builds from a row's key, at a right click or the menu key."""

        def popup(place: QPoint) -> None:
            key = self.key_at(self.indexAt(place))
            if key:
                menu = menu_for(key)
                menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
                menu.popup(self.viewport().mapToGlobal(place))

        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(popup)

    def filter_rows(self, keep: Callable[[Any], bool] | None, words: str = "") -> None:
        """Show only the rows `keep` accepts, or `words` when there is none; None shows all again."""
        self.sorted.beginFilterChange()
        self.sorted.keep, self._filtered_words = keep, words
        self.sorted.endFilterChange(QSortFilterProxyModel.Direction.Rows)
        self._watch_columns()
        self.viewport().update()

    # -- rows -----------------------------------------------------------------

    def key_at(self, index: QModelIndex) -> str:
        """Give the key of the row under an index; "" outside the rows."""
        return str(index.data(KEY_ROLE)) if index.isValid() else ""

    def current_key(self) -> str:
        return self.key_at(self.currentIndex())

    def select_key(self, key: str) -> None:
        """Mark a row as the current one without announcing a click."""
        for at in range(self.sorted.rowCount()):
            index = self.sorted.index(at, 0)
            if self.key_at(index) == key:
                self.selectionModel().setCurrentIndex(
                    index,
                    QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows,
                )
                return
        self.selectionModel().clear()

    def mouseReleaseEvent(self, event: Any) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            key = self.key_at(self.indexAt(event.position().toPoint()))
            if key:
                self.row_clicked.emit(key)

    def keyPressEvent(self, event: Any) -> None:
        before = self.current_key()
        super().keyPressEvent(event)
        after = self.current_key()
        if after and after != before:
            self.row_clicked.emit(after)

    # -- look -----------------------------------------------------------------

    def _on_look(self) -> None:
        self.horizontalHeader().setFont(ui_font(HINT_PX))
        self.fit_columns()

    def _hover(self, row: int) -> None:
        if row == self.cells.hovered_row:
            return
        for delegate in self._delegates:
            delegate.hovered_row = row
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(-1)
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_columns()

    def follow_column(self, column: int) -> None:
        """Have this column's changes announced also while it is hidden."""
        self._followed.add(column)
        self._watch_columns()

    def _on_sorting(self, *_: object) -> None:
        self._watch_columns()
        self.sorted.announce_headers()

    def _watch_columns(self) -> None:
        """Hear of the columns that are seen or sorted by, of all while rows are chosen by what is in them."""
        sorts, whole = self.sorted.sortColumn(), range(len(self.rows.columns))
        hears = set(whole) if self.sorted.keep is not None else {sorts, *self._followed}
        self.rows.watch(at for at in whole if at in hears or not self.isColumnHidden(at))

    def choose_columns(self, titles: frozenset[str] | None) -> None:
        """Show these columns only, as far as they fit; None shows whatever fits. The first always stays."""
        self._chosen = titles
        self.fit_columns()

    def fit_columns(self) -> None:
        """Share the width among the columns that fit."""
        whole, chosen = self.rows.columns, self._chosen
        wanted = [at for at, each in enumerate(whole) if chosen is None or at == 0 or each.title in chosen]
        columns = [whole[at] for at in wanted]
        widths = [self._width_of(column, column.sample) for column in columns]
        narrow = [self._width_of(column, column.narrow or column.sample) for column in columns]
        fitted = dict(zip(wanted, columns_that_fit(columns, widths, self.viewport().width(), narrow), strict=True))
        for at in range(len(whole)):
            width = fitted.get(at, 0)
            self.setColumnHidden(at, width == 0)
            if width:
                self.setColumnWidth(at, width)
        self._watch_columns()

    def _width_of(self, column: Column[Any], sample: str) -> int:
        body = self.cells.metrics.horizontalAdvance(sample)
        head = QFontMetrics(ui_font(HINT_PX)).horizontalAdvance(column.title + FALLING)
        return max(body, head) + 2 * PAD + ROUNDING_PX

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._on_panel:
            ground = QPainter(self.viewport())
            ground.fillRect(event.rect(), QColor(LIVE.panel))
            ground.end()
        super().paintEvent(event)
        hidden = self.sorted.keep is not None and self.rows.rowCount() > 0
        words = self._filtered_words if hidden else self.empty_words
        if self.sorted.rowCount() == 0 and words:
            painter = QPainter(self.viewport())
            painter.setPen(QColor(LIVE.muted))
            place = self.viewport().rect().adjusted(24, 8, -24, -8)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)
            painter.end()


def columns_that_fit(
    columns: Sequence[Column[Any]], widths: Sequence[int], room: int, narrow: Sequence[int] = ()
) -> list[int]:
    """Give every column its width, 0 for those left out.

    Columns that stay shrink to their `narrow` width first. Then the highest `drop` goes, after it
    was tried at its own; what is left over goes to the others by `grow`.
    """
    kept, full, widths = list(range(len(columns))), widths, list(widths)

    def shrink(drop: int) -> None:
        for at, column in enumerate(columns):
            if narrow and column.drop == drop:
                widths[at] = narrow[at]

    if sum(widths) > room:
        shrink(0)
    for drop in sorted({column.drop for column in columns if column.drop}, reverse=True):
        if sum(widths[at] for at in kept) <= room:
            break
        shrink(drop)
        if sum(widths[at] for at in kept) <= room:
            break
        kept = [at for at in kept if columns[at].drop != drop]
    for at in kept:  # what was hidden may have left room for what had shrunk
        if sum(widths[each] for each in kept) + full[at] - widths[at] <= room:
            widths[at] = full[at]
    spare = max(0, room - sum(widths[at] for at in kept))
    shares = sum(columns[at].grow for at in kept) or 1
    fitted = [0] * len(columns)
    for at in kept:
        fitted[at] = widths[at] + spare * columns[at].grow // shares
    return fitted


def sums_label(name: str) -> QLabel:
    """Give the quiet line of sums below a table; it never asks for width."""
    label = LiveLabel(keeps_room=True)
    label.setAccessibleName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    label.setContentsMargins(8, 2, 8, 2)
    label.setMinimumWidth(1)
    set_role(label, "size", "hint")
    set_role(label, "tone", "muted")
    return label
