"""Every kind of fault has its turn: whoever reads the storm's figures finds none that never came."""

import pytest

from helpers.storm_figures import figures_of, never_injected, storm_line
from simulation.mandate import WITHIN, due_in, kinds_of
from simulation.place import fault_name
from simulation.place_bitz import BitzPlace
from simulation.place_hashkey import HashKeyPlace
from simulation.place_weex import WeexPlace
from simulation.place_woox import WooxPlace, WooxSpotPlace
from simulation.storm import run_storm

PLACES = (WeexPlace, HashKeyPlace, WooxPlace, WooxSpotPlace, BitzPlace)
EVERYWHERE = pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)


@EVERYWHERE
def test_any_hundred_seeds_in_a_row_arm_every_kind(place) -> None:
    for first in (0, 1, 57, 12_345):
        armed = {due_in(seed, place) for seed in range(first, first + WITHIN)}
        assert armed == set(kinds_of(place))


@EVERYWHERE
def test_what_only_a_venue_does_has_its_turn(place) -> None:
    own = {*place.own_kinds, *(fault_name(fault) for fault in place.misbehaviour)}
    assert own <= set(kinds_of(place))


@pytest.mark.parametrize("kind", ["tls", "null_id", "418", "-1001_after"])
def test_the_kind_of_a_seed_comes_and_comes_again_in_the_same_way(kind) -> None:
    """Light kinds, the ones that chance left out."""
    seed = kinds_of(HashKeyPlace).index(kind)
    outcome = run_storm(seed, place=HashKeyPlace)
    assert outcome.faults[kind] >= 1
    assert run_storm(seed, place=HashKeyPlace) == outcome


def test_the_figures_name_a_kind_that_never_came() -> None:
    outcomes = [run_storm(1)]
    figures = figures_of(outcomes, ("hail",))
    assert "hail" in never_injected(figures)
    assert "hail 0" in storm_line([figures])
    kind, count = outcomes[0].faults.most_common(1)[0]
    assert f"{kind} {2 * count}" in storm_line([figures, figures])
