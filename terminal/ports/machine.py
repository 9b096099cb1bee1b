"""What the machine under the program is like, as far as a day of trading depends on it."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class MachineFact:
    """One finding in plain words. `is_good` None: it could not be found out, so a person has to look."""

    name: str  # "disk", "sleep", "sound"
    title: str
    is_good: bool | None
    words: str
    hint: str = ""


class Machine(Protocol):
    """Looks at the machine; it changes nothing."""

    def facts(self) -> tuple[MachineFact, ...]:
        """Look now. May wait for the disk or another program: call it on a thread."""
        ...
