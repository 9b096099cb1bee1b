"""The competition's rules for one session: the book that comes with the program, and this round's settings."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from terminal.app.resources import resource_path
from terminal.domain.errors import TerminalError
from terminal.domain.instrument import base_of
from terminal.domain.rules import Seat
from terminal.domain.season import Season
from terminal.domain.setting import SettingChange, SettingKind
from terminal.storage.paths import DEMO
from terminal.storage.profiles import Mode, Profile

if TYPE_CHECKING:
    from terminal.app.session import Session
    from terminal.services.rules.desk import RulesInForce


def rules_in_force(session: "Session") -> "RulesInForce":
    """Read the rules for the engine of this session.

    Raises:
        ConfigError: the file that comes with the program is missing or damaged.
    """
    from terminal.services.rules.desk import RulesInForce
    from terminal.storage.rule_file import FILE_NAME, read_rules

    season = session.profile.season
    book = read_rules(resource_path(FILE_NAME), session.profile.limits, season)
    return RulesInForce(book, season, _seat(session))


def _seat(session: "Session") -> Seat:
    link = session.link
    urls: tuple[str, ...]
    if session.is_demo and link is not None:
        urls = (link.rest_url, link.public_stream_url, link.private_stream_url)
    elif session.profile.mode is Mode.REPLAY:
        urls = ()  # a recorded day asks nobody
    else:
        urls = (session.endpoints or session.profile.endpoints).urls
    hosts = dict.fromkeys(urlsplit(url).hostname or "" for url in urls)
    return Seat(tuple(hosts), _key_place(session))


def _key_place(session: "Session") -> str:
    if not session.profile.mode.has_key:
        return ""
    from terminal.storage.account import account_record

    record = account_record(session.paths)
    return "" if record is None else record.where


def why_season_is_fixed(profile: Profile) -> str:
    """Say why this profile has no season to set; "" for one that has."""
    if profile.mode is Mode.COMPETITION:
        return ""
    if profile.name == DEMO:
        return "The built-in demo is no round of the competition: it has no dates and plays for nothing."
    return f"Only a competition profile has a season; {profile.name} is in mode {profile.mode.value}."


class SeasonKeeper:
    """Puts the season a person sets into the profile's file; it is in force from the next start on."""

    def __init__(
        self, profile: Profile, note: Callable[[tuple[SettingChange, ...]], None] = lambda _changes: None
    ) -> None:
        """`note` has a change written down."""
        self._profile = profile
        self._note = note

    def save(self, season: Season) -> str:
        """Write it down; gives "" once it is, else why it could not be, in words."""
        from terminal.storage.settings.book import SettingsBook
        from terminal.storage.settings.texts import text_of

        equity = season.start_equity
        edits = {
            "season_start": text_of(SettingKind.MOMENT, _moment(season.start_ms)),
            "season_end": text_of(SettingKind.MOMENT, _moment(season.end_ms)),
            "start_equity": text_of(SettingKind.FIGURE, equity),
            "min_trades": str(season.min_trades),
            "pairs": ", ".join(map(base_of, season.pairs)),
        }
        book = SettingsBook(self._profile)
        try:
            written = book.read()  # as it is now: another setting may have changed since the start
            draft = book.draft(written, edits)
            if draft.changes or draft.problems:
                book.apply(written, draft, copy_stamp())
                self._note(draft.changes)
        except TerminalError as error:
            return str(error)
        return ""


def copy_stamp() -> str:
    """Name the copy of a settings file that is about to be changed."""
    return datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")


def _moment(at_ms: int | None) -> datetime | None:
    return None if at_ms is None else datetime.fromtimestamp(at_ms / 1_000, UTC)
