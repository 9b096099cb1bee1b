"""Colours and text size: every choice is put on at once, and kept."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from terminal.ui.theme.chooser import LookChooser
from terminal.ui.theme.look import LOOK, TEXT_SIZES, Choice
from terminal.ui.theme.palettes import THEME_WORDS
from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import INSET

SWITCHES = (
    (
        "colour_blind",
        "Blue and orange instead of green and red",
        "Can be told apart with any kind of colour blindness.",
    ),
    ("swapped", "Rise and fall the other way round", "Prices, sides and results only; an alarm stays as it is."),
    ("flash", "Tint the digits of a price that changed", "For 0.3 s at most."),
    ("motion", "A new decision fades in", "Takes 0.15 s."),
)


class LookForm(QDialog):
    """Chooses a look; open it with `open()`."""

    def __init__(self, chooser: LookChooser, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chooser = chooser
        self.setWindowTitle("Colours and text size")
        self.setAccessibleName("Colours and text size")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.themes = _Choices("Theme", dict(THEME_WORDS), self._on_theme)
        self.sizes = _Choices("Text size", {size: f"{size} px" for size in TEXT_SIZES}, self._on_size)
        self.switches = {name: QCheckBox(words) for name, words, _ in SWITCHES}
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * INSET, INSET, 2 * INSET, INSET)
        column.setSpacing(10)
        column.addWidget(self.themes)
        column.addWidget(self.sizes)
        for name, _, why in SWITCHES:
            box = self.switches[name]
            box.setToolTip(why)
            box.toggled.connect(lambda on, name=name: self._take(**{name: on}))
            column.addWidget(box)
        foot = QHBoxLayout()
        self.built_in = QPushButton("Built-in look")
        self.built_in.setAutoDefault(False)
        self.built_in.clicked.connect(lambda: chooser.choose(Choice()))
        close = QPushButton("Close")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        foot.addWidget(self.built_in)
        foot.addStretch(1)
        foot.addWidget(close)
        column.addSpacing(4)
        column.addLayout(foot)
        LOOK.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        now = LOOK.choice
        for size, button in self.sizes.buttons.items():
            fits = self._chooser.fits(size)
            button.setEnabled(fits)
            button.setToolTip("" if fits else "This screen has no room for the window with text of this size.")
        self.themes.show_choice(now.theme)
        self.sizes.show_choice(now.text_px)
        for name, box in self.switches.items():
            box.blockSignals(True)
            box.setChecked(getattr(now, name))
            box.blockSignals(False)

    def _on_theme(self, theme: object) -> None:
        self._take(theme=theme)

    def _on_size(self, text_px: object) -> None:
        self._take(text_px=text_px)

    def _take(self, **changed: Any) -> None:
        self._chooser.choose(replace(self._chooser.choice, **changed))


class _Choices(QWidget):
    """A title and one button for each choice."""

    def __init__(self, title: str, choices: dict[Any, str], take: Callable[[object], None]) -> None:
        super().__init__()
        head = QLabel(title)
        set_role(head, "tone", "muted")
        self.buttons: dict[Any, QPushButton] = {}
        group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(4)
        for value, words in choices.items():
            button = QPushButton(words)
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setAccessibleName(f"{title}: {words}")
            set_role(button, "kind", "segment")
            button.clicked.connect(lambda _on=False, value=value: take(value))
            group.addButton(button)
            row.addWidget(button, 1)
            self.buttons[value] = button
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(head)
        column.addLayout(row)

    def show_choice(self, value: object) -> None:
        self.buttons[value].setChecked(True)
