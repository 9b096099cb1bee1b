"""What the keys of the main window do, and the small windows that belong to it: keys, look, layouts, palette."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog, QMenu, QPushButton, QWidget

from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.instrument import base_of
from terminal.ui.actions.bind import bind, menu_action
from terminal.ui.palette.entries import Catalogue
from terminal.ui.palette.recent import Recent
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.widgets.seat.key_editor import KeyEditor
from terminal.ui.widgets.seat.key_list import KeyList
from terminal.ui.widgets.seat.layout_name import LayoutName
from terminal.ui.widgets.seat.look_form import LookForm
from terminal.ui.widgets.seat.palette_sheet import PaletteSheet
from terminal.ui.window.menu import ViewMenu
from terminal.ui.window.panels import give_focus

if TYPE_CHECKING:
    from terminal.ui.main_window import MainWindow
    from terminal.ui.widgets.settings.window import SettingsWindow

_FOCUS = Qt.FocusReason.ShortcutFocusReason


Made = TypeVar("Made", bound=QDialog)


class WindowActs(QObject):
    """Binds the window's actions and opens its small windows; `also_in` lets the panic keys work in them."""

    def __init__(self, window: "MainWindow", desk: Desk, menu: QMenu, also_in: Callable[[QWidget], None]) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._also_in = also_in
        self.palette: PaletteSheet | None = None
        self.settings: SettingsWindow | None = None
        book = desk.actions
        self.view = ViewMenu(menu, window, book, window.layout_of_docks, self.name_layout)
        self.view.add_panels(menu, window.docks)
        menu_action(book, menu, window, "window.look", "Colours and text size…", self.choose_look)
        menu_action(book, menu, window, "window.full", "Full screen", self.full_screen)
        menu_action(book, menu, window, "window.settings", "Settings…", self.open_settings)
        menu.addSeparator()
        menu_action(book, menu, window, "palette", "Find…", self.open_palette)
        menu_action(book, menu, window, "window.keys", "Keys", self.show_keys)
        menu_action(book, menu, window, "window.edit_keys", "Change keys…", self.edit_keys)
        bind(book, window, self._acts())

    def _acts(self) -> dict[str, Callable[[], object]]:
        window = self._window
        acts: dict[str, Callable[[], object]] = {
            "ticket": lambda: window.panels.go_to("ticket"),
            "find.market": window.market_watch.start_filter,
            "panel.chart": lambda: give_focus(window.chart),
        }
        for item in ALLOWED_INSTRUMENTS:
            acts[f"pair.{base_of(item)}"] = partial(self._desk.select, item)
        for name in window.docks:
            acts[f"panel.{name}"] = partial(window.panels.go_to, name)
        return acts

    # -- small windows ------------------------------------------------------------

    def show_keys(self) -> None:
        """Print the keys; a second time while they are open does nothing."""
        keys = self._once(KeyList, lambda: KeyList(self._desk.actions.keymap, self._window))
        if keys is not None:
            keys.change.clicked.connect(keys.accept)
            keys.change.clicked.connect(self.edit_keys)

    def edit_keys(self) -> None:
        self._once(KeyEditor, lambda: KeyEditor(self._desk.actions.keymap, self._window))

    def choose_look(self) -> None:
        self._once(LookForm, lambda: LookForm(self._window.look, self._window))

    def open_settings(self) -> None:
        """Bring the settings to the front; they are built when first wanted."""
        if self.settings is None:
            from terminal.ui.widgets.settings.window import SettingsWindow  # noqa: PLC0415 - the first paint need not wait

            self.settings = SettingsWindow(self._desk.settings, self._window)
            self._also_in(self.settings)
        self.settings.open()

    def name_layout(self) -> None:
        self._once(LayoutName, lambda: LayoutName(self._window.layout_of_docks.save_as, self._window))

    def _once(self, kind: type[Made], make: Callable[[], Made]) -> Made | None:
        if self._window.findChild(kind) is not None:
            return None
        made = make()
        self._also_in(made)
        made.open()
        return made

    def full_screen(self) -> None:
        window = self._window
        if window.isFullScreen():
            window.showNormal()
        else:
            window.showFullScreen()

    # -- palette --------------------------------------------------------------------

    def open_palette(self) -> None:
        if self.palette is None:
            self.palette = PaletteSheet(self._catalogue(), Recent(self._desk.preferences), self._window)
        self.palette.open()

    def _catalogue(self) -> Catalogue:
        window = self._window
        cancel = ("go to Cancel all, which cancels every resting order", lambda: _aim(window.top_bar.cancel_all))
        return Catalogue(
            self._desk,
            window.layout_of_docks,
            window.look,
            show_table=self._show_table,
            tables=window.tabs.names,
            instead={"safety.cancel_all": cancel},
        )

    def _show_table(self, page: str, key: str) -> None:
        self._window.panels.go_to("tables")
        self._window.tabs.show_page(page)
        if key:
            self._window.tabs.select_row(page, key)


def _aim(button: QPushButton) -> None:
    """Give a button the keyboard: Space presses it."""
    button.setFocus(_FOCUS)
