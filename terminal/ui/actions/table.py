"""Every action of the program with its keys: the one table that F1 prints, the editor edits and the palette searches.

A widget that does something adds a line here and says how through `actions.bind.bind`. Keys are
written as Qt writes them. `tests/unit/ui/actions` holds the table to its rules: ids are unique, no
two actions want one key in the same place, and no letter without Ctrl, Alt or Meta sends an order.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.instrument import base_of


class Where(Enum):
    """Where a key is heard; the value is what F1 says."""

    ANYWHERE = "Anywhere, also while you type"
    WINDOW = "Main window"
    REVIEW = "Review desk"  # anywhere in the main window, never while someone types
    CHART = "Chart"
    LADDER = "Ladder and tape"
    TABLES = "Tables"
    TIME = "Time machine"


HAS_FOCUS: Final = frozenset({Where.CHART, Where.LADDER, Where.TABLES})  # heard by the panel that has the keyboard


class Effect(Enum):
    """What an action can lead to."""

    SHOWS = "shows"  # changes what is seen, or opens something that asks again
    STOPS = "stops"  # a safety key
    ANSWERS = "answers"  # answers a decision of the AI: the review desk's own guards apply
    SENDS = "sends"  # an order may leave by this alone


@dataclass(frozen=True, slots=True)
class Action:
    """One action.

    Attributes:
        action_id: what settings and widgets call it.
        words: what it does, for F1, the editor and the palette.
        keys: as built in; the first is the one that is shown.
        where: where its keys are heard.
        repeats: a held key acts again and again; only for moving about.
        told: a range of actions that F1 tells in one line, such as the eight pairs.
    """

    action_id: str
    words: str
    keys: tuple[str, ...]
    where: Where
    effect: Effect = Effect.SHOWS
    repeats: bool = False
    told: str = ""


@dataclass(frozen=True, slots=True)
class Gesture:
    """Something done with the mouse; it stands on F1 and cannot be changed."""

    how: str
    words: str
    where: Where


_A: Final = Where.ANYWHERE
_W: Final = Where.WINDOW
_R: Final = Where.REVIEW
_PANELS: Final = ("markets", "ticket", "chart", "tables", "review", "ai_logs", "ladder", "tape", "depth", "venues")
_PANEL_WORDS: Final = (
    "Markets", "Order ticket", "Chart", "Tables", "Review desk", "AI logs", "Ladder", "Tape", "Depth", "Venues",
)  # fmt: skip

SAFETY: Final = (
    Action("safety.flatten", "flatten: open the plan, then hold its button", ("Ctrl+Shift+F",), _A, Effect.STOPS),
    Action("safety.pause", "pause entries", ("Ctrl+Shift+P",), _A, Effect.STOPS),
    Action("safety.cancel_all", "cancel every resting order on the venue", ("Ctrl+Shift+C",), _A, Effect.STOPS),
)
REVIEW: Final = (
    Action("review.next", "next decision", ("J",), _R),
    Action("review.previous", "previous decision", ("K",), _R),
    Action(
        "review.approve", "approve the selected decision, or as amended in its open form", ("A",), _R, Effect.ANSWERS
    ),
    Action("review.amend", "amend it: smaller, nearer stop, lower leverage; Enter, then approve", ("E",), _R),
    Action("review.reject", "reject it: choose or write a reason, Enter rejects, Esc goes back", ("R",), _R),
    Action("review.undo", "undo an approval while it counts down to sending", ("U",), _R),
    Action("review.details", "show or hide its details", ("D",), _R),
    Action("review.mark", "mark it, to approve several of one cycle", ("Space",), _R),
    Action("review.several", "list the marked decisions and ask once more", ("Shift+A",), _R),
)
WINDOW: Final = (
    Action("palette", "find an action, a pair, a position, an order or a setting", ("Ctrl+K",), _W),
    *(
        Action(f"pair.{base_of(item)}", f"show {base_of(item)} in every panel", (f"Ctrl+{at}",), _W, told="pair")
        for at, item in enumerate(ALLOWED_INSTRUMENTS, start=1)
    ),
    *(
        Action(f"panel.{name}", f"go to {words}", (f"Alt+{at % 10}",), _W, told="panel")
        for at, (name, words) in enumerate(zip(_PANELS, _PANEL_WORDS, strict=True), start=1)
    ),
    Action("ticket", "go to the order ticket's first field", ("F9",), _W),
    Action("find.market", "filter the markets", ("Ctrl+F",), _W),
    Action("layout.Review", "layout Review", ("Ctrl+Alt+1",), _W, told="layout"),
    Action("layout.Trade", "layout Trade", ("Ctrl+Alt+2",), _W, told="layout"),
    Action("layout.Monitor", "layout Monitor", ("Ctrl+Alt+3",), _W, told="layout"),
    Action("layout.reset", "put the panels of this layout back to where they were built", (), _W),
    Action("window.full", "full screen, and back", ("F11",), _W),
    Action("window.time", "time machine: a recorded day", ("Ctrl+T",), _W),
    Action("window.brain", "Brain: how the models do", ("Ctrl+B",), _W),
    Action("window.models", "language models: set one up, test it, let it decide", (), _W),
    Action("window.ensemble", "ensemble: several models decide together", (), _W),
    Action("window.lab", "lab: strategies on past bars", (), _W),
    Action("window.api_test", "API test of the participant guide, step by step", (), _W),
    Action("window.go", "go or no-go: everything that must be right before the day", (), _W),
    Action("window.guide", "guide: the demo, or an account step by step", (), _W),
    Action("window.replay", "recorded days: choose one and trade it again", (), _W),
    Action("window.look", "colours and text size", ("Ctrl+,",), _W),
    Action("window.settings", "settings of this profile, and notifications", ("Ctrl+Alt+S",), _W),
    Action("window.keys", "print the keys", ("F1",), _W),
    Action("window.edit_keys", "change the keys", ("Shift+F1",), _W),
)
CHART: Final = (
    Action("chart.newest", "back to the newest bars", ("Alt+R",), _W),
    Action("chart.back", "move back in time", ("Left",), Where.CHART, repeats=True),
    Action("chart.on", "move on in time", ("Right",), Where.CHART, repeats=True),
    Action("chart.page_back", "a whole view back; older bars load as you go", ("PgUp",), Where.CHART, repeats=True),
    Action("chart.page_on", "a whole view on", ("PgDown",), Where.CHART, repeats=True),
    Action("chart.zoom_in", "fewer bars", ("+", "="), Where.CHART, repeats=True),
    Action("chart.zoom_out", "more bars", ("-",), Where.CHART, repeats=True),
    Action("chart.all", "all bars that are loaded", ("Home",), Where.CHART),
    Action("chart.log", "logarithmic prices, and back", ("Alt+L",), Where.CHART),
    Action("chart.style", "candles, bars, line, Heikin-Ashi", ("Alt+B",), Where.CHART),
    Action("chart.zone", "local time, UTC, exchange time", ("Alt+Z",), Where.CHART),
    Action("chart.studies", "indicators: add, change, take away", ("/",), Where.CHART),
    Action("chart.count", "one, two or four charts side by side", ("Alt+G",), Where.CHART),
    Action("chart.draw_trend", "draw a trend line", ("Alt+T",), Where.CHART),
    Action("chart.draw_level", "draw a level at a price", ("Alt+H",), Where.CHART),
    Action("chart.draw_moment", "draw a line at a moment", ("Alt+V",), Where.CHART),
    Action("chart.draw_box", "draw a rectangle", ("Alt+X",), Where.CHART),
    Action("chart.draw_ruler", "measure from one point to another", ("Alt+M",), Where.CHART),
    Action("chart.draw_delete", "remove the selected drawing", ("Del", "Backspace"), Where.CHART),
    Action("chart.picture", "keep a picture of the charts in the profile's folder", ("Alt+S",), Where.CHART),
)
LADDER: Final = (
    Action("ladder.arm", "arm one-click on the ladder, or switch it off", ("Ctrl+Shift+A",), _W),
    Action("ladder.centre", "put the market into the middle", ("Space",), Where.LADDER),
)
TABLES: Final = (
    Action("table.passport", "open the passport of a position, order or fill", ("P", "Return", "Enter"), Where.TABLES),
    Action("table.edit", "change stop or target of a position, price or size of an order", ("F2",), Where.TABLES),
    Action("table.copy", "copy the selected event", ("Ctrl+C",), Where.TABLES),
)
TIME: Final = (
    Action("time.on", "to the next mark of the lanes shown", ("J",), Where.TIME, repeats=True),
    Action("time.back", "to the mark before", ("K",), Where.TIME, repeats=True),
    Action("time.play", "let the day run, or stop it", ("Space",), Where.TIME),
)

KeyWords = Callable[[str], str]  # the key of an action as people read it

ACTIONS: Final[tuple[Action, ...]] = (*SAFETY, *REVIEW, *WINDOW, *CHART, *LADDER, *TABLES, *TIME)
BY_ID: Final = {action.action_id: action for action in ACTIONS}


def built_in_key(action_id: str) -> str:
    """Give an action's first built-in key, for what is shown before anybody knows the person's own."""
    return next(iter(BY_ID[action_id].keys), "")


GESTURES: Final[tuple[Gesture, ...]] = (
    Gesture("Tab   Shift+Tab", "next and previous control", Where.WINDOW),
    Gesture("Ctrl+click", "mark a decision", Where.REVIEW),
    Gesture("Click evidence", "mark its bars on the chart; a second click takes the mark away", Where.REVIEW),
    Gesture("Digits, Enter", "type the interval: 15 for 15 minutes, 4h for four hours", Where.CHART),
    Gesture("Wheel", "zoom at the pointer; on the price axis, stretch prices", Where.CHART),
    Gesture("Shift+wheel", "move in time", Where.CHART),
    Gesture("Drag", "move; on an axis, stretch it; on a stop, target or order, ask to move it", Where.CHART),
    Gesture("Esc", "leave what is dragged or drawn as it was", Where.CHART),
    Gesture("Click", "on a violet mark, its card; on a drawing, select it", Where.CHART),
    Gesture("Double-click", "show all bars; on the price axis, fit prices; on the time axis, newest bars", Where.CHART),
    Gesture("Click", "a price fills the ticket, a size fills price and size; armed: ask, or close", Where.LADDER),
    Gesture("Esc", "switch one-click off", Where.LADDER),
    Gesture("Shift+click", "on our order: cancel it", Where.LADDER),
    Gesture("Right click", "everything that can be done at a price", Where.LADDER),
    Gesture("Wheel", "move up and down; with Ctrl, group more or less", Where.LADDER),
    Gesture("↑   ↓", "next and previous row; the pair follows", Where.TABLES),
    Gesture("Right click", "everything that can be done with a row; on a head, the columns", Where.TABLES),
    Gesture("Double-click", "edit that cell; elsewhere in a position, its closing buttons", Where.TABLES),
    Gesture("Click dots", "open the passport", Where.TABLES),
    Gesture("←   →", "one record back and on", Where.TIME),
    Gesture("Home   End", "the day's first and last record", Where.TIME),
)
