"""What the command palette finds: actions, pairs, positions, working orders, layouts and settings.

Nothing here sends an order or answers a decision. An action that would is not listed; one that stops
things is brought to its button, except those that only open a plan or pause.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.order import OrderState
from terminal.ui import formatting as f
from terminal.ui.actions.table import ACTIONS, Effect, Where
from terminal.ui.layout.dock_layout import DockLayout
from terminal.ui.theme.chooser import LookChooser
from terminal.ui.theme.look import TEXT_SIZES
from terminal.ui.theme.palettes import THEME_WORDS
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.words import ORDER_STATE

Run = Callable[[], object]
HIDDEN: Final = frozenset({"palette"})
_PAIR: Final = "pair."


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be found.

    Attributes:
        key: what the list of recent ones calls it.
        title: what it does; searched.
        kind: Action, Pair, Position, Order, Layout, Setting or Table; searched.
        keys: its key, as this system writes it; "" for none.
    """

    key: str
    title: str
    kind: str
    run: Run
    keys: str = ""


class Catalogue:
    """Makes the entries there are at this moment."""

    def __init__(
        self,
        desk: Desk,
        layout: DockLayout,
        look: LookChooser,
        *,
        show_table: Callable[[str, str], None],
        tables: tuple[str, ...],
        instead: dict[str, tuple[str, Run]],
    ) -> None:
        """Take what entries lead to.

        Args:
            desk: pairs, positions, orders and actions.
            layout: layouts to change to.
            look: settings of the look.
            show_table: brings a table's page to the front and marks the row of a key, "" for none.
            tables: names of those pages.
            instead: title and act of actions that are not run straight from here.
        """
        self._desk = desk
        self._layout = layout
        self._look = look
        self._show_table = show_table
        self._tables = tables
        self._instead = instead

    def entries(self) -> list[Entry]:
        """Give everything, in the order it is listed without a query."""
        return [
            *self._pairs(),
            *self._positions(),
            *self._orders(),
            *self._actions(),
            *self._pages(),
            *self._layouts(),
            *self._settings(),
        ]

    def _actions(self) -> Iterator[Entry]:
        book = self._desk.actions
        for action in ACTIONS:
            name = action.action_id
            if name in HIDDEN or name.startswith(_PAIR) or not book.is_offered(name) or action.where is Where.TIME:
                continue
            if action.effect in {Effect.SENDS, Effect.ANSWERS}:
                continue
            title, run = self._instead.get(name, (action.words, partial(book.run, name)))
            yield Entry(name, f"{title[0].upper()}{title[1:]}", "Action", run, book.keymap.shown(name))

    def _pairs(self) -> Iterator[Entry]:
        desk = self._desk
        for action in ACTIONS:
            if not action.action_id.startswith(_PAIR) or not desk.actions.is_offered(action.action_id):
                continue
            base = action.action_id.removeprefix(_PAIR)
            run, keys = partial(desk.actions.run, action.action_id), desk.actions.keymap.shown(action.action_id)
            yield Entry(action.action_id, f"{base} in every panel", "Pair", run, keys)

    def _positions(self) -> Iterator[Entry]:
        for position in self._desk.positions:
            base, side = base_of(position.instrument_id), position.side.value.lower()
            title = f"{base} {side} {f.number(position.size)}"
            key = f"position.{position.instrument_id}.{side}"
            yield Entry(key, title, "Position", partial(self._go, "Positions", position.instrument_id, ""))

    def _orders(self) -> Iterator[Entry]:
        for order in self._desk.orders.values():
            if order.is_terminal or order.state is OrderState.PENDING_APPROVAL:
                continue
            terms = order.terms
            base = base_of(terms.instrument_id)
            title = f"{base} {terms.side.value.lower()} {f.number(terms.size)}, {ORDER_STATE[order.state][0]}"
            yield Entry(
                f"order.{order.client_order_id}",
                title,
                "Order",
                partial(self._go, "Orders", terms.instrument_id, order.client_order_id),
            )

    def _go(self, page: str, instrument_id: InstrumentId, key: str) -> None:
        self._desk.select(instrument_id)
        self._show_table(page, key)

    def _pages(self) -> Iterator[Entry]:
        for name in self._tables:
            yield Entry(f"table.{name}", name, "Table", partial(self._show_table, name, ""))

    def _layouts(self) -> Iterator[Entry]:
        for name in self._layout.shelf.own:
            yield Entry(f"own.{name}", f"Layout {name}", "Layout", partial(self._layout.choose, name))

    def _settings(self) -> Iterator[Entry]:
        now = self._look.choice

        def put(**changed: Any) -> Run:
            return partial(self._look.choose, replace(now, **changed))

        for theme, words in THEME_WORDS.items():
            yield Entry(f"look.{theme}", f"Theme: {words}", "Setting", put(theme=theme))
        for size in filter(self._look.fits, TEXT_SIZES):
            yield Entry(f"look.text{size}", f"Text size: {size} px", "Setting", put(text_px=size))
        for name, words in (
            ("colour_blind", "Blue and orange instead of green and red"),
            ("swapped", "Rise and fall the other way round"),
            ("flash", "Tint changed prices"),
            ("motion", "New decisions fade in"),
        ):
            on = bool(getattr(now, name))
            title = f"{words}: turn {'off' if on else 'on'}"
            yield Entry(f"look.{name}", title, "Setting", put(**{name: not on}))
