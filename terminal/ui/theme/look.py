"""The look in force. It belongs to the application, as Qt's own palette and font do, and may change at any time.

Whoever paints reads `LIVE.up` and the like while painting and so follows by itself: a change
repaints every widget. Whoever keeps a colour, pen, picture or font made from it listens to
`LOOK.changed` and makes it again:

    LOOK.changed.connect(self._make_pens)  # a bound method of a QObject: the connection ends with it

Sizes in px that carry text go through `scaled`, fonts through `fonts.ui_font`.
"""

from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Self, cast

from PySide6.QtCore import QObject, Signal

from terminal.ui.theme.palettes import THEMES, tokens_of
from terminal.ui.theme.tokens import DARK, Tokens

TEXT_SIZES: Final = (11, 12, 13, 14, 16)  # px of plain text
BASE: Final = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose. `text_px` is the height of plain text; everything that carries text grows with it."""

    theme: str = "dark"
    colour_blind: bool = False
    swapped: bool = False
    text_px: int = BASE
    flash: bool = True  # tint the digits of a price that changed
    motion: bool = True  # a new card fades in

    @property
    def tokens(self) -> Tokens:
        return tokens_of(self.theme, colour_blind=self.colour_blind, swapped=self.swapped)

    def as_section(self) -> dict[str, Any]:
        """Give what differs from the built-in look."""
        plain = asdict(Choice())
        return {name: value for name, value in asdict(self).items() if value != plain[name]}

    @classmethod
    def from_section(cls, section: dict[str, Any]) -> Self:
        """Read what was kept.

        Raises:
            ValueError: it holds something this version does not offer.
        """
        plain = cls()
        known = {field.name for field in fields(cls)}
        for name, value in section.items():
            if name not in known or type(value) is not type(getattr(plain, name)):
                raise ValueError(f"{name!r} is not a part of the look, or has no usable value")
        made = cls(**section)
        if made.theme not in THEMES or made.text_px not in TEXT_SIZES:
            raise ValueError("there is no such theme or text size")
        return made


class Look(QObject):
    """The choice in force and its palette.

    Signals:
        changed: colours or sizes are others; the style sheet and the fonts already are.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.choice = Choice()
        self.tokens = DARK

    def take(self, choice: Choice) -> None:
        """Set what is in force without telling anybody; `apply.apply_theme` does the rest."""
        self.choice, self.tokens = choice, choice.tokens


LOOK: Final = Look()


class _Live:
    """Every role of `Tokens`, as it is now."""

    __slots__ = ()

    def __getattr__(self, role: str) -> str:
        return cast("str", getattr(LOOK.tokens, role))


LIVE: Final = cast("Tokens", _Live())  # has the roles of Tokens and no value of its own


def scaled(pixels: float) -> int:
    """Give a size that grows with the text, for rows, buttons and columns."""
    return round(pixels * LOOK.choice.text_px / BASE)
