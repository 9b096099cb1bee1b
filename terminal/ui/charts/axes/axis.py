"""What both axes share: a strip beside the pane that passes the hand on to it, and tags."""

from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QGraphicsWidget, QStyleOptionGraphicsItem, QWidget

from terminal.ui.charts.axes.labels import Labels
from terminal.ui.charts.panes.chart_item import paint_safely
from terminal.ui.charts.panes.pane import Pane, hairline
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.theme.fonts import HINT_PX, ui_font
from terminal.ui.theme.look import LIVE

TAG_RADIUS: Final = 3.0


@dataclass(frozen=True, slots=True)
class Tag:
    """A filled label at a price or at a bar; `note` is a second, quieter line."""

    value: float
    text: str
    fill: str
    ink: str
    note: str = ""


class Axis(QGraphicsWidget):
    """A strip of labels; `number` is 0 for time and 1 for price, as the pane counts."""

    def __init__(self, pane: Pane, number: int) -> None:
        super().__init__()
        self.pane = pane
        self._number = number
        self._broken = False
        self._tags: dict[str, Tag] = {}
        self.dress()
        pane.moved.connect(self.update)

    def dress(self) -> None:
        """Make pens and font from the look in force."""
        self.label_font = ui_font(HINT_PX)
        self.labels = Labels(self.label_font)
        self.label_pen = hairline(LIVE.muted)
        self.strong_pen = hairline(LIVE.text)

    @property
    def tags(self) -> tuple[Tag, ...]:
        return tuple(self._tags.values())

    def set_tag(self, name: str, tag: Tag | None) -> None:
        """Show, move or (None) remove the tag of that name; later names lie on top."""
        if self._tags.get(name) == tag:
            return
        if tag is None:
            self._tags.pop(name, None)
        else:
            self._tags[name] = tag
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: ARG002  # Qt's signature
        if not self._broken and len(self.pane.bars):
            self._broken = not paint_safely(painter, lambda: self._draw_all(painter))

    def _draw_all(self, painter: QPainter) -> None:
        painter.setFont(self.label_font)
        self.draw(painter, self.pane.projection)
        for tag in self._tags.values():
            self.draw_tag(painter, self.pane.projection, tag)

    def draw(self, painter: QPainter, projection: Projection) -> None:
        raise NotImplementedError

    def draw_tag(self, painter: QPainter, projection: Projection, tag: Tag) -> None:
        raise NotImplementedError

    def fill_tag(self, painter: QPainter, box: QRectF, tag: Tag) -> None:
        """Fill a tag's box and write its text in the middle."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tag.fill))
        painter.drawRoundedRect(box, TAG_RADIUS, TAG_RADIUS)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(QColor(tag.ink))
        lines = (tag.text, tag.note) if tag.note else (tag.text,)
        height = box.height() / len(lines)
        for number, text in enumerate(lines):
            self.labels.draw_centred(painter, box.center().x(), box.top() + height * (number + 0.5), text)

    # The scene hands these to whatever lies under the pointer.

    def wheelEvent(self, event: Any) -> None:
        self.pane.wheelEvent(event, axis=self._number)

    def mouseDragEvent(self, event: Any) -> None:
        self.pane.mouseDragEvent(event, axis=self._number)

    def mouseClickEvent(self, event: Any) -> None:
        """Undo scaling by hand at a double click."""
        if event.double():
            event.accept()
            if self._number == 1:
                self.pane.fit_values()
            else:
                self.pane.show_newest()
