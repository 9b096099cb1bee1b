"""What a passport says of other venues' prices at the moment of a decision."""

from decimal import Decimal

from helpers.snapshot_kit import view_facts
from terminal.domain.snapshot_facts import VenueReference
from terminal.services.passport.elsewhere import elsewhere_line

HEARD = (
    VenueReference("hashkey", None, None, listed=False),
    VenueReference("woox", -3.24, 0.51, Decimal("100.5"), 1.0, listed=True),
    VenueReference("bitz", None, 42.04, Decimal(101), 2.0, listed=True),
)


def test_each_venue_is_told_with_its_age():
    line = elsewhere_line(view_facts(references=HEARD, dispersion_bp=3.24))
    assert line == (
        "Other venues: HashKey does not list the pair, WOO X -3.2 bp against ours, 0.5 s old, "
        "Bit-Z not compared, 42.0 s old. All venues within 3.2 bp."
    )


def test_nothing_is_said_where_nobody_was_compared():
    assert elsewhere_line(view_facts()) == ""
    assert elsewhere_line(view_facts(references=())) == ""
    assert "within" not in elsewhere_line(view_facts(references=HEARD[:1]))
