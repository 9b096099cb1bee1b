import pytest

from terminal.ui.palette.entries import Entry
from terminal.ui.palette.recent import KEPT, Recent, found
from terminal.ui.palette.search import score
from terminal.ui.viewmodels.preferences import Preferences


def entry(title, kind="Action"):
    return Entry(title, title, kind, lambda: None)


def best(query, titles, recent=()):
    return [each.title for each in found(query, [entry(title) for title in titles], recent)]


def test_nothing_typed_fits_everything_in_its_order():
    assert score("", "anything") == 0
    assert best("", ["b", "a", "c"]) == ["b", "a", "c"]


@pytest.mark.parametrize("query", ["xyz", "eth btc", "zz layout"])
def test_a_word_that_is_not_there_fits_nothing(query):
    assert best(query, ["ETH in every panel", "layout Trade"]) == []


def test_a_whole_word_goes_before_a_beginning_before_an_inside_before_letters():
    titles = ["whether", "e t h", "ethereal", "show eth here"]
    assert best("eth", titles) == ["show eth here", "ethereal", "whether"]
    assert best("eth", ["the", "e t h"]) == ["e t h"]


def test_words_may_come_in_any_order_and_case_does_not_matter():
    assert best("PANEL eth", ["ETH in every panel", "BTC in every panel"]) == ["ETH in every panel"]


def test_first_letters_find_what_they_begin():
    assert best("lt", ["Layout Trade", "salt"]) == ["salt"]
    assert best("lyt", ["Layout Trade", "Flatten yesterday"])[0] == "Layout Trade"


def test_what_was_chosen_lately_goes_first():
    titles = ["alpha", "alps", "altar"]
    assert best("", titles, recent=("altar", "alps")) == ["altar", "alps", "alpha"]
    assert best("al", titles, recent=("altar",))[0] == "altar"
    assert best("alps", titles, recent=("altar",)) == ["alps"]  # being recent finds nothing that does not fit


def test_the_kind_can_be_typed_too():
    entries = [entry("BTC long 0.1", "Position"), entry("BTC in every panel", "Pair")]
    assert [each.kind for each in found("pos btc", entries, ())] == ["Position"]


def test_recent_ones_are_kept_newest_first_without_repeats_and_not_for_ever():
    preferences = Preferences()
    recent = Recent(preferences)
    for at in range(KEPT + 3):
        recent.note(f"k{at}")
    recent.note("k9")
    assert recent.keys[:2] == ("k9", f"k{KEPT + 2}")
    assert len(recent.keys) == KEPT == len(set(recent.keys))
    preferences.fill({"palette": {"recent": "nonsense"}})
    assert recent.keys == ()
