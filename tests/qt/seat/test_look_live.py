from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from helpers.desk_events import ticker
from helpers.whole_window import open_window, undress
from terminal.domain.instrument import perpetual
from terminal.ui.theme.look import LIVE, LOOK, Choice
from terminal.ui.theme.palettes import CONTRAST, LIGHT, THEMES
from terminal.ui.theme.tokens import DARK
from terminal.ui.widgets.seat.look_form import LookForm


@pytest.fixture
def window(qtbot, qapp, tmp_path):
    yield open_window(qtbot, tmp_path / "window.json")
    undress(qapp)


def ground(window, dock):
    """The colour a panel's empty left edge has on the screen."""
    place = window.docks[dock].mapTo(window, QPoint(3, window.docks[dock].height() // 2))
    return window.grab().toImage().pixelColor(place)


def test_a_theme_is_put_on_at_once_by_painters_too(window):
    made, *_ = window
    assert ground(made, "markets") == QColor(DARK.panel)
    for name, tokens in (("light", LIGHT), ("contrast", CONTRAST), ("dark", DARK)):
        made.look.choose(replace(LOOK.choice, theme=name))
        assert LIVE.panel == tokens.panel
        assert ground(made, "markets") == QColor(tokens.panel)  # drawn by paint_panel
        assert made.market_watch.table.cells.colour("rise") == QColor(tokens.rise)
        assert QApplication.palette().window().color() == QColor(tokens.window)
        assert made.grab().toImage().pixelColor(0, 400) == QColor(tokens.accent)  # the frame of the mode


def test_a_flash_can_be_switched_off(window):
    made, desk, _ = window
    for flash, tinted in ((False, False), (True, True)):
        made.look.choose(replace(LOOK.choice, flash=flash))
        desk.apply(ticker("BTC", "90757.9" if flash else "90756.8"))
        desk.flush()
        assert (made.market_watch.model.row(perpetual("BTC")).tint is not None) is tinted


def test_swapped_colours_move_prices_and_leave_alarms(window):
    made, *_ = window
    made.look.choose(replace(LOOK.choice, swapped=True))
    cells = made.market_watch.table.cells
    assert cells.colour("rise") == QColor(DARK.fall)
    assert cells.colour("down") == QColor(DARK.down)


def test_the_form_puts_on_keeps_and_takes_back(window, qtbot):
    made, desk, _ = window
    made.acts.choose_look()
    form = made.findChild(LookForm)
    form.themes.buttons["light"].click()
    form.switches["colour_blind"].click()
    form.sizes.buttons[14].click()
    assert LOOK.choice == Choice(theme="light", colour_blind=True, text_px=14)
    assert desk.preferences.section("look") == {"theme": "light", "colour_blind": True, "text_px": 14}
    form.built_in.click()
    assert LOOK.choice == Choice()
    assert form.themes.buttons["dark"].isChecked()
    assert not form.switches["colour_blind"].isChecked()
    made.acts.choose_look()
    assert len(made.findChildren(LookForm)) == 1
    form.accept()
    qtbot.waitUntil(lambda: made.findChild(LookForm) is None)


def test_a_window_opens_as_it_was_dressed(qtbot, qapp, tmp_path):
    file = tmp_path / "window.json"
    try:
        made, *_ = open_window(qtbot, file)
        made.look.choose(Choice(theme="light"))
        made.finish_close()
        undress(qapp)
        open_window(qtbot, file)
        assert LOOK.choice == Choice(theme="light")
    finally:
        undress(qapp)


def test_a_kept_look_that_cannot_be_used_is_said(qtbot, tmp_path):
    file = tmp_path / "window.json"
    file.write_text('{"version": 1, "sections": {"look": {"theme": "pink"}}}')
    _, desk, _ = open_window(qtbot, file)
    assert LOOK.choice == Choice()
    assert "colours and text size are not used" in desk.notices[-1].text


def test_there_are_three_themes():
    assert set(THEMES) == {"dark", "light", "contrast"}
