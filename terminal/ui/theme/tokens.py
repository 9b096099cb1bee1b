"""Colours and measures by role. Widgets name a role, never a colour of their own."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Tokens:
    """One palette. Colours are `#RRGGBB`.

    `faint` is for things that are not read (hollow dots, grid, disabled controls): it is
    too dark for text. Text is `text`, `muted`, or one of the meanings below.

    Meanings: `accent` selected or ours, `up` / `down` good and bad (done, refused, stop), `amber`
    look here, `ai` the AI and nothing else. `rise` / `fall` are the market's directions: prices,
    sides, gain and loss; a person may swap these two, and an alarm stays red all the same. Each
    has a ground for chips and buttons.
    """

    window: str
    panel: str
    raised: str
    line: str
    field: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_ground: str
    up: str
    up_ground: str
    down: str
    down_ground: str
    amber: str
    amber_ground: str
    ai: str
    ai_ground: str
    rise: str
    rise_ground: str
    fall: str
    fall_ground: str
    on_fill: str  # text on a button filled with a meaning's colour


DARK: Final = Tokens(
    window="#0D1015",
    panel="#141920",
    raised="#1B222C",
    line="#232B36",
    field="#0D1015",
    text="#DCE3EC",
    muted="#8591A3",
    faint="#566173",
    accent="#5B8CFF",
    accent_ground="#142340",
    up="#2EBD85",
    up_ground="#12291F",
    down="#F0616D",
    down_ground="#2C171B",
    amber="#E8B339",
    amber_ground="#2B2412",
    ai="#A78BFA",
    ai_ground="#211B33",
    rise="#2EBD85",
    rise_ground="#12291F",
    fall="#F0616D",
    fall_ground="#2C171B",
    on_fill="#0D1015",
)

MEANINGS: Final = ("accent", "up", "down", "amber", "ai", "rise", "fall")  # each with a ground of its own

SPACE: Final = 4  # spacing comes in steps of this many px
GAP: Final = 8  # between panels
INSET: Final = 12  # inside a panel
RADIUS: Final = 8  # panels and cards
RADIUS_CONTROL: Final = 6
ROW_HEIGHT: Final = 30
BUTTON_HEIGHT: Final = 34  # where a mistake costs money
TINT_MS: Final = 300  # how long a changed price stays tinted


def text_pairs(tokens: Tokens) -> dict[str, tuple[str, str]]:
    """Every (text, ground) pair the style sheet and the painters use, by name."""
    grounds = {"window": tokens.window, "panel": tokens.panel, "raised": tokens.raised, "field": tokens.field}
    plain = {
        "text": tokens.text,
        "muted": tokens.muted,
        "accent": tokens.accent,
        "up": tokens.up,
        "down": tokens.down,
        "amber": tokens.amber,
        "ai": tokens.ai,
        "rise": tokens.rise,
        "fall": tokens.fall,
    }
    pairs = {
        f"{name} on {where}": (colour, ground) for name, colour in plain.items() for where, ground in grounds.items()
    }
    for name in MEANINGS:
        own = getattr(tokens, f"{name}_ground")
        pairs[f"{name} on its ground"] = (getattr(tokens, name), own)
        pairs[f"text on {name} ground"] = (tokens.text, own)
        pairs[f"filled {name}"] = (tokens.on_fill, getattr(tokens, name))
    return pairs


def contrast(first: str, second: str) -> float:
    """Give the WCAG contrast ratio of two `#RRGGBB` colours, 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
