"""Every panel in every theme, compared with the picture that was recorded of it and looked at by a person.

`python3 dev.py pictures` writes a page with recorded and present pictures side by side; with `--record` the present
ones are recorded.
"""

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from helpers.dressed_window import block_letters, furnish, panels_of, taken, universal_time
from helpers.more_windows import open_more
from helpers.pictures import CELL_PX, compare, write_page
from helpers.whole_window import open_window
from terminal.ui.theme.apply import apply_theme
from terminal.ui.theme.palettes import THEMES

RECORDED = Path(__file__).parent / "recorded"


@pytest.fixture(scope="session")
def page(pytestconfig):
    """Collect what a person looks through, when that is asked for: recorded, now, and now in letters."""
    file = pytestconfig.getoption("picture_page")
    rows = [] if file else None
    yield rows
    if rows:
        write_page(Path(file), rows)


@pytest.fixture
def dressed(qtbot, qapp, tmp_path, monkeypatch):
    """Give what opens the window in a theme."""
    file = tmp_path / "window.json"

    def opened(theme, *, more=False):
        file.write_text(f'{{"version": 1, "sections": {{"look": {{"theme": "{theme}", "motion": false}}}}}}')
        window, desk, _ = open_window(qtbot, file)
        if more:
            return open_more(window, desk)
        furnish(window, desk)
        return window

    with universal_time(monkeypatch):
        yield opened
    apply_theme(qapp)  # in letters again


@pytest.fixture
def blocks(dressed, monkeypatch):
    with block_letters(monkeypatch):
        yield


def recorded(folder, name):
    image = QImage(str(RECORDED / folder / f"{name}.png"))
    return None if image.isNull() else image


def record(folder, now):
    (RECORDED / folder).mkdir(parents=True, exist_ok=True)
    for name, image in now.items():
        file = RECORDED / folder / f"{name}.png"
        assert image.convertToFormat(QImage.Format.Format_RGB888).save(str(file), quality=0)  # 0: as small as it gets


@pytest.fixture
def looked_at(page, pytestconfig, monkeypatch):
    """Give what takes pictures and compares them with those in a folder, or records them there."""

    def compared(folder, take):
        with block_letters(monkeypatch):
            now = take()
        known = {name: recorded(folder, name) for name in now}
        if page is not None:
            letters = take()
            page.extend((f"{folder}, {name}", image, now[name], letters[name]) for name, image in known.items())
        if pytestconfig.getoption("record_pictures"):
            record(folder, now)
            known = {name: recorded(folder, name) for name in now}
        assert [name for name, image in known.items() if image is None] == [], "record them: dev.py pictures --record"
        wrong = {name: compare(image, now[name]).words for name, image in known.items()}
        assert {name: words for name, words in wrong.items() if words} == {}, "look at them: dev.py pictures"
        assert {file.stem for file in (RECORDED / folder).iterdir()} == set(now), "a picture of a panel that is gone"

    return compared


@pytest.mark.parametrize("theme", THEMES)
def test_every_panel_looks_as_it_was_recorded(dressed, looked_at, theme):
    looked_at(theme, lambda: taken(dressed(theme)))


@pytest.mark.parametrize("theme", THEMES)
def test_every_form_and_window_looks_as_it_was_recorded(dressed, looked_at, theme):
    looked_at(
        f"{theme} windows",
        lambda: {name: each.grab().toImage() for name, each in dressed(theme, more=True).items()},
    )


@pytest.fixture
def dark(dressed, blocks):
    return dressed("dark")


def seen(window, name):
    """What a comparison says about one panel as it is now; the event loop is let go on first."""
    QApplication.processEvents()
    return compare(recorded("dark", name), panels_of(window)[name].grab().toImage()).words


def test_a_missing_button_another_colour_and_a_shift_are_seen(dark):
    assert seen(dark, "ticket") == ""
    dark.ticket.ask_button.setText("")
    assert "places differ" in seen(dark, "ticket")
    dark.top_bar.flatten.setStyleSheet("color: #888888")
    assert "places differ" in seen(dark, "top bar")


PANELS = ("markets", "chart", "ticket", "tables", "ladder", "review", "top bar")


@pytest.mark.parametrize("name", PANELS)
def test_edges_drawn_otherwise_are_let_pass_and_what_moved_is_not(name):
    image = recorded("dark", name)
    assert compare(image, brushed(image)).words == ""
    assert compare(image, moved(image, 0.4)).words == ""
    assert "places differ" in compare(image, moved(image, 4.0)).words
    assert "places differ" in compare(image, without_a_line(image)).words
    assert "instead of" in compare(image, image.copy(0, 0, image.width() - 2, image.height())).words


def brushed(image):
    """The picture with soft edges."""
    soft = Qt.TransformationMode.SmoothTransformation
    return image.scaled(image.size() * 2, mode=soft).scaled(image.size(), mode=soft)


def moved(image, pixels):
    """The picture a little to the right."""
    shifted = QImage(image)
    painter = QPainter(shifted)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(QPointF(pixels, 0), image)
    painter.end()
    return shifted


def without_a_line(image):
    """The picture without a line of words in its middle."""
    holed = QImage(image)
    painter = QPainter(holed)
    painter.fillRect(0, image.height() // 2 - CELL_PX, image.width(), 2 * CELL_PX, QColor(20, 24, 30))
    painter.end()
    return holed
