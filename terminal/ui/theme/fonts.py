"""Fonts: Inter where installed, else the platform's own; digits of one width everywhere.

Sizes are those of the built-in look; a font grows with the text size a person chose.
"""

from typing import Final

from PySide6.QtGui import QFont, QFontDatabase

from terminal.ui.theme.look import BASE, scaled

BASE_PX: Final = BASE
HINT_PX: Final = 11
TITLE_PX: Final = 13
FIGURE_PX: Final = 14

_TABULAR: Final = "tnum"


def ui_font(pixel_size: int = BASE_PX, *, strong: bool = False) -> QFont:
    """Give the window's font with tabular figures; `strong` is the one heavier weight."""
    if "Inter" in QFontDatabase.families():
        font = QFont("Inter")
    else:
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    return _dressed(font, pixel_size, strong=strong)


def mono_font(pixel_size: int = HINT_PX) -> QFont:
    """Give the platform's monospace, for bytes and ids."""
    return _dressed(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont), pixel_size, strong=False)


def _dressed(font: QFont, pixel_size: int, *, strong: bool) -> QFont:
    font.setPixelSize(scaled(pixel_size))
    font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    font.setFeature(QFont.Tag(_TABULAR), 1)
    return font
