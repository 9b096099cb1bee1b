"""The rules of the competition as lights: one row each, a click explains it."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from terminal.domain.rules import WORST_FIRST, RuleLight, RuleState
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.rows import Column, RowsModel
from terminal.ui.viewmodels.rule_words import NOT_YET, SIGN, TONE, WORD, short_label, state_words
from terminal.ui.widgets.plain_text import visible
from terminal.ui.widgets.rules.bar import BarDelegate
from terminal.ui.widgets.table_base import DataTable, sums_label

_ORDER: Final = {state: float(at) for at, state in enumerate(WORST_FIRST)}


def _place(light: RuleLight) -> float:
    """Rules before the season's lights, each by number."""
    return light.rule.number + (0 if light.rule.rule_id.startswith("R") else 100)


def _used(light: RuleLight) -> float:
    return -1.0 if light.used is None else light.used


def _bar(light: RuleLight) -> tuple[float, str] | None:
    """What is used of the limit, and the colour: a rule that is kept is no gain, so it is not green."""
    tone = "accent" if light.state is RuleState.OK else TONE[light.state]
    return None if light.used is None else (light.used, tone)


COLUMNS: Final[tuple[Column[RuleLight], ...]] = (
    Column(
        "State",
        state_words,
        lambda light: _ORDER[light.state],
        "○ unknown",
        lambda light: TONE[light.state],
        right=False,
        grow=0,
    ),
    Column("No.", short_label, _place, "Season 2", lambda _: "muted", right=False, grow=0),
    Column(
        "Rule",
        lambda light: light.rule.title,
        lambda light: light.rule.title,
        "Organiser's changes are shown",
        right=False,
        grow=0,
        narrow="No purely manual trading",
    ),
    Column(
        "Distance",
        lambda light: light.distance,
        _used,
        "order calls 10 of 8 a second",
        right=False,
        grow=0,
        paints=_bar,
    ),
    Column(
        "Evidence",
        lambda light: light.evidence,
        lambda light: light.evidence,
        "each opening order follows a decision and an approval",
        lambda _: "muted",
        right=False,
        grow=4,
        narrow="nothing held or",
    ),
)


def _tip(light: RuleLight) -> str:
    rule = light.rule
    return f"{rule.label}: {rule.title}\n{light.evidence}\n\n{rule.limit}\n\nA click explains it."


class RulesPanel(QWidget):
    """The table of lights.

    Signals:
        told (str): what the tab says beside its name; "" while every rule is kept.
        explain_asked (str): a person wants to know about the rule of this id.
        season_asked: a person wants to see the season's settings.
    """

    told = Signal(str)
    explain_asked = Signal(str)
    season_asked = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shelf = desk.rules
        self.model: RowsModel[RuleLight] = RowsModel(COLUMNS, self, row_tip=_tip)
        self.table = DataTable(self.model, NOT_YET, self)
        self.table.setAccessibleName("Rules of the competition")
        bars = BarDelegate(self.table)
        self.table.add_delegate(bars, [column.title for column in COLUMNS].index("Distance"))
        self.table.row_clicked.connect(self.explain_asked)
        self.sums: QLabel = sums_label("Summary of the rules")
        self.season_button = QPushButton("Season settings…")
        self.season_button.setAccessibleName("Season settings")
        self.season_button.setAutoDefault(False)
        set_role(self.season_button, "kind", "quiet")
        self.season_button.clicked.connect(self.season_asked)
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self.season_button)
        foot.addWidget(self.sums, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(4, 0, 4, 4)
        whole.setSpacing(0)
        whole.addWidget(self.table, 1)
        whole.addLayout(foot)
        self._shelf.lights_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        lights = self._shelf.lights
        self.model.replace((light.rule.rule_id, light) for light in lights)
        counts = {state: sum(light.state is state for light in lights) for state in WORST_FIRST}
        words = ", ".join(f"{count} {WORD[state]}" for state, count in counts.items() if count)
        version = f"rules {self._shelf.version}" if self._shelf.version else ""
        self.sums.setText(visible(" · ".join(filter(None, (words, version)))))
        self.told.emit(self.loud_words)

    @property
    def loud_words(self) -> str:
        """What the tab says now."""
        lights = self._shelf.lights
        for state in (RuleState.BROKEN, RuleState.NEAR):
            count = sum(light.state is state for light in lights)
            if count:
                return f"{SIGN[state]} {count}"
        return ""
