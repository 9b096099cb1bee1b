"""What other venues asked for the pair when a decision was made, in one line of its passport."""

from terminal.domain.plain_words import joined
from terminal.domain.snapshot_facts import VenueReference, ViewFacts
from terminal.domain.venues import venue_title


def elsewhere_line(facts: ViewFacts) -> str:
    """Tell basis, spread and age of each venue, and how far apart all of them lay; "" where none was compared."""
    heard = [_venue(each) for each in facts.references if each.listed is not None or each.basis_bp is not None]
    if not heard:
        return ""
    apart = "" if facts.dispersion_bp is None else f"All venues within {facts.dispersion_bp:.1f} bp"
    return joined(f"other venues: {', '.join(heard)}", apart)


def _venue(each: VenueReference) -> str:
    title = venue_title(each.venue)
    if each.listed is False:
        return f"{title} does not list the pair"
    age = "" if each.reference_age_s is None else f", {each.reference_age_s:.1f} s old"
    if each.basis_bp is None:
        return f"{title} not compared{age}"
    return f"{title} {each.basis_bp:+.1f} bp against ours{age}"
