"""The table of the funnel: narrow columns that are never sorted, since the order of the steps says something."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QWidget

from terminal.ui.theme.fonts import HINT_PX, ui_font
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.funnel_rows import StepRow
from terminal.ui.viewmodels.rows import Column, RowsModel
from terminal.ui.widgets.table_base import DataTable

_PAD: Final = 20
_PAIR_PAD: Final = 8


class MatrixModel(RowsModel[StepRow]):
    """Rows of steps; titles of columns without a grown width stand in the middle, over their signs."""

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation is Qt.Orientation.Horizontal:
            column = self.columns[section]
            if column.right and column.paints is None:
                return Qt.AlignmentFlag.AlignCenter
        return super().headerData(section, orientation, role)


class MatrixTable(DataTable):
    """Cells can be chosen one by one."""

    def __init__(self, model: MatrixModel, empty_words: str, parent: QWidget | None = None) -> None:
        super().__init__(model, empty_words, parent)
        self.setSortingEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        set_role(header, "snug", "true")

    def _width_of(self, column: Column[StepRow], sample: str) -> int:
        """Nothing is sorted here, so no arrow needs room beside a title; all pairs are equally wide."""
        titles, is_pair = QFontMetrics(ui_font(HINT_PX)), column.right and column.paints is None
        if is_pair:
            return titles.horizontalAdvance(sample) + _PAIR_PAD
        body = self.cells.metrics.horizontalAdvance(sample)
        return max(body, titles.horizontalAdvance(column.title)) + _PAD
