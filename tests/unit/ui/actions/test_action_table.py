import pytest

from terminal.ui.actions import rules
from terminal.ui.actions.keymap import KeyMap
from terminal.ui.actions.table import ACTIONS, BY_ID, Action, Effect, Where
from terminal.ui.viewmodels.preferences import Preferences

pytestmark = pytest.mark.usefixtures("qapp")  # which keys a text field uses depends on the platform
BUILT_IN = {action.action_id: action.keys for action in ACTIONS}


def test_ids_are_unique_and_words_say_something():
    assert len(BY_ID) == len(ACTIONS)
    assert all(action.words.strip() for action in ACTIONS)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.action_id)
def test_the_table_keeps_the_rules_it_holds_people_to(action):
    assert rules.why_not(action, action.keys, BUILT_IN) == ""
    assert action.keys == tuple(rules.normal(key) for key in action.keys)


def test_no_letter_alone_sends_an_order():
    assert [each for each in ACTIONS if each.effect is Effect.SENDS and any(map(rules.is_typed, each.keys))] == []


@pytest.mark.parametrize("key", ["B", "Shift+B", "7", "Space", "Return", "+", "Left", "Delete"])
def test_a_key_that_is_typed_can_never_be_given_to_what_sends_an_order(key):
    action = Action("ladder.buy", "buy at the ask", ("Ctrl+B",), Where.LADDER, Effect.SENDS)
    assert "may not send an order" in rules.why_not(action, (key,), {})
    assert rules.why_not(action, ("Ctrl+Alt+B",), {}) == rules.why_not(action, ("F8",), {}) == ""


def test_only_the_review_desks_answer_has_a_letter_of_its_own():
    """An answer is no order: the card was read, it rests first, and the sender checks everything again."""
    assert [each.action_id for each in ACTIONS if each.effect is Effect.ANSWERS] == ["review.approve"]


def test_safety_keys_work_where_people_type():
    safety = [action for action in ACTIONS if action.effect is Effect.STOPS]
    assert {action.where for action in safety} == {Where.ANYWHERE}
    assert len(safety) == 3
    assert all(action.keys and not any(map(rules.is_typed, action.keys)) for action in safety)
    assert not any(action.repeats for action in ACTIONS if action.effect is not Effect.SHOWS)


@pytest.fixture
def keymap():
    preferences = Preferences()
    made = KeyMap(preferences)
    made.kept = preferences
    return made


def test_a_new_key_is_used_and_only_the_difference_is_kept(keymap):
    told = []
    keymap.changed.connect(lambda: told.append(1))
    assert keymap.assign("palette", ("Ctrl+Shift+K",)) == ""
    assert keymap.keys_of("palette") == ("Ctrl+Shift+K",)
    assert keymap.is_own("palette")
    assert keymap.kept.all() == {"keys": {"palette": ["Ctrl+Shift+K"]}}
    assert keymap.reset("palette") == ""
    assert keymap.kept.all() == {}
    assert told == [1, 1]


def test_a_taken_key_is_refused_with_the_words_of_who_has_it(keymap):
    words = keymap.assign("palette", ("Ctrl+1",))
    assert words == "Ctrl+1 is taken (Main window): show BTC in every panel. Change that one first."
    assert keymap.keys_of("palette") == ("Ctrl+K",)


def test_a_key_may_be_had_twice_where_nobody_hears_both(keymap):
    assert keymap.keys_of("review.next") == keymap.keys_of("time.on") == ("J",)
    assert keymap.assign("table.edit", ("J",)) == ""  # the table has the keyboard, or it has not


@pytest.mark.parametrize(
    ("action_id", "key", "words"),
    [
        ("safety.flatten", "Ctrl+C", "text field uses"),
        ("safety.flatten", "F", "typed into fields"),
        ("safety.pause", "Ctrl+Shift+C", "is taken"),
        ("palette", "Esc", "closes things"),
        ("palette", "K", "typed into fields"),
        ("palette", "Ctrl+K, Ctrl+L", "no key that can be used"),
        ("palette", "nonsense key", "no key that can be used"),
        ("chart.newest", "Ctrl+Shift+F", "is taken"),
        ("review.next", "F1", "is taken"),
    ],
)
def test_refusals_say_why(keymap, action_id, key, words):
    assert words in keymap.assign(action_id, (key,))
    assert not keymap.is_own(action_id)


def test_what_stops_things_always_has_a_key_and_others_may_have_none(keymap):
    assert "must always have a key" in keymap.assign("safety.cancel_all", ())
    assert keymap.assign("window.full", ()) == ""
    assert keymap.shown("window.full") == ""


def test_a_built_in_key_that_was_given_away_comes_back_only_when_it_is_free(keymap):
    assert keymap.assign("window.full", ("F12",)) == ""
    assert keymap.assign("ticket", ("F11",)) == ""
    assert "F11 is taken" in keymap.reset("window.full")
    keymap.reset_all()
    assert keymap.keys_of("window.full") == ("F11",)
    assert keymap.keys_of("ticket") == ("F9",)


def test_kept_keys_that_do_not_fit_are_left_out_and_said():
    preferences = Preferences()
    said = []
    preferences.refused.connect(said.append)
    keymap = KeyMap(preferences)
    preferences.fill(
        {
            "keys": {
                "safety.flatten": ["X"],
                "no.such.action": ["F5"],
                "ticket": "F6",
                "window.full": ["F12"],
                "palette": ["F12"],
            }
        }
    )
    assert keymap.keys_of("safety.flatten") == ("Ctrl+Shift+F",)
    assert keymap.keys_of("ticket") == ("F9",)
    assert keymap.keys_of("window.full") == ("F12",)
    assert keymap.keys_of("palette") == ("Ctrl+K",)
    assert len(said) == 4
