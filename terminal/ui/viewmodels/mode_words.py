"""The review desk's four modes in words and colour: what becomes of the AI's decisions."""

from dataclasses import dataclass
from typing import Final

from terminal.domain.approval import UNPROVEN_WORD, DeskMode
from terminal.domain.review_messages import DeskModeChanged
from terminal.ui.formatting import local_minute
from terminal.ui.viewmodels.words import sentence


@dataclass(frozen=True, slots=True)
class ModeLook:
    """How a mode is shown.

    Attributes:
        word: in capitals, for chips, the title and what a person types to set it.
        name: in a sentence.
        says: what it means, one or two sentences.
        tone: palette role: `muted`, `accent`, `amber`.
        button: what stands where a card's Approve would be; "" where a person approves.
    """

    word: str
    name: str
    says: str
    tone: str
    button: str


MODE_LOOK: Final[dict[DeskMode, ModeLook]] = {
    DeskMode.SHADOW: ModeLook(
        "SHADOW",
        "shadow",
        "Decisions are followed on paper only. Nothing can be approved and no order leaves from a card.",
        "muted",
        "Shadow: nothing is sent",
    ),
    DeskMode.ADVISORY: ModeLook(
        "ADVISORY",
        "advisory",
        "Cards are advice, with all figures. Nothing can be approved and no order leaves from a card.",
        "accent",
        "Advice: nothing is sent",
    ),
    DeskMode.SEMI_AUTO: ModeLook(
        "SEMI_AUTO",
        "semi-automatic",
        "A person approves each order. A card nobody answers is denied.",
        "muted",
        "",
    ),
    DeskMode.AUTO: ModeLook(
        "AUTO",
        "automatic",
        "Code approves within the limits, with the same fresh checks, and asks nobody. It falls back to "
        "semi-automatic by itself when something is wrong, and at every start.",
        "amber",
        "Automatic: code approves",
    ),
}
SHORT_WORD: Final[dict[DeskMode, str]] = {
    DeskMode.SHADOW: "SHADOW",
    DeskMode.ADVISORY: "ADVISORY",
    DeskMode.SEMI_AUTO: "SEMI-AUTO",
    DeskMode.AUTO: "AUTOMATIC",
}


def window_title(title: str, mode: DeskMode) -> str:
    """Give the window's title with the mode in front; nothing is added in the usual one."""
    return title if mode is DeskMode.SEMI_AUTO else f"{SHORT_WORD[mode]} · {title}"


def banner_words(mode: DeskMode, override: str = "") -> str:
    """Give what stands across the window all the time; "" in the usual mode.

    `override` is what the record lacked when a person took the mode all the same.
    """
    if mode is DeskMode.SEMI_AUTO:
        return ""
    unproven = f"   {UNPROVEN_WORD}: the record has not earned this, so size is capped." if override else ""
    return f"{SHORT_WORD[mode]}{unproven}   {MODE_LOOK[mode].says}"


def since_words(changed: DeskModeChanged | None) -> str:
    """Say who set the mode, when and why; "" before the engine has told it."""
    if changed is None:
        return ""
    who = f"Set by {changed.who}" if changed.who else "Set by the program"
    told = f"{who} at {local_minute(changed.at_ms)}"
    says_more = changed.reason not in {"", f"typed by {changed.who}"}
    return sentence(f"{told}: {changed.reason}" if says_more else told)


def mode_tip(mode: DeskMode, changed: DeskModeChanged | None) -> str:
    """Say what a mode means, who set it and when, and how it is changed."""
    look = MODE_LOOK[mode]
    parts = (f"{look.name.capitalize()}: {look.says}", since_words(changed), "Click to change it; the word is typed.")
    return "\n".join(part for part in parts if part)
