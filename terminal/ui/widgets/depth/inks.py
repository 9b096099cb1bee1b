"""Glyph sheets and fonts of the look in force: looking a font up takes longer than painting a ladder."""

from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QColor

from terminal.ui.theme.fonts import BASE_PX, HINT_PX, ui_font
from terminal.ui.theme.look import LIVE, LOOK
from terminal.ui.widgets.depth.glyphs import GlyphSheet

MIXED: Final = 0.42  # how much of a faded colour is left over the panel


class Inks(QObject):
    """Sheets by role, faded or not, at the device pixel ratio they are painted at.

    Attributes:
        hint: the small font, for words.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sheets: dict[tuple[str, bool, float], GlyphSheet] = {}
        self.hint = ui_font(HINT_PX)
        LOOK.changed.connect(self._forget)

    def sheet(self, role: str, ratio: float, *, faded: bool = False) -> GlyphSheet:
        """Give the sheet of a palette role."""
        key = (role, faded, ratio)
        found = self._sheets.get(key)
        if found is None:
            found = self._sheets[key] = GlyphSheet(ui_font(BASE_PX), ink(role, faded=faded), ratio)
        return found

    def _forget(self) -> None:
        self._sheets.clear()
        self.hint = ui_font(HINT_PX)


def ink(role: str, *, faded: bool = False) -> QColor:
    """Give a role's colour, or what is left of it over the panel where figures are old."""
    colour = QColor(getattr(LIVE, role))
    if not faded:
        return colour
    ground, left = QColor(LIVE.panel), MIXED
    parts = ((colour.red(), ground.red()), (colour.green(), ground.green()), (colour.blue(), ground.blue()))
    red, green, blue = (round(own * left + under * (1 - left)) for own, under in parts)
    return QColor(red, green, blue)
