import pytest
from PySide6.QtCore import QRect

from terminal.ui.layout.plans import BUILT_IN, MONITOR, REVIEW, TRADE, plan_of
from terminal.ui.layout.screens import is_reachable
from terminal.ui.layout.shelf import LayoutShelf
from terminal.ui.layout.states import DockState
from terminal.ui.viewmodels.preferences import Preferences

STATE = DockState(b"qt's own", {"markets": (10, 20, 300, 200)}, frozenset({"tape"}), {"ticket": (360, 580)})


@pytest.fixture
def shelf():
    made = LayoutShelf(Preferences())
    made.said = []
    made._preferences.refused.connect(made.said.append)
    return made


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("name", BUILT_IN)
def test_a_plan_names_each_panel_once_and_always_has_the_review_desk(name, compact):
    plan = plan_of(name, compact=compact)
    names = list(plan.names())
    assert len(names) == len(set(names))
    assert {"review", "tables", "markets"} <= set(names)
    assert {each for each, _ in (*plan.widths, *plan.heights)} <= set(names)


def test_the_order_ticket_stands_where_orders_are_made():
    for compact in (False, True):
        assert "ticket" in plan_of(TRADE, compact=compact).names()
        assert "ticket" in plan_of(REVIEW, compact=compact).names()
        assert "ticket" not in plan_of(MONITOR, compact=compact).names()


def test_an_own_layout_starts_from_review():
    assert plan_of("Two screens", compact=False) == plan_of(REVIEW, compact=False)


def test_a_layout_is_kept_for_a_large_and_for_a_small_window(shelf):
    shelf.keep(TRADE, STATE, compact=False)
    assert shelf.state(TRADE, compact=False) == STATE
    assert shelf.state(TRADE, compact=True) is None
    shelf.forget(TRADE, compact=False)
    assert shelf.state(TRADE, compact=False) is None


def test_own_layouts_are_added_chosen_and_removed(shelf):
    assert shelf.current == REVIEW
    assert shelf.why_not("Two screens") == ""
    shelf.add("Two screens")
    shelf.keep("Two screens", STATE, compact=False)
    assert shelf.names == (*BUILT_IN, "Two screens")
    assert shelf.current == "Two screens"
    assert "already" in shelf.why_not("two SCREENS")
    shelf.remove("Two screens")
    assert shelf.names == BUILT_IN
    assert shelf.current == REVIEW
    shelf.add("Two screens")
    assert shelf.state("Two screens", compact=False) is None


@pytest.mark.parametrize("name", ["", "   ", "x" * 25, "tab\there", "Review"])
def test_names_that_cannot_be_had_are_refused_in_words(shelf, name):
    assert shelf.why_not(name)


@pytest.mark.parametrize(
    "kept",
    [
        {"state": 5},
        {"state": "not base 64!"},
        {},
        [],
        {"state": "AAAA", "floating": {"markets": [1, 2]}},
        {"state": "AAAA", "floating": []},
        {"state": "AAAA", "hidden": 5},
    ],
)
def test_a_layout_that_cannot_be_read_gives_the_built_in_one_and_a_word(shelf, kept):
    shelf._preferences.put("layouts", {"left": {"roomy Review": kept}})
    assert shelf.state(REVIEW, compact=False) is None
    assert len(shelf.said) == 1


def test_values_of_other_kinds_do_no_harm(shelf):
    shelf._preferences.put("layouts", {"own": "x", "left": [1], "current": 7})
    assert shelf.names == BUILT_IN
    assert shelf.current == REVIEW
    shelf.keep(REVIEW, STATE, compact=True)
    assert shelf.state(REVIEW, compact=True) == STATE


SCREEN = QRect(0, 0, 1_920, 1_080)
SECOND = QRect(1_920, 0, 1_280, 1_024)


@pytest.mark.parametrize(
    ("place", "screens", "seen"),
    [
        (QRect(100, 100, 400, 300), [SCREEN], True),
        (QRect(2_000, 100, 400, 300), [SCREEN], False),
        (QRect(2_000, 100, 400, 300), [SCREEN, SECOND], True),
        (QRect(1_900, 100, 400, 300), [SCREEN], False),  # 20 px are not enough to grab
        (QRect(1_860, 100, 400, 300), [SCREEN], True),
        (QRect(100, -200, 400, 300), [SCREEN], False),  # its title is above the screen
        (QRect(100, 1_070, 400, 300), [SCREEN], False),
        (QRect(-390, 10, 400, 300), [SCREEN], False),
        (QRect(10, 10, 400, 300), [], False),
    ],
)
def test_a_floating_panel_must_show_enough_of_its_title(place, screens, seen):
    assert is_reachable(place, screens) is seen
