"""No mode of the review desk can be mistaken for the usual one."""

import pytest

from terminal.domain.approval import DeskMode
from terminal.domain.review_messages import DeskModeChanged
from terminal.ui.viewmodels.mode_words import MODE_LOOK, SHORT_WORD, banner_words, since_words, window_title


def test_every_mode_is_described_and_typed_by_its_own_word():
    assert set(MODE_LOOK) == set(SHORT_WORD) == set(DeskMode)
    assert {look.word for look in MODE_LOOK.values()} == {mode.value for mode in DeskMode}


@pytest.mark.parametrize("mode", [mode for mode in DeskMode if mode is not DeskMode.SEMI_AUTO])
def test_every_unusual_mode_is_loud(mode):
    assert window_title("DEMO", mode).startswith(SHORT_WORD[mode])
    assert banner_words(mode).startswith(SHORT_WORD[mode])
    assert MODE_LOOK[mode].button


def test_the_usual_mode_is_quiet():
    assert window_title("DEMO", DeskMode.SEMI_AUTO) == "DEMO"
    assert banner_words(DeskMode.SEMI_AUTO) == ""
    assert MODE_LOOK[DeskMode.SEMI_AUTO].button == ""


def test_who_and_why_are_said():
    assert since_words(None) == ""
    by_hand = since_words(DeskModeChanged(DeskMode.AUTO, "Mara", "typed by Mara", 1_763_978_467_000))
    assert "typed" not in by_hand  # who is said already
    assert by_hand.startswith("Set by Mara at ")
    assert by_hand.endswith(".")
    by_code = since_words(DeskModeChanged(DeskMode.SEMI_AUTO, "", "a restart never resumes automatic.", 1))
    assert by_code.startswith("Set by the program at ")
    assert by_code.endswith("a restart never resumes automatic.")
    assert ".." not in by_code


def test_what_was_not_earned_is_called_unproven_all_the_time():
    assert "UNPROVEN" in banner_words(DeskMode.AUTO, "0 of 150 decisions")
    assert "UNPROVEN" not in banner_words(DeskMode.AUTO)
