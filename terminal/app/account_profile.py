"""What a profile becomes when an account is entered: the same for the form, the guide and the command line."""

from dataclasses import replace
from pathlib import Path

from terminal.domain.errors import ConfigError
from terminal.domain.venues import venue_title
from terminal.storage.profile_file import read_connection
from terminal.storage.profile_venue import check_venue
from terminal.storage.profiles import Mode, Profile, VenueConnection
from terminal.storage.proxy import checked_proxy
from terminal.ui.viewmodels.account_form import AccountEntry
from terminal.ui.viewmodels.account_place import KEEPS, AccountPlace, products_of, sites_of


def place_of(profile: Profile) -> AccountPlace:
    link = profile.connection
    file = "" if link is None or link.file is None else str(link.file)
    return AccountPlace(profile.venue, profile.product, profile.site, file)


def entry_of(profile: Profile) -> AccountEntry:
    """Give what a form begins with on a profile that is there."""
    mode, place = profile.mode.value, place_of(profile)
    return AccountEntry(mode, profile.api_version, profile.reviewer, profile.proxy or "").at(place)


def profile_of(name: str, known: Profile | None, entry: AccountEntry) -> Profile:
    """Put an entry over what the profile's file says: limits and season stay.

    Raises:
        ConfigError: it cannot be, or it would make another account of one that is there.
    """
    mode, place = Mode(entry.mode), entry.place
    if known is not None:
        refuse_another(known, mode, place)
    if known is not None and known.mode is mode:
        base = known
    else:
        new = Profile(name, mode, place.venue)
        base = new if known is None else replace(new, limits=known.limits)
    profile = replace(
        base,
        product=_written(place.product, products_of(place.venue)),
        site=_written(place.site, sites_of(place.venue, entry.mode)),
        connection=_link(place) if mode is Mode.DEMO else None,
        reviewer=entry.reviewer,
        api_version=entry.api_version,
        proxy=None if mode is Mode.DEMO else checked_proxy(entry.proxy),
    )
    try:
        check_venue(profile.mode, profile.venue, profile.site, profile.product, profile.references)
    except ValueError as error:
        raise ConfigError(f"{error}.") from error
    return profile


def refuse_another(known: Profile, mode: Mode, wanted: AccountPlace) -> None:
    """An account keeps its place: what happened at one venue never happened at another.

    Raises:
        ConfigError: another place, or play money in place of an account's own.
    """
    own = place_of(known)
    if not own.is_same(replace(wanted, site=wanted.site if mode is not Mode.DEMO else own.site)):
        raise ConfigError(
            f"Profile {known.name} is an account at {own.title}. {KEEPS} Give the one at {wanted.title} another name."
        )
    if (known.mode is Mode.DEMO) is not (mode is Mode.DEMO):
        is_play = "plays on an exchange of this machine" if known.mode is Mode.DEMO else f"is for {known.mode.value}"
        raise ConfigError(
            f"Profile {known.name} {is_play}: play money and an account are never one profile. Give this another name."
        )


def _written(chosen: str, offered: tuple[str, ...]) -> str:
    """Give what stands in the file: the choice where there is one, so that nobody has to know which comes first."""
    return (chosen or offered[0]) if offered else chosen


def _link(place: AccountPlace) -> VenueConnection:
    """Read the line of the exchange on this machine.

    Raises:
        ConfigError: it does not read, is of another venue, or points beyond this machine.
    """
    link = read_connection(Path(place.connection).expanduser().absolute())
    if link.venue != place.venue:
        own, asked = venue_title(link.venue), venue_title(place.venue)
        raise ConfigError(
            f"{place.connection} is the file of {own}'s exchange, not of {asked}'s. Choose {own}, or the other file."
        )
    return link
