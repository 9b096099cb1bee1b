"""The competition's rules for one session: the book that comes with the program, and this round's settings."""

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from terminal.app.resources import resource_path
from terminal.domain.errors import TerminalError
from terminal.domain.rules import Seat
from terminal.domain.season import Season
from terminal.storage.paths import DEMO
from terminal.storage.profiles import Mode, Profile, profile_file

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
    if session.is_demo and link is not None:
        urls = (link.rest_url, link.public_stream_url, link.private_stream_url)
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
    """Writes the season a person sets into the profile's file; it is in force from the next start on."""

    def __init__(self, profile: Profile) -> None:
        self._name = profile.name

    def save(self, season: Season) -> str:
        """Write it down; gives "" once it is, else why it could not be, in words."""
        from terminal.storage.profile_file import read_profile, write_profile

        path = profile_file(self._name)
        try:
            profile = read_profile(self._name, path)  # as it is now: another setting may have changed since the start
            changed = replace(
                profile,
                season_start_ms=season.start_ms,
                season_end_ms=season.end_ms,
                start_equity=season.start_equity,
                min_trades=season.min_trades,
                pairs=season.pairs,
            )
            write_profile(changed, path)
        except TerminalError as error:
            return str(error)
        return ""
