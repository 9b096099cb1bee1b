"""The steps of setting up an account, one page each."""

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QScrollArea, QWidget

from terminal.domain.errors import ConfigError, TerminalError
from terminal.ui.layout.plans import BUILT_IN
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.guide import (
    AI_CHOICES,
    LIMIT_FIELDS,
    MODE_STORIES,
    GuideHost,
    GuideState,
    Plan,
    limit_text,
    limits_from,
)
from terminal.ui.widgets.account.form_fields import Choice
from terminal.ui.widgets.account.form_steps import StepList
from terminal.ui.widgets.first_run.pages import ChoiceList, FieldRows, Page, paragraph

_NAME_CHARS: Final = 32


class StepPage(Page):
    """One step: `enter` when it is shown, `leave` before the next one; `leave` says why not, "" when all is well."""

    def __init__(self, title: str, state: GuideState, host: GuideHost) -> None:
        super().__init__(title)
        self.state = state
        self.host = host

    def enter(self) -> None:
        """Show what there is now."""

    def leave(self) -> str:
        return ""


class PurposePage(StepPage):
    def __init__(self, state: GuideState, host: GuideHost) -> None:
        super().__init__("What is it for?", state, host)
        self.mode = ChoiceList("Mode", MODE_STORIES)
        self.name = QLineEdit(self.mode.word)
        self.name.setAccessibleName("Name of the profile")
        self.name.setMaxLength(_NAME_CHARS)
        self.name.setFixedWidth(220)
        self._named = False
        self.mode.chosen.connect(self._on_mode)
        self.name.textEdited.connect(self._on_name)
        row = QFormLayout()
        row.addRow(QLabel("Name of the profile"), self.name)
        self.column.addWidget(self.mode)
        self.column.addLayout(row)
        self.column.addWidget(
            paragraph(
                "A profile has its own journal, key and limits. This guide sets up WEEX; for an account at another "
                "venue: alphadesk account --mode live --venue hashkey (or woox)."
            )
        )
        self.column.addStretch(1)

    def _on_mode(self, mode: str) -> None:
        if not self._named:
            self.name.setText(mode)

    def _on_name(self, text: str) -> None:
        self._named = bool(text)

    def leave(self) -> str:
        plan = Plan(self.name.text().strip(), self.mode.word)
        refusal = self.host.why_not(plan.name, plan.mode)
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
        keyed = self.state.plan.mode != "paper"
        address = (
            "WEEX takes a key only from the internet addresses on its list, so this computer needs one that does not "
            "change: a fixed line, a server, or a proxy of your own. Put that address on the key's list when you make "
            "it. The next step shows whether WEEX takes your key from here (it answers 521 or 40018 when it does not). "
            if keyed
            else ""
        )
        clock = "Requests carry the time; WEEX refuses one that is more than 30 seconds off. The test asks for no key."
        self.words.setText(address + clock)
        self.refresh()

    def refresh(self) -> None:
        self.steps.show_steps(self.state.steps)
        self.test.setEnabled(not self.state.is_checking)
        self.test.setText("Testing…" if self.state.is_checking else "Test the connection")

    def _test(self) -> None:
        self.state.begin_check()
        self.host.check_connection(self.state.plan.name)


class KeyPage(StepPage):
    """The account form, as `alphadesk account` shows it, inside the guide."""

    def __init__(self, state: GuideState, host: GuideHost) -> None:
        super().__init__("Key and permissions", state, host)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.column.addWidget(self.area, 1)
        self._shown: Plan | None = None

    def enter(self) -> None:
        plan = self.state.plan
        self.title.setText("Key and permissions" if plan.mode != "paper" else "Who reviews")
        if plan == self._shown:
            return
        try:
            form = self.host.account_form(plan.name, plan.mode)
        except ConfigError as error:
            self.area.setWidget(paragraph(str(error), "down"))
            self._shown = None
            return
        self.area.setWidgetResizable(False)
        self.area.setWidget(form)
        self._shown = plan

    def leave(self) -> str:
        if self.host.is_saved(self.state.plan.name):
            return ""
        return "Test and save the account first, or close the guide: nothing of it is kept then."


class LimitsPage(StepPage):
    def __init__(self, state: GuideState, host: GuideHost) -> None:
        super().__init__("Risk limits", state, host)
        self.rows = FieldRows(LIMIT_FIELDS)
        self.column.addWidget(
            paragraph(
                "Code keeps these, whatever a model or a person wants; exits are never blocked by them. Cautious "
                "values stand here already. More of them, with their hard bounds, are in the profile's settings."
            )
        )
        self.column.addWidget(self.rows)
        self.column.addStretch(1)

    def enter(self) -> None:
        limits = self.host.limits(self.state.plan.name)
        for name, field in self.rows.fields.items():
            field.setText(limit_text(limits, name))

    def leave(self) -> str:
        name = self.state.plan.name
        base = self.host.limits(name)
        try:
            limits = limits_from(self.rows.texts, base)
            if limits != base:
                self.host.save_limits(name, limits)
        except (ValueError, TerminalError) as error:
            return str(error)
        return ""


class SeatPage(StepPage):
    def __init__(self, state: GuideState, host: GuideHost) -> None:
        super().__init__("AI and layout", state, host)
        self.ai = ChoiceList("AI", AI_CHOICES)
        self.layout_choice = Choice("Layout", tuple(BUILT_IN))
        self.column.addWidget(paragraph("Who proposes?", "text"))
        self.column.addWidget(self.ai)
        self.column.addWidget(paragraph("Which layout does the window open with? (Ctrl+Alt+1 to 3 change it.)", "text"))
        self.column.addWidget(self.layout_choice)
        self.column.addStretch(1)

    def leave(self) -> str:
        try:
            self.host.save_layout(self.state.plan.name, self.layout_choice.word)
        except TerminalError as error:
            return str(error)
        return ""


class DonePage(StepPage):
    def __init__(self, state: GuideState, host: GuideHost, seat: SeatPage) -> None:
        super().__init__("Ready", state, host)
        self._seat = seat
        self.words = paragraph("", "text")
        self.open = QPushButton()
        self.open.setAutoDefault(False)
        self.open.setMinimumSize(QSize(220, 34))
        set_role(self.open, "kind", "fill")
        self.open.clicked.connect(self._open)
        row = QHBoxLayout()
        row.addWidget(self.open)
        row.addStretch(1)
        self.column.addWidget(self.words)
        self.column.addLayout(row)
        self.column.addStretch(1)

    def enter(self) -> None:
        plan = self.state.plan
        lines = [
            f"Profile {plan.name} ({plan.mode}) is set up. 'alphadesk --profile {plan.name}' opens it at any time."
        ]
        if self._seat.ai.word != next(iter(AI_CHOICES)):
            lines.append("In its window, View, Language models sets up the language model and lets it decide.")
        if plan.mode != "paper":
            lines.append(
                "Before the first order: View, API test goes through the organiser's test step by step, and View, "
                "Go or no-go looks at everything that must be right on the day."
            )
        self.words.setText("\n\n".join(lines))
        self.open.setText(f"Open profile {plan.name} now")
        self.open.setEnabled(True)

    def _open(self) -> None:
        try:
            self.host.open_profile(self.state.plan.name)
        except TerminalError as error:
            self.state.say(str(error))
            return
        self.open.setEnabled(False)
        self.words.setText(f"A second window opens on profile {self.state.plan.name}. This one stays as it is.")


def account_pages(state: GuideState, host: GuideHost) -> tuple[StepPage, ...]:
    """Give the pages in their order."""
    seat = SeatPage(state, host)
    return (
        PurposePage(state, host),
        ConnectionPage(state, host),
        KeyPage(state, host),
        LimitsPage(state, host),
        seat,
        DonePage(state, host, seat),
    )


def is_last(page: QWidget) -> bool:
    """Whether nothing comes after this page."""
    return isinstance(page, DonePage)
