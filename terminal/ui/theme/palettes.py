"""The palettes there are: three themes, each with a colour-blind set and with rise and fall swapped."""

from dataclasses import replace
from typing import Final

from terminal.ui.theme.tokens import DARK, Tokens

LIGHT: Final = Tokens(
    window="#EDF0F4",
    panel="#FFFFFF",
    raised="#E6ECF4",
    line="#CBD3DE",
    field="#FFFFFF",
    text="#161D27",
    muted="#535F70",
    faint="#8E99A8",
    accent="#1D57CC",
    accent_ground="#DFE9FC",
    up="#0A6B47",
    up_ground="#DDF3E9",
    down="#B8222F",
    down_ground="#FBE3E5",
    amber="#7A5200",
    amber_ground="#FBEFD0",
    ai="#6237C4",
    ai_ground="#ECE5FB",
    rise="#0A6B47",
    rise_ground="#DDF3E9",
    fall="#B8222F",
    fall_ground="#FBE3E5",
    on_fill="#FFFFFF",
)

CONTRAST: Final = Tokens(
    window="#000000",
    panel="#000000",
    raised="#1C1F24",
    line="#7C8694",
    field="#000000",
    text="#FFFFFF",
    muted="#D5DAE1",
    faint="#7C8694",
    accent="#8FB4FF",
    accent_ground="#0B2350",
    up="#4BEBAA",
    up_ground="#06301F",
    down="#FF9CA4",
    down_ground="#47090F",
    amber="#FFD75E",
    amber_ground="#3B2C00",
    ai="#D0BDFF",
    ai_ground="#2B1760",
    rise="#4BEBAA",
    rise_ground="#06301F",
    fall="#FF9CA4",
    fall_ground="#47090F",
    on_fill="#000000",
)

THEMES: Final = {"dark": DARK, "light": LIGHT, "contrast": CONTRAST}
THEME_WORDS: Final = {"dark": "Dark", "light": "Light", "contrast": "High contrast"}

# up, its ground, down, its ground: blue and orange differ for every kind of colour blindness
_BLUE_ORANGE: Final = {
    "dark": ("#4C9BE8", "#12263A", "#E8894C", "#33200F"),
    "light": ("#135C9E", "#DDEBF9", "#9C4A10", "#FBE8DA"),
    "contrast": ("#7CC0FF", "#0B2B4A", "#FFB27D", "#3F2206"),
}


def tokens_of(theme: str, *, colour_blind: bool = False, swapped: bool = False) -> Tokens:
    """Give a palette.

    Args:
        theme: a key of `THEMES`.
        colour_blind: blue and orange instead of green and red, for good and bad as well.
        swapped: rise in the colour of fall and the other way round; good and bad stay.

    Raises:
        KeyError: there is no such theme.
    """
    tokens = THEMES[theme]
    if colour_blind:
        up, up_ground, down, down_ground = _BLUE_ORANGE[theme]
        tokens = replace(
            tokens,
            **dict.fromkeys(("up", "rise"), up),
            **dict.fromkeys(("up_ground", "rise_ground"), up_ground),
            **dict.fromkeys(("down", "fall"), down),
            **dict.fromkeys(("down_ground", "fall_ground"), down_ground),
        )
    if swapped:
        tokens = replace(
            tokens,
            rise=tokens.fall,
            rise_ground=tokens.fall_ground,
            fall=tokens.rise,
            fall_ground=tokens.rise_ground,
        )
    return tokens
