"""Each entry of the View menu that the README and the guides name is in the menu of the real window."""

import re

import pytest
from PySide6.QtWidgets import QMenu

from helpers.doc_pages import PAGES, name_of, prose_of
from terminal.app.session import Session, SessionOptions
from terminal.app.window_parts import build_window

NAMED = re.compile(r"\*{1,2}View, ([^*]+?)\*{1,2}")


def plain(words):
    return words.replace("&", "").split("\t")[0].removesuffix("…")


def entries(menu, before=()):
    """Give the way to each entry, menu for menu."""
    for act in menu.actions():
        name = plain(act.text())
        below = act.menu()
        if name:
            yield (*before, name)
        if isinstance(below, QMenu):
            yield from entries(below, (*before, name))


def named(page):
    """Give the ways a page names; a comma parts menus."""
    return [tuple(map(plain, re.split(r", ", words))) for words in NAMED.findall(prose_of(page))]


@pytest.fixture
def ways(qtbot, tmp_path, monkeypatch):
    """The whole window as the program builds it, without the desk behind it."""
    monkeypatch.setenv("ALPHADESK_HOME", str(tmp_path))
    session = Session(SessionOptions())
    parts = build_window(session, lambda _command: None)
    qtbot.addWidget(parts.window)
    yield set(entries(parts.window.top_bar.menu))
    parts.window.finish_close()
    session.abandon()


def test_each_menu_entry_that_is_named_is_there(ways):
    lost = {(name_of(page), way) for page in PAGES for way in named(page) if way not in ways}
    assert lost == set()


def test_the_entries_are_found():
    assert sum(len(named(page)) for page in PAGES) > 10
