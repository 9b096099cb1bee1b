"""A person's drawing hand on one chart: choose a tool, click or drag, select, move, delete; Esc leaves it."""

from decimal import Decimal
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QKeyEvent

from terminal.domain.instrument import Instrument, InstrumentId, base_of
from terminal.domain.messages import Level, Notice
from terminal.ui.charts.chart_view import ChartView
from terminal.ui.charts.drawings.drawing_book import MOST, DrawingBook
from terminal.ui.charts.drawings.drawing_layer import DrawingLayer, Hit
from terminal.ui.charts.drawings.drawing_words import drawing_words
from terminal.ui.charts.drawings.places import Point, anchor_at
from terminal.ui.charts.drawings.shapes import Anchor, Drawing, Kind
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.widgets.confirm_sheet import ConfirmSheet

_DRAFT: Final = ""  # the id of what is not kept yet
_SOURCE: Final = "chart"


class DrawingHand(QObject):
    """Draws on one chart and keeps what is drawn.

    Attributes:
        layer: what is seen.
        tool: what is being drawn, None at rest.
        sheet: the question before all drawings are removed, None before the first.
    """

    def __init__(self, desk: Desk, view: ChartView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._view = view
        self._pair: InstrumentId | None = None
        self.book = DrawingBook(desk.preferences, self)
        self.layer = DrawingLayer(view.pane)
        self.layer.pencil = self
        self.tool: Kind | None = None
        self.sheet: ConfirmSheet | None = None
        self._held: Hit | None = None
        self.book.changed.connect(self._refresh)
        view.tips.insert(0, self._tip)
        view.pressed.connect(self._on_pressed)
        view.installEventFilter(self)

    def show_pair(self, pair: InstrumentId) -> None:
        """Show another pair's drawings; a draft is given up."""
        if pair != self._pair:
            self._pair = pair
            self.layer.selected = None
            self.rest()

    # -- tools --------------------------------------------------------------------

    def begin(self, kind: Kind) -> None:
        """Take a tool; the same once more puts it away."""
        if self.tool is kind:
            self.rest()
            return
        self.tool, self.layer.draft, self.layer.selected = kind, None, None
        self._view.setFocus(Qt.FocusReason.ShortcutFocusReason)  # Esc is heard here
        self._refresh()

    def rest(self) -> None:
        """Put the tool away."""
        self.tool = self._held = self.layer.draft = None
        self._refresh()

    def delete_selected(self) -> None:
        if self._pair is not None and self.layer.selected is not None:
            gone, self.layer.selected = self.layer.selected, None
            self.layer.draft = self._held = None
            self.book.remove(self._pair, gone)

    def ask_to_clear(self) -> None:
        """Ask before every drawing of the pair goes."""
        pair = self._pair
        if pair is None or not self.book.of(pair):
            return
        count, name = len(self.book.of(pair)), base_of(pair)
        self.sheet = self.sheet or ConfirmSheet(self._view.window())
        words = f"{count} drawings of {name} are removed from every chart. This cannot be taken back."
        self.sheet.ask("Remove drawings", words, f"Remove all of {name}", lambda: self.book.clear(pair))

    # -- the mouse ----------------------------------------------------------------

    def clicked(self, at: Point) -> None:
        """Set a point of what is drawn, else select what lies there."""
        if self.tool is None:
            found = self.layer.hit(at)
            self.layer.selected = None if found is None else found[0].drawing_id
            self._refresh()
        elif self.layer.draft is None and self.tool.points > 1:
            point = self._anchor(at)
            self.layer.draft = Drawing(_DRAFT, self.tool, (point, point))
            self._refresh()
        else:
            first = self.layer.draft.points[:1] if self.layer.draft is not None else ()
            self._keep((*first, self._anchor(at)))

    def hovered(self, at: Point) -> None:
        """Let the open end follow the pointer."""
        if self.tool is not None and self.layer.draft is not None:
            self.layer.draft = self.layer.draft.with_point(1, self._anchor(at))
            self.layer.refresh()

    def dragged(self, begun: Point, at: Point, *, starts: bool, ends: bool) -> bool:
        """Draw in one stroke, or move what is held."""
        if self.tool is not None:
            self._stroke(begun, at, ends=ends)
            return True
        if starts:
            self._held = self.layer.hit(begun)
        if self._held is None:
            return not starts  # given up by Esc: the rest of the stroke moves nothing
        drawing, number = self._held
        moved = self._moved(drawing, number, begun, at)
        self.layer.selected = drawing.drawing_id
        self.layer.draft = moved
        if ends and self._pair is not None:
            self.layer.draft = self._held = None
            self.book.change(self._pair, moved)
        self.layer.refresh()
        return True

    def _stroke(self, begun: Point, at: Point, *, ends: bool) -> None:
        if self.tool is None:
            return
        end = self._anchor(at)
        points = (end,) if self.tool.points == 1 else (self._anchor(begun), end)
        self.layer.draft = Drawing(_DRAFT, self.tool, points)
        self.layer.refresh()
        if ends:
            self._keep(points)

    def _moved(self, drawing: Drawing, number: int | None, begun: Point, at: Point) -> Drawing:
        """Give a drawing as it is held: one point of it, or all by whole bars and ticks."""
        to = self._anchor(at)
        if number is not None:
            return drawing.with_point(number, to)
        from_ = self._anchor(begun)
        by_price = Decimal(0) if drawing.kind is Kind.MOMENT else to.price - from_.price
        by_ms = 0 if drawing.kind is Kind.LEVEL else to.at_ms - from_.at_ms
        return drawing.moved(by_ms, by_price)

    def _keep(self, points: tuple[Anchor, ...]) -> None:
        kind, pair = self.tool, self._pair
        self.tool = self.layer.draft = None
        if kind is not None and pair is not None:
            made = self.book.add(pair, kind, points)
            self.layer.selected = None if made is None else made.drawing_id
            if made is None:
                words = f"{base_of(pair)} has {MOST} drawings, as many as are kept. Remove some first."
                self._desk.apply(Notice(Level.WARNING, _SOURCE, words, self._desk.now_ms()))
        self._refresh()

    def _anchor(self, at: Point) -> Anchor:
        pane = self._view.pane
        return anchor_at(pane.bars, pane.projection, self._rules, at)

    @property
    def _rules(self) -> Instrument | None:
        return None if self._pair is None else self._desk.instruments.get(self._pair)

    def _tip(self, at: QPointF) -> str:
        """Find the drawing under the pointer and say what it is."""
        found = self.layer.hit((at.x(), at.y())) if self.tool is None else None
        self.layer.pointed = None if found is None else (at.x(), at.y())
        if found is None:
            return ""
        return drawing_words(found[0], self._view.bars.interval_ms, self.layer.decimals)

    def _on_pressed(self) -> None:
        """Let go of the selection at a press beside every drawing."""
        if self.layer.pointed is None and self.tool is None and self.layer.selected is not None:
            self.layer.selected = None
            self._refresh()

    # -- showing ------------------------------------------------------------------

    def _refresh(self) -> None:
        layer, rules = self.layer, self._rules
        layer.drawings = () if self._pair is None else self.book.of(self._pair)
        layer.decimals = None if rules is None else rules.price_decimals
        layer.hint = self._hint()
        layer.refresh()

    def _hint(self) -> str:
        if self.tool is None:
            return ""
        what = self.tool.value.capitalize()
        if self.tool.points == 1:
            return f"{what}: click where it is to stand. Esc leaves it."
        if self.layer.draft is None:
            return f"{what}: click its first point, or drag. Esc leaves it."
        return f"{what}: click its second point. Esc leaves it."

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hear Esc while something is drawn, moved or selected, before any shortcut does."""
        del watched
        if event.type() not in {QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress}:
            return False
        if not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Escape:
            return False
        if self.tool is None and self._held is None and self.layer.selected is None:
            return False
        event.accept()
        if event.type() is QEvent.Type.KeyPress:
            if self.tool is None and self._held is None:
                self.layer.selected = None
            self.rest()
        return True
