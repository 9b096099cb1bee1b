from terminal.ui.viewmodels.preferences import Preferences


def heard(preferences):
    told = []
    preferences.changed.connect(told.append)
    return told


def test_a_section_is_given_and_taken_as_a_copy():
    preferences = Preferences()
    mine = {"theme": "light"}
    preferences.put("look", mine)
    mine["theme"] = "pink"
    preferences.section("look")["theme"] = "blue"
    assert preferences.section("look") == {"theme": "light"}
    assert preferences.section("nobody's") == {}


def test_only_what_changed_is_told():
    preferences = Preferences()
    told = heard(preferences)
    preferences.put("look", {"theme": "light"})
    preferences.put("look", {"theme": "light"})
    preferences.put("keys", {})
    assert told == ["look"]
    preferences.put("look", {})
    assert told == ["look", "look"]
    assert preferences.all() == {}


def test_what_was_kept_replaces_everything():
    preferences = Preferences()
    preferences.put("look", {"theme": "light"})
    preferences.put("keys", {"palette": ["F3"]})
    told = heard(preferences)
    preferences.fill({"keys": {"palette": ["F3"]}, "columns": {"markets": {}}})
    assert sorted(told) == ["columns", "look"]
    assert preferences.section("look") == {}
