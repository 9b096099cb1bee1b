"""A strip over the tables while the venue holds what our fills do not explain, and the sheet to settle it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from terminal.domain.commands import AcceptVenuePosition
from terminal.domain.instrument import InstrumentId, base_of
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.words import sentence
from terminal.ui.widgets.confirm_sheet import ConfirmSheet
from terminal.ui.widgets.plain_text import tooltip, visible


def accept_words(instrument_id: InstrumentId, why: str) -> str:
    """What accepting means, before it is done."""
    base = base_of(instrument_id)
    return (
        f"{sentence(why)}\n\n"
        f"Look at the venue first. If its position is right, accept it: nothing is traded, the difference is written "
        f"to the journal, and {base} may open again.\n"
        f"If it is wrong, leave this and close {base}, or wait: late fills settle it by themselves."
    )


class FrozenBar(QWidget):
    """Hidden while everything is explained. Closing works all along; only opening is frozen."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.sheet: ConfirmSheet | None = None
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setMinimumWidth(1)
        set_role(self.words, "tone", "amber")
        self.open_button = QPushButton("Settle…")
        self.open_button.clicked.connect(self.ask)
        set_role(self.open_button, "kind", "amber")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.addWidget(self.words, 1)
        row.addWidget(self.open_button)
        desk.safety.frozen_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say the first frozen pair, and how many more there are."""
        frozen = self._desk.safety.frozen
        self.setVisible(bool(frozen))
        if not frozen:
            return
        first, why = next(iter(frozen.items()))
        more = f"  (and {len(frozen) - 1} more)" if len(frozen) > 1 else ""
        self.words.setText(f"▲ {base_of(first)} frozen: {visible(why)}{more}")
        self.words.setToolTip(tooltip("\n".join(f"{base_of(item)}: {text}" for item, text in frozen.items())))
        self.open_button.setAccessibleName(f"Settle the position of {base_of(first)}")

    def ask(self) -> None:
        """Explain the first one; the sheet's button accepts the venue's position."""
        frozen = self._desk.safety.frozen
        if not frozen:
            return
        first, why = next(iter(frozen.items()))
        command = AcceptVenuePosition(first, self._desk.who)
        self.sheet = self.sheet or ConfirmSheet(self.window())
        title = f"{base_of(first)}: our records and the venue differ"
        self.sheet.ask(title, accept_words(first, why), "Accept venue position", lambda: self._desk.send(command))
