"""The look a person chose: read from the preferences, put on at once, kept."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QSize
from PySide6.QtWidgets import QApplication

from terminal.ui.theme.apply import apply_theme
from terminal.ui.theme.look import BASE, LOOK, TEXT_SIZES, Choice
from terminal.ui.viewmodels.preferences import Preferences

SECTION = "look"


def needed(text_px: int) -> QSize:
    """Give the smallest window in which nothing is cut at a text size, measured over the built-in layouts."""
    over = max(0, text_px - BASE)
    return QSize(1_366 + 25 * over, 768 + 48 * over)


class LookChooser(QObject):
    """Dresses the application whenever the preferences say so.

    Text that is too large for the screen is shown as large as fits; what was chosen stays kept, for a
    larger screen.
    """

    def __init__(self, preferences: Preferences, room: Callable[[], QSize], parent: QObject | None = None) -> None:
        """`room` gives the largest window there can be, in px."""
        super().__init__(parent)
        self._preferences = preferences
        self._room = room
        preferences.changed.connect(self._on_section)
        self._dress()

    @property
    def choice(self) -> Choice:
        """What is chosen; the built-in look when what was kept cannot be used."""
        try:
            return Choice.from_section(self._preferences.section(SECTION))
        except ValueError as error:
            self._preferences.refused.emit(f"The kept colours and text size are not used: {error}.")
            return Choice()

    def fits(self, text_px: int) -> bool:
        """True for a text size that this screen has room for."""
        return text_px <= BASE or needed(text_px).boundedTo(self._room()) == needed(text_px)

    def choose(self, choice: Choice) -> None:
        self._preferences.put(SECTION, choice.as_section())

    def _on_section(self, name: str) -> None:
        if name == SECTION:
            self._dress()

    def _dress(self) -> None:
        app = QApplication.instance()
        choice = self.choice
        choice = replace(choice, text_px=max(size for size in TEXT_SIZES if size <= choice.text_px and self.fits(size)))
        if isinstance(app, QApplication) and (choice != LOOK.choice or not app.styleSheet()):
            apply_theme(app, choice)
