"""One profile's settings: read, tried out, and changed in the file; what was there before is kept beside it."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from terminal.domain.errors import ConfigError
from terminal.domain.setting import UNSET, Setting, SettingChange, SettingDraft, SettingProblem, Takes
from terminal.storage.paths import DEMO
from terminal.storage.private_file import write_private
from terminal.storage.profile_file import faults_in, read_tables
from terminal.storage.profiles import Mode, Profile, settings_file
from terminal.storage.settings.catalogue import settings_of
from terminal.storage.settings.problems import Found
from terminal.storage.settings.texts import NotAValue, in_words, same, text_of, value_of
from terminal.storage.settings.toml_text import changed, toml_value, with_values, written_at
from terminal.storage.settings.versions import NEWEST, migrated

COPIES: Final = 10
_OTHER: Final = "Set in a form of its own, or by hand."
_DEMO_TABLES: Final = {"mode": Mode.DEMO.value}


@dataclass(frozen=True, slots=True)
class Written:
    """A profile's file as it is now: its text, and its tables in the newest version."""

    text: str
    tables: dict[str, Any]


class SettingsBook:
    """Reads and changes one profile's file. Blocking; call it where that does no harm."""

    def __init__(self, profile: Profile, environ: Mapping[str, str] = os.environ) -> None:
        self.path: Path = settings_file(profile.name, environ)
        self._is_demo = profile.name == DEMO
        self.settings: tuple[Setting, ...] = settings_of(profile)
        self._by_path = {each.path: each for each in self.settings}

    @property
    def has_file(self) -> bool:
        """True where settings can be kept; a recorded day that is played again has none."""
        return self._is_demo or self.path.is_file()

    def read(self) -> Written:
        """Give what the file says; the built-in demo may have none yet.

        Raises:
            ConfigError: it cannot be read.
        """
        if self._is_demo and not self.path.is_file():
            return Written("", dict(_DEMO_TABLES))
        if not self.has_file:
            raise ConfigError(f"There is no settings file {self.path.name}, so nothing can be changed here.")
        return Written(*read_tables(self.path))

    def values(self, written: Written) -> dict[str, str]:
        """Give every setting's value as a person types it, by path."""
        return {each.path: _value(each, written.tables) for each in self.settings}

    def draft(self, written: Written, edits: Mapping[str, str]) -> SettingDraft:
        """Say what these edits would change, and what of them cannot be. Nothing is written."""
        values, problems = self._typed(written, edits)
        changes = tuple(self._change(each, written, edits[each]) for each in values)
        if not problems:
            problems = [self._problem(found) for found in faults_in(changed(written.tables, values))]
        return SettingDraft(tuple(edits.items()), changes, tuple(problems))

    def apply(self, written: Written, draft: SettingDraft, stamp: str) -> Written:
        """Put the draft into the file; `stamp` names the copy of the old one, e.g. `20260209-101500`.

        Raises:
            ConfigError: the draft has a problem, or the file is not what the draft was made from.
            StorageError: the folder cannot be written; the old file stands.
        """
        if draft.problems:
            raise ConfigError(f"Nothing was changed: {draft.problems[0].words}.")
        now = self.read()
        if now.text != written.text:
            raise ConfigError(
                f"Nothing was changed: {self.path.name} was edited meanwhile. Press Discard to see what it says now."
            )
        values, _ = self._typed(now, dict(draft.edits))
        text = self._text(now, values)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if now.text:
            self._keep_copy(now.text, stamp)
        write_private(self.path, text.encode())
        return self.read()

    def differences(self, before: dict[str, Any], now: dict[str, Any]) -> tuple[SettingChange, ...]:
        """Say what differs between two states of the file's tables, also where another form sets it."""
        found = []
        for each in self.settings:
            old, new = _value(each, before), _value(each, now)
            if not same(each, old, new):
                found.append(_told(each, old, new))
        others = _news(before, now)
        found += [_told_plainly(path, *both) for path, both in others.items() if path not in self._by_path]
        return tuple(found)

    # -- inside --------------------------------------------------------------------

    def _typed(self, written: Written, edits: Mapping[str, str]) -> tuple[dict[str, Any], list[SettingProblem]]:
        """Give the values of what really changes, and what cannot be read."""
        values: dict[str, Any] = {}
        problems: list[SettingProblem] = []
        for path, text in edits.items():
            setting = self._by_path[path]
            if same(setting, text, _value(setting, written.tables)):
                continue
            if setting.fixed:
                problems.append(SettingProblem(path, f"{setting.title} cannot be changed here: {setting.fixed}"))
                continue
            try:
                values[path] = value_of(setting, text)
            except NotAValue as error:
                problems.append(SettingProblem(path, f"{setting.title} {error}"))
        return values, problems

    def _change(self, path: str, written: Written, text: str) -> SettingChange:
        setting = self._by_path[path]
        return _told(setting, _value(setting, written.tables), text.strip() or setting.usual)

    def _problem(self, found: Found) -> SettingProblem:
        setting = self._by_path.get(found.path)
        if setting is None:
            return SettingProblem("", found.words_with_path)
        return SettingProblem(setting.path, in_words(setting, found).named(setting.title))

    def _text(self, now: Written, values: Mapping[str, Any]) -> str:
        wanted = changed(now.tables, values)
        raw = tomllib.loads(now.text)
        if raw.get("version", 1) == NEWEST:
            text = with_values(now.text, raw, values)
        else:
            # An older version: the newest spelling of everything goes in, line by line where it can.
            news = {path: new for path, (_, new) in _news(raw, now.tables).items()}
            text = with_values(now.text, raw, {**news, **values, "version": NEWEST})
        if migrated(self.path, tomllib.loads(text)) != wanted:
            raise ConfigError(f"{self.path} could not be changed: it would not read back the same. Edit it by hand.")
        return text

    def _keep_copy(self, text: str, stamp: str) -> None:
        write_private(self.path.with_name(f"{self.path.name}.{stamp}.bak"), text.encode())
        copies = sorted(self.path.parent.glob(f"{self.path.name}.*.bak"))
        for old in copies[:-COPIES]:
            old.unlink(missing_ok=True)


def _value(setting: Setting, tables: Mapping[str, Any]) -> str:
    found = written_at(tables, setting.path)
    return setting.usual if found is None else text_of(setting.kind, found)


def _told(setting: Setting, before: str, after: str) -> SettingChange:
    return SettingChange(
        setting.path,
        setting.title,
        setting.words_of(before),
        setting.words_of(after),
        setting.what,
        setting.takes.value,
    )


def _told_plainly(path: str, before: Any, after: Any) -> SettingChange:
    """Of what has no line in the catalogue: who decides, language models, rules of single strategies."""
    words = [UNSET if value is None else toml_value(value) for value in (before, after)]
    return SettingChange(path, path, words[0], words[1], _OTHER, Takes.NEXT_START.value)


def _news(
    before: Mapping[str, Any], after: Mapping[str, Any], within: tuple[str, ...] = ()
) -> dict[str, tuple[Any, Any]]:
    """Give old and new, by path, of what differs; None for nothing."""
    news: dict[str, tuple[Any, Any]] = {}
    for name in sorted({*before, *after} - {"version"}):
        old, new = before.get(name), after.get(name)
        if isinstance(old, Mapping) or isinstance(new, Mapping):
            tables = [value if isinstance(value, Mapping) else {} for value in (old, new)]
            news |= _news(tables[0], tables[1], (*within, name))
        elif old != new:
            news[".".join((*within, name))] = (old, new)
    return news
