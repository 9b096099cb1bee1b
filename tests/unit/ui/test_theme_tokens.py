import pytest

from terminal.ui.theme.qss import style_sheet
from terminal.ui.theme.tokens import DARK, contrast, text_pairs


def test_contrast_of_black_and_white_is_21():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)


@pytest.mark.parametrize("name", sorted(text_pairs(DARK)))
def test_text_on_its_ground_can_be_read(name):
    assert contrast(*text_pairs(DARK)[name]) >= 4.5


def test_faint_is_kept_away_from_text():
    assert contrast(DARK.faint, DARK.panel) < 4.5  # why it is only for dots, grid and disabled controls
    assert DARK.faint not in {first for first, _ in text_pairs(DARK).values()}


def test_style_sheet_uses_only_colours_of_the_palette():
    import re

    known = {getattr(DARK, name) for name in DARK.__slots__}
    assert set(re.findall(r"#[0-9A-Fa-f]{6}", style_sheet(DARK))) <= known
