"""The tape in a panel, with its size filter."""

from typing import Final

from PySide6.QtWidgets import QWidget

from terminal.domain.instrument import InstrumentId, base_of
from terminal.ui.viewmodels.depth_watch import DepthWatch
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.ladder_settings import LadderSettings
from terminal.ui.viewmodels.numbers import parse, plain
from terminal.ui.widgets.depth.depth_panel import DepthPanel
from terminal.ui.widgets.depth.tape_view import TapeView
from terminal.ui.widgets.number_field import NumberField

FIELD_PX: Final = 96
FIELD_HIGH_PX: Final = 30  # what the header has room for


class TapePanel(DepthPanel):
    """Prints of the selected pair; smaller ones than the filter says are left out."""

    def __init__(self, desk: Desk, watch: DepthWatch, settings: LadderSettings, parent: QWidget | None = None) -> None:
        super().__init__("Tape", desk, watch, settings, parent)
        self.view = TapeView()
        self.filter = NumberField("Least size of a print")
        self.filter.setFixedWidth(FIELD_PX)
        self.filter.setPlaceholderText("any size")
        self.filter.typed.connect(self._on_typed)
        self.filter.setMaximumHeight(FIELD_HIGH_PX)
        self.put_in_header(self.filter)
        self.body.setContentsMargins(1, 0, 1, 8)  # inside the round corners of the border
        self.body.addWidget(self.view, 1)
        desk.depth.tape_changed.connect(self._on_pair)
        desk.selection_changed.connect(lambda *_: self.view.to_newest())

    def refresh(self) -> None:
        pair = self.pair
        rules, least = self._desk.instruments.get(pair), self._settings.least_size(pair)
        self.condition()
        self.filter.setToolTip(f"Leave out prints smaller than this, in {base_of(pair)}. Empty shows every print.")
        if not self.filter.hasFocus():
            self.filter.show_text("" if least is None else plain(least))
        self.filter.step = None if rules is None else rules.size_step
        self.view.least_steps = 0 if rules is None or least is None else int(-(-least // rules.size_step))
        self.view.show_tape(self._desk.depth.tapes.get(pair), rules)

    def _on_book(self, pair: InstrumentId) -> None:
        """Nothing: a tape is made of prints, and a book changes fifty times a second."""

    def _on_typed(self, text: str) -> None:
        size = parse(text)
        self._settings.set_least_size(self.pair, size if size is not None and size > 0 else None)
