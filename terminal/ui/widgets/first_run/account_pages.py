"""The steps of setting up an account, one page each."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QWidget

from terminal.domain.errors import ConfigError, TerminalError
from terminal.ui.layout.plans import BUILT_IN
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.guide import (
    AI_CHOICES,
    LIMIT_FIELDS,
    GuideHost,
    GuideState,
    Plan,
    limit_text,
    limits_from,
)
from terminal.ui.widgets.account.form_fields import Choice
from terminal.ui.widgets.first_run.pages import ChoiceList, FieldRows, StepPage, paragraph
from terminal.ui.widgets.first_run.place_pages import ConnectionPage, PurposePage, VenuePage


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
        self.title.setText(f"Key and permissions at {plan.place.title}" if plan.has_key else "Who reviews")
        if plan == self._shown:
            return
        try:
            form = self.host.account_form(plan)
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
        self.rows.show_row("max_leverage", not self.state.plan.is_spot)  # spot is bought with what is there
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
        opens = f"'alphadesk --profile {plan.name}' opens it at any time."
        lines = [f"Profile {plan.name} ({plan.mode}, {plan.place.title}) is set up. {opens}"]
        if self._seat.ai.word != next(iter(AI_CHOICES)):
            lines.append("In its window, View, Language models sets up the language model and lets it decide.")
        if plan.last_words:
            lines.append(plan.last_words)
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
        VenuePage(state, host),
        ConnectionPage(state, host),
        KeyPage(state, host),
        LimitsPage(state, host),
        seat,
        DonePage(state, host, seat),
    )


def is_last(page: QWidget) -> bool:
    """Whether nothing comes after this page."""
    return isinstance(page, DonePage)
