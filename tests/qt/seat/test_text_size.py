import pytest
from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF

from helpers.whole_window import LARGE, SMALL, open_window, undress
from terminal.ui.theme.apply import apply_theme
from terminal.ui.theme.fonts import mono_font, ui_font
from terminal.ui.theme.look import LOOK, Choice, scaled
from terminal.ui.widgets.seat.look_form import LookForm


@pytest.mark.parametrize(("size", "text_px"), [(LARGE, 16), (SMALL, 11)])
def test_another_text_size_keeps_the_window_whole(qtbot, qapp, tmp_path, size, text_px):
    made, *_ = open_window(qtbot, tmp_path / "window.json", size)
    try:
        made.look.choose(Choice(text_px=text_px))
        qtbot.wait(60)  # the layout follows in rounds
        assert (made.width(), made.height()) == size
        assert QFontInfo(made.top_bar.cancel_all.font()).pixelSize() == text_px
        assert made.market_watch.table.cells.metrics.height() >= text_px
        for widget in (made.top_bar.cancel_all, made.top_bar.flatten, *made.top_bar.state.buttons.values()):
            assert widget.visibleRegion().boundingRect() == widget.rect()
            assert widget.width() >= widget.minimumSizeHint().width()
        rows = made.market_watch.table
        assert rows.rowHeight(0) >= rows.cells.metrics.height()
    finally:
        undress(qapp)


def test_text_is_as_large_as_fits_and_the_wish_is_kept(qtbot, qapp, tmp_path):
    made, desk, _ = open_window(qtbot, tmp_path / "window.json", SMALL)
    try:
        made.look.choose(Choice(theme="light", text_px=16))
        assert LOOK.choice == Choice(theme="light", text_px=12)
        assert desk.preferences.section("look")["text_px"] == 16
        made.acts.choose_look()
        form = made.findChild(LookForm)
        assert [size for size, button in form.sizes.buttons.items() if button.isEnabled()] == [11, 12]
        form.themes.buttons["contrast"].click()
        assert desk.preferences.section("look") == {"theme": "contrast", "text_px": 16}
    finally:
        undress(qapp)


def test_digits_are_as_wide_as_each_other_at_every_size(qapp):
    for font in (ui_font(), ui_font(strong=True), mono_font()):
        assert font.featureValue(QFont.Tag("tnum")) == 1
        widths = {round(QFontMetricsF(font).horizontalAdvance(digit * 10), 2) for digit in "0123456789"}
        assert len(widths) == 1


def test_scaled_follows_the_text(qapp):
    try:
        apply_theme(qapp, Choice(text_px=16))
        assert scaled(30) == 40
        assert ui_font(11).pixelSize() == 15
    finally:
        undress(qapp)
