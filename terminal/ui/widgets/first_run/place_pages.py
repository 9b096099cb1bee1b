"""The first steps of an account: what it is for, where it is, and whether the venue can be reached from here."""

from dataclasses import replace
from typing import Final

from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton

from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.account_place import KEEPS, VENUE_STORIES, choice_words, usual_name
from terminal.ui.viewmodels.guide import MODE_STORIES, GuideHost, GuideState, Plan
from terminal.ui.widgets.account.form_place import VENUE_TITLES, PlaceFields
from terminal.ui.widgets.account.form_steps import StepList
from terminal.ui.widgets.first_run.pages import ChoiceList, StepPage, paragraph

_NAME_CHARS: Final = 32
_NAME_PX: Final = 220


class PurposePage(StepPage):
    def __init__(self, state: GuideState, host: GuideHost) -> None:
        super().__init__("What is it for?", state, host)
        self.mode = ChoiceList("Mode", MODE_STORIES)
        self.column.addWidget(self.mode)
        self.column.addWidget(
            paragraph("The next step asks for the venue. A profile has its own journal, key and limits.")
        )
        self.column.addStretch(1)

    def leave(self) -> str:
        self.state.set_plan(replace(self.state.plan, mode=self.mode.word))
        return ""


class VenuePage(StepPage):
    """Where the account is, and the name of its profile: each venue's account has one of its own."""

    def __init__(self, state: GuideState, host: GuideHost) -> None:
        super().__init__("At which venue?", state, host)
        self.venue = ChoiceList("Venue", VENUE_STORIES, labels=VENUE_TITLES)
        self.place = PlaceFields(state.plan.place, self, self.venue)
        self.name = QLineEdit()
        self.name.setAccessibleName("Name of the profile")
        self.name.setMaxLength(_NAME_CHARS)
        self.name.setFixedWidth(_NAME_PX)
        self._named = False
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(16)
        for label, field in (*self.place.rows, ("Name of the profile", self.name)):
            self.form.addRow(QLabel(label), field)
        self.column.addWidget(self.venue)
        self.column.addLayout(self.form)
        self.words = paragraph("")
        self.column.addWidget(self.words)
        self.column.addStretch(1)
        self.place.changed.connect(self._refresh)
        self.name.textEdited.connect(self._on_name)

    def enter(self) -> None:
        self._refresh()

    def _refresh(self) -> None:
        mode = self.state.plan.mode
        self.place.ask(mode, self.form)
        self.words.setText("\n\n".join(part for part in (choice_words(self.place.place, mode), KEEPS) if part))
        if not self._named:
            self.name.setText(usual_name(mode, self.place.place))

    def _on_name(self, text: str) -> None:
        self._named = bool(text)

    def leave(self) -> str:
        plan = Plan(self.name.text().strip(), self.state.plan.mode, self.place.place)
        refusal = self.host.why_not(plan)
        if not refusal:
            self.state.set_plan(plan)
        return refusal


class ConnectionPage(StepPage):
    def __init__(self, state: GuideState, host: GuideHost) -> None:
        super().__init__("Internet address and clock", state, host)
        self.words = paragraph("")
        self.steps = StepList()
        self.test = QPushButton("Test the connection")
        self.test.setAutoDefault(False)
        set_role(self.test, "kind", "accent")
        self.test.clicked.connect(self._test)
        row = QHBoxLayout()
        row.addWidget(self.test)
        row.addStretch(1)
        self.column.addWidget(self.words)
        self.column.addLayout(row)
        self.column.addWidget(self.steps)
        self.column.addStretch(1)
        state.changed.connect(self.refresh)

    def enter(self) -> None:
        self.words.setText(self.state.plan.connection_words)
        self.refresh()

    def refresh(self) -> None:
        self.steps.show_steps(self.state.steps)
        self.test.setEnabled(not self.state.is_checking)
        self.test.setText("Testing…" if self.state.is_checking else "Test the connection")

    def _test(self) -> None:
        self.state.begin_check()
        self.host.check_connection(self.state.plan)
