"""One rule explained: what it says, how it stands, who enforces it, where it comes from."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from terminal.domain.rules import RuleLight
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.rule_words import TONE, explained, state_words
from terminal.ui.widgets.plain_text import visible
from terminal.ui.widgets.sheet import Sheet

WIDTH_PX: Final = 620


class RuleSheet(Sheet):
    """Follows the light while it is open."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__("Rule", window, WIDTH_PX)
        self._shelf = desk.rules
        self.rule_id = ""
        self.texts: dict[str, QLabel] = {}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self.body.addLayout(self._grid)
        self._shelf.lights_changed.connect(self._refresh)

    def open(self, rule_id: str) -> None:
        """Explain one rule; nothing happens when the desk has not told of it."""
        light = self._shelf.light(rule_id)
        if light is None:
            return
        self.rule_id = rule_id
        self._show(light)
        self.present()

    def _refresh(self) -> None:
        light = self._shelf.light(self.rule_id)
        if self.is_open and light is not None:
            self._show(light)

    def _show(self, light: RuleLight) -> None:
        self.title.setText(visible(f"{light.rule.label}: {light.rule.title}"))
        self.setAccessibleName(self.title.text())
        self.subtitle.setText(state_words(light))
        set_role(self.subtitle, "tone", TONE[light.state])
        for title, text in explained(light):
            if title not in self.texts:
                self._add_row(title)
            self.texts[title].setText(visible(text))

    def _add_row(self, title: str) -> None:
        at = len(self.texts)
        name, text = QLabel(title), QLabel()
        set_role(name, "tone", "muted")
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        text.setWordWrap(True)
        text.setAccessibleName(title)
        self._grid.addWidget(name, at, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(text, at, 1)
        self.texts[title] = text
