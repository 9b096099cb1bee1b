"""What a profile file may say of venues: checked against the mode before anything connects."""

from collections.abc import Sequence

from terminal.domain.venues import COMPETITION_VENUE, PRODUCTS, SIMULATED_ONLY, SITES, venue_title
from terminal.storage.profiles import Mode


def check_venue(mode: Mode, venue: str, site: str, product: str, references: Sequence[str]) -> None:
    """Refuse what cannot be, or may not be in this mode.

    Raises:
        ValueError: the text names the setting and what it may be.
    """
    title = venue_title(venue)
    if mode is Mode.COMPETITION and venue != COMPETITION_VENUE:
        raise ValueError(
            f"venue is {venue}: under the competition only {venue_title(COMPETITION_VENUE)} may receive an order. "
            f"Use mode live for {title}, or name it in references to compare its prices"
        )
    _check_simulated(mode, "venue", (venue,))
    _check_simulated(mode, "references", references)
    for name, value, known in (("site", site, SITES[venue]), ("product", product, PRODUCTS[venue])):
        if value and value not in known:
            raise ValueError(f"{name} is {value!r}; for {title} it may be {', '.join(known)}")
    if venue in references:
        raise ValueError(f"references names {venue}, where orders go already; name other venues")
    if len(set(references)) != len(references):
        raise ValueError("references names a venue twice")


def _check_simulated(mode: Mode, setting: str, venues: Sequence[str]) -> None:
    gone = [venue_title(each) for each in venues if each in SIMULATED_ONLY]
    if gone and mode is not Mode.DEMO:
        raise ValueError(
            f"{setting} names {', '.join(gone)}, which closed in 2021: only mode demo has it, "
            "as a built-in exchange on this machine"
        )
