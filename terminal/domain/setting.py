"""What a person may set for a profile, one by one: how it is shown, what a change of it does and when.

Values are texts as a person types them; which bytes they become in the file is storage's business.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final


class SettingKind(Enum):
    """How a value is written and typed."""

    TEXT = "text"
    WHOLE = "whole number"
    FIGURE = "figure"  # a Decimal
    SHARE = "share"  # a fraction in the file, per cent for a person
    SECONDS = "seconds"
    YES_NO = "yes or no"
    CHOICE = "one of several"
    SEVERAL = "any of several"  # joined by ", "
    MOMENT = "a time, UTC"


class Takes(Enum):
    """When a change is in force; the value is what a person reads."""

    AT_ONCE = "at once"
    NEXT_START = "at the next start"


YES: Final = "yes"
NO: Final = "no"
UNSET: Final = "not set"
NONE_OF_THEM: Final = "none"
IN_WINDOW: Final = "in the window"
IN_FILE: Final = "in the file, found at this start"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of one profile.

    `path` is its place in the file, e.g. `limits.order_notional`. `usual` is what holds where nothing is
    written, as text; "" for not set. `choices` are values with their words. `fixed` says why this profile
    cannot change it, "" where it can.
    """

    path: str
    page: str
    title: str
    what: str
    kind: SettingKind
    usual: str = ""
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    takes: Takes = Takes.NEXT_START
    fixed: str = ""

    def words_of(self, value: str) -> str:
        """Say a value to a person, e.g. `25 %`, `toast, sound`, `not set`."""
        if not value:
            return NONE_OF_THEM if self.kind is SettingKind.SEVERAL else UNSET
        if self.choices:
            named = dict(self.choices)
            return ", ".join(named.get(each, each) for each in parts_of(value))
        return f"{value} {self.unit}" if self.unit else value

    def matches(self, sought: str) -> bool:
        """Tell whether each word of a search stands somewhere in it."""
        text = f"{self.page} {self.title} {self.what} {self.path}".casefold()
        return all(word in text for word in sought.casefold().split())


@dataclass(frozen=True, slots=True)
class SettingChange:
    """One difference, in words: old, new, what it does, when it is in force."""

    path: str
    title: str
    before: str
    after: str
    what: str
    takes: str


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """Why a value cannot stand; `path` is "" when it is about the whole file."""

    path: str
    words: str


@dataclass(frozen=True, slots=True)
class SettingDraft:
    """What applying would change, or why it cannot be applied. Values in `edits` are as typed, by path."""

    edits: tuple[tuple[str, str], ...]
    changes: tuple[SettingChange, ...]
    problems: tuple[SettingProblem, ...] = ()

    @property
    def may_apply(self) -> bool:
        return bool(self.changes) and not self.problems


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """Settings of a profile were changed; the journal keeps who did it, how and when.

    `who` is the name of the system's user; `how` says through the window, or that the file was edited.
    """

    profile: str
    changes: tuple[SettingChange, ...]
    who: str
    how: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class NoteSettings:
    """Command: write down that settings were changed. They are in the file already."""

    profile: str
    changes: tuple[SettingChange, ...]
    who: str
    how: str


@dataclass(frozen=True, slots=True)
class SettingsNoted:
    """Event: a change of settings is durable in the journal."""

    record: SettingsChanged


def parts_of(value: str) -> tuple[str, ...]:
    """Take a value of several apart."""
    return tuple(part.strip() for part in value.split(",") if part.strip())
