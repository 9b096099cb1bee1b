"""No mode can be mistaken for another: word, colour, title and buttons."""

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from terminal.app.window_parts import venue_mode
from terminal.storage.profiles import Mode, Profile
from terminal.ui.main_window import MainWindow
from terminal.ui.theme.tokens import DARK
from terminal.ui.viewmodels.desk import Desk

KEYED = (Mode.LIVE, Mode.COMPETITION)
ROLES = {Mode.DEMO: "accent", Mode.PAPER: "muted", Mode.LIVE: "up", Mode.COMPETITION: "ai", Mode.REPLAY: "amber"}


def look(mode, **changes):
    return venue_mode(Profile("team", mode, "weex", **changes))


def test_every_mode_has_its_own_word_and_colour():
    looks = [look(mode) for mode in Mode if mode is not Mode.DEMO]
    assert {mode.role for mode in looks} == {role for mode, role in ROLES.items() if mode is not Mode.DEMO}
    colours = {getattr(DARK, role) for role in ROLES.values()}
    assert len(colours) == 5
    assert len({mode.word for mode in looks} | {"DEMO"}) == 5


@pytest.mark.parametrize("mode", [Mode.PAPER, Mode.REPLAY, *KEYED])
def test_only_a_keyed_mode_is_real(mode):
    shown = look(mode)
    assert shown.simulated is (mode not in KEYED)
    assert ("real" in shown.subtitle) is (mode in KEYED)
    assert shown.title.startswith(mode.value.upper())
    assert "team" in shown.title


def test_a_proxy_is_shown():
    shown = look(Mode.LIVE, proxy="http://127.0.0.1:3128")
    assert "by proxy" in shown.subtitle
    assert "http://127.0.0.1:3128" in shown.details
    assert "proxy" not in look(Mode.LIVE).details


def test_the_venue_is_named():
    assert "WEEX API v2" in look(Mode.LIVE).subtitle
    spot = venue_mode(Profile("team", Mode.LIVE, "hashkey", site="pro-sandbox"))
    assert spot.subtitle == "real money · HashKey spot pro sandbox"
    assert venue_mode(Profile("team", Mode.LIVE, "hashkey", site="global")).subtitle.endswith("HashKey spot global")
    assert venue_mode(Profile("team", Mode.PAPER, "woox")).subtitle.endswith("· WOO X")
    assert venue_mode(Profile("team", Mode.LIVE, "woox", product="spot")).subtitle.endswith("WOO X spot")


@pytest.mark.parametrize("mode", [Mode.PAPER, Mode.REPLAY, *KEYED])
def test_the_whole_window_wears_it(qtbot, tmp_path, mode):
    desk = Desk(lambda _: None, lambda: 0.0, lambda: 0)
    window = MainWindow(desk, look(mode), tmp_path / "window.json")
    qtbot.addWidget(window)
    window.show()
    word = mode.value.upper()
    assert window.windowTitle().startswith(word)
    picture = window.grab().toImage()
    assert picture.pixelColor(0, picture.height() // 2).name().upper() == getattr(DARK, ROLES[mode])
    assert any(word in button.text() for button in window.ticket.findChildren(QPushButton))
    assert any(label.text().startswith(f"{word} · ") for label in window.top_bar.findChildren(QLabel))
    window.finish_close()
