"""What kind of account this window trades, in words and colour."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WindowMode:
    """The mode, shown in the title, the frame, the top bar and on the buttons.

    Attributes:
        word: `DEMO`, `PAPER`, `LIVE` or `COMPETITION`.
        subtitle: plain words, parts separated by ` · `, e.g.
            `built-in exchange · 20x speed · planted pattern`.
        role: palette role of chip and frame: `accent`, `muted`, `up` or `ai`.
        simulated: True when prices and fills are made by this program.
        details: hover text with the whole story.
        account: who trades, for the title; never a key.
    """

    word: str
    subtitle: str
    role: str
    simulated: bool
    details: str
    account: str = ""

    @property
    def title(self) -> str:
        """The window title; the program's name comes last, where platforms put it by themselves otherwise."""
        parts = [f"{self.word} ({self.subtitle})", self.account, "Alpha Desk"]
        return " – ".join(part for part in parts if part)
