"""What other venues ask for a pair, in the two figures the market watch has room for."""

from dataclasses import dataclass
from typing import Final

from terminal.domain.instrument import InstrumentId
from terminal.domain.references import FRESH_S
from terminal.domain.venues import venue_title
from terminal.ui import formatting as f
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.rows import MISSING

BASIS_TITLE: Final = "Venues"  # in basis points
AGE_TITLE: Final = "Venues age"
TITLES: Final = frozenset({BASIS_TITLE, AGE_TITLE})
"""Columns nobody needs while no other venue is compared."""
_NOBODY: Final = "No other venue's prices are compared."


@dataclass(frozen=True, slots=True)
class VenueBasis:
    """One venue's middle against ours, basis points of ours; None where it is not compared now."""

    title: str
    listed: bool
    basis_bp: float | None
    age_s: int | None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """One pair at all other venues."""

    venues: tuple[VenueBasis, ...]

    @property
    def widest_bp(self) -> float | None:
        """The basis that lies farthest from ours, with its sign; None while no venue is compared."""
        known = [each.basis_bp for each in self.venues if each.basis_bp is not None]
        return max(known, key=abs) if known else None

    @property
    def oldest_s(self) -> int | None:
        """Age of the oldest price; None before the first."""
        return max((each.age_s for each in self.venues if each.age_s is not None), default=None)


def elsewhere_of(desk: Desk, instrument_id: InstrumentId) -> Elsewhere | None:
    """Read one pair as old as it is now; None while nothing is compared."""
    compared = desk.venues.row_of(instrument_id)
    if compared is None:
        return None
    found = []
    for price in compared.prices:
        age_s = desk.venues.age_s(price)
        whole_s = None if age_s is None else int(age_s)
        listed = price.listed is not False
        found.append(VenueBasis(venue_title(price.venue), listed, desk.venues.basis_bp(price), whole_s))
    return Elsewhere(tuple(found))


def widest_text(now: Elsewhere | None) -> str:
    widest = None if now is None else now.widest_bp
    return f.DASH if widest is None else f.bp_text(widest, signed=True)


def widest_sort(now: Elsewhere | None) -> float:
    widest = None if now is None else now.widest_bp
    return MISSING if widest is None else widest


def oldest_sort(now: Elsewhere | None) -> float:
    oldest = None if now is None else now.oldest_s
    return MISSING if oldest is None else oldest


def oldest_text(now: Elsewhere | None) -> str:
    return f.age(None if now is None else now.oldest_s)


def age_tone(now: Elsewhere | None) -> str:
    oldest = None if now is None else now.oldest_s
    return "amber" if oldest is not None and oldest > FRESH_S else "muted"


def elsewhere_tip(now: Elsewhere | None) -> str:
    """Say of each venue how far it lies from ours, and how old its price is."""
    if now is None:
        return _NOBODY
    return "\n".join(("Middle of other venues against ours; the widest is shown.", *map(_line, now.venues)))


def _line(venue: VenueBasis) -> str:
    if not venue.listed:
        return f"{venue.title}: not listed here"
    if venue.age_s is None:
        return f"{venue.title}: no price yet"
    basis = "not compared" if venue.basis_bp is None else f"{f.bp_text(venue.basis_bp, signed=True)} bp"
    return f"{venue.title}: {basis}, {f.age(venue.age_s)} old"
