"""Colours of indicator lines by name, so that a kept choice is readable in every theme.

Green and red as such are left out: they mean rise and fall. Violet is the AI's.
"""

from typing import Final

from PySide6.QtGui import QColor

from terminal.ui.theme.look import LIVE

# on a dark ground, on a light one
_FIXED: Final = {
    "teal": ("#45C4C0", "#0B7A77"),
    "pink": ("#F27EB8", "#B02A6F"),
    "lime": ("#B5D34A", "#5B7300"),
    "orange": ("#F0904E", "#A9500B"),
}
_ROLES: Final = {"blue": "accent", "amber": "amber", "white": "text", "grey": "muted"}
_MIDDLE: Final = 128  # lightness of a ground, 0 to 255

INKS: Final = ("blue", "amber", "teal", "pink", "lime", "orange", "white", "grey")
INK_WORDS: Final = {name: name.capitalize() for name in INKS} | {"white": "Text colour"}


def ink_colour(name: str) -> str:
    """Give a colour in the look in force, `#RRGGBB`.

    Raises:
        KeyError: there is no such colour.
    """
    if name in _ROLES:
        return str(getattr(LIVE, _ROLES[name]))
    on_dark, on_light = _FIXED[name]
    return on_dark if QColor(LIVE.panel).lightness() < _MIDDLE else on_light
