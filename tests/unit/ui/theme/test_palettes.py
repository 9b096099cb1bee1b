import re
from dataclasses import fields

import pytest

from terminal.ui.theme.look import TEXT_SIZES, Choice
from terminal.ui.theme.palettes import THEME_WORDS, THEMES, tokens_of
from terminal.ui.theme.qss import style_sheet
from terminal.ui.theme.tokens import DARK, Tokens, contrast, text_pairs

PALETTES = {
    f"{theme}{' colour-blind' if blind else ''}{' swapped' if swapped else ''}": tokens_of(
        theme, colour_blind=blind, swapped=swapped
    )
    for theme in THEMES
    for blind in (False, True)
    for swapped in (False, True)
}


@pytest.mark.parametrize("name", PALETTES)
def test_every_text_can_be_read_on_every_ground_of_every_palette(name):
    unread = {pair: contrast(*colours) for pair, colours in text_pairs(PALETTES[name]).items()}
    assert {pair: ratio for pair, ratio in unread.items() if ratio < 4.5} == {}


def test_the_high_contrast_theme_is_worth_its_name():
    assert min(contrast(*colours) for colours in text_pairs(THEMES["contrast"]).values()) >= 7


@pytest.mark.parametrize("name", PALETTES)
def test_every_role_of_a_palette_is_a_colour_and_the_sheet_uses_no_other(name):
    tokens = PALETTES[name]
    known = {getattr(tokens, field.name) for field in fields(Tokens)}
    assert all(re.fullmatch(r"#[0-9A-F]{6}", colour) for colour in known)
    assert set(re.findall(r"#[0-9A-Fa-f]{6}", style_sheet(tokens))) <= known


def test_the_text_pairs_cover_every_role_that_carries_words():
    paired = {colour for pair in text_pairs(DARK).values() for colour in pair}
    silent = {"line", "faint"}  # borders, dots, disabled controls: never words
    assert {getattr(DARK, field.name) for field in fields(Tokens) if field.name not in silent} <= paired


def test_swapping_moves_the_market_and_leaves_alarms_alone():
    plain, swapped = tokens_of("dark"), tokens_of("dark", swapped=True)
    assert (swapped.rise, swapped.fall) == (plain.fall, plain.rise)
    assert (swapped.rise_ground, swapped.fall_ground) == (plain.fall_ground, plain.rise_ground)
    assert (swapped.up, swapped.down) == (plain.up, plain.down)


def test_the_colour_blind_set_has_no_green_and_no_red():
    tokens = tokens_of("dark", colour_blind=True)
    assert (tokens.up, tokens.down) == ("#4C9BE8", "#E8894C")
    assert (tokens.rise, tokens.fall) == (tokens.up, tokens.down)


def test_each_theme_has_words():
    assert set(THEME_WORDS) == set(THEMES)


def test_a_choice_is_kept_as_what_differs_and_read_back():
    choice = Choice(theme="light", swapped=True, text_px=14)
    assert choice.as_section() == {"theme": "light", "swapped": True, "text_px": 14}
    assert Choice.from_section(choice.as_section()) == choice
    assert Choice.from_section({}) == Choice()
    assert Choice().as_section() == {}


@pytest.mark.parametrize(
    "section",
    [{"theme": "pink"}, {"theme": 1}, {"text_px": 99}, {"text_px": "12"}, {"flash": 1}, {"wallpaper": "cat"}],
)
def test_a_choice_this_version_does_not_offer_is_refused(section):
    with pytest.raises(ValueError, match=r"theme|look|size"):
        Choice.from_section(section)


def test_the_built_in_size_is_one_of_those_offered():
    assert Choice().text_px in TEXT_SIZES
