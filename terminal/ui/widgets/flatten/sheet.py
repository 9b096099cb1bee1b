"""Flatten: see what it costs, hold to do it, watch until the venue shows flat and no orders."""

from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from terminal.domain.flatten import FlattenPlan, FlattenProgress, FlattenScope, FlattenTarget
from terminal.domain.hand_messages import Flatten, PlanFlatten, StopFlatten
from terminal.ui import formatting as f
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.flatten_words import bar_words
from terminal.ui.widgets.flatten.pages import OFFERED, PlanPage, ProgressPage, target_for
from terminal.ui.widgets.hold_button import HOLD_S
from terminal.ui.widgets.sheet import Sheet

LATE_S: Final = 3.0
REPLAN_S: Final = 5.0  # an older plan is asked for again, unless someone is holding the button
TICK_MS: Final = 500
WIDTH_PX: Final = 680
HOW: Final = f"held {HOLD_S:g} s"


class FlattenSheet(Sheet):
    """Opened by the top bar's button or its key; works whatever state trading is in.

    Signals:
        told (str, str, str): words, tone and hover text for the top bar; all "" when there is nothing to tell.
    """

    told = Signal(str, str, str)

    def __init__(self, desk: Desk, mode_word: str, window: QWidget) -> None:
        super().__init__("Flatten", window, WIDTH_PX)
        self._desk = desk
        self._asked_s = 0.0
        self._sent_s: float | None = None  # a flatten was sent and nothing was heard of it
        self._id_before = ""
        self._running_id = ""
        self._began_s = 0.0
        self._planned_s = 0.0
        self.target = FlattenTarget(FlattenScope.EVERYTHING)
        self.plan: FlattenPlan | None = None
        self.plan_page = PlanPage(desk, mode_word)
        self.progress_page = ProgressPage()
        self.body.addWidget(self.plan_page)
        self.body.addWidget(self.progress_page)
        self.plan_page.scope_chosen.connect(self.choose)
        self.plan_page.confirmed.connect(self._confirm)
        self.plan_page.dropped.connect(self._give_up)
        self.progress_page.stopped.connect(self._give_up)
        self.progress_page.again.connect(self.start_plan)
        desk.safety.planned.connect(self._on_plan)
        desk.safety.flattening.connect(self._on_progress)
        desk.instruments_changed.connect(self._show_plan)
        self.closed.connect(self._on_closed)
        self._ticks = QTimer(self)
        self._ticks.setInterval(TICK_MS)
        self._ticks.timeout.connect(self.tick)

    # -- opening ----------------------------------------------------------------

    def open(self) -> None:
        """Show how the running flatten stands, else a fresh plan; harmless while it is open."""
        safety = self._desk.safety
        self._ticks.start()
        if safety.is_flattening or self._sent_s is not None:
            self._turn_to(self.progress_page)
            self._show_progress()
            self.present(self.close_button)
            return
        if not self.is_open or not self.plan_page.isVisible():
            offered = safety.plan is not None and safety.plan.offered_again
            self.start_plan(safety.plan.target if offered and safety.plan is not None else None)
        self.present(self.plan_page.hold)

    def start_plan(self, target: FlattenTarget | None = None) -> None:
        """Turn to the plan of a target, everything by itself."""
        self._turn_to(self.plan_page)
        self._aim(target if isinstance(target, FlattenTarget) else FlattenTarget(FlattenScope.EVERYTHING))

    def choose(self, scope: FlattenScope) -> None:
        self._aim(target_for(scope, self._desk))

    def _aim(self, target: FlattenTarget) -> None:
        self.target, self.plan = target, None
        known = self._desk.safety.plan
        if known is not None and known.offered_again and known.target == target:
            self.plan, self._planned_s = known, self._desk.monotonic_s()
        self._ask()
        self.plan_page.show_target(target)
        self._show_plan()

    def _ask(self) -> None:
        self._asked_s = self._desk.monotonic_s()
        self._desk.send(PlanFlatten(self.target, self._desk.who))

    def _turn_to(self, page: QWidget) -> None:
        self.plan_page.setVisible(page is self.plan_page)
        self.progress_page.setVisible(page is self.progress_page)

    # -- while it is open -------------------------------------------------------

    def tick(self) -> None:
        """Age what is shown; ask for a fresh plan in good time."""
        if not self.is_open:
            return
        if self.progress_page.isVisible():
            self._show_progress()
        elif not self.plan_page.hold.is_held:
            if self._desk.monotonic_s() - self._asked_s >= REPLAN_S:
                self._ask()
            self._show_plan()

    def _on_plan(self, plan: FlattenPlan) -> None:
        if plan.offered_again and not self.is_open:
            self.told.emit("Flatten interrupted…", "amber", OFFERED)
        if plan.target == self.target and not self.plan_page.hold.is_held:
            self.plan, self._planned_s = plan, self._desk.monotonic_s()
            self._show_plan()

    def _show_plan(self) -> None:
        waited = self._desk.monotonic_s() - self._asked_s
        self.plan_page.show_plan(self.plan, self.target, late=self.plan is None and waited >= LATE_S)
        if self.plan_page.isVisible():
            age = f.age(self._desk.monotonic_s() - self._planned_s)
            self.subtitle.setText("" if self.plan is None else f"plan {age} old")

    # -- doing it ---------------------------------------------------------------

    def _confirm(self) -> None:
        progress = self._desk.safety.flatten
        self._id_before = progress.flatten_id if progress is not None else ""
        self._sent_s = self._desk.monotonic_s()
        plan_id = self.plan.plan_id if self.plan is not None else ""
        self._desk.send(Flatten(self.target, plan_id, self._desk.who, HOW))
        self._turn_to(self.progress_page)
        self._show_progress()
        self.close_button.setFocus()
        if self._sent_s is not None:
            self.told.emit("Flattening…", "accent", "Sent; the engine has not told anything yet.")

    def _give_up(self) -> None:
        self._sent_s = None
        self._desk.send(StopFlatten(self._desk.who))
        if self.plan_page.isVisible():
            self.told.emit("", "", "")
            self.dismiss()

    def _on_progress(self, progress: FlattenProgress) -> None:
        if progress.flatten_id != self._running_id:
            self._running_id = progress.flatten_id
            self._began_s = self._desk.monotonic_s() if self._sent_s is None else self._sent_s
        if progress.flatten_id != self._id_before:
            self._sent_s = None
        words = bar_words(progress)
        self.told.emit(words.text, words.tone, words.tip)
        if self.is_open and self.progress_page.isVisible():
            self._show_progress()

    def _show_progress(self) -> None:
        progress = self._desk.safety.flatten
        self.subtitle.setText("")
        if self._sent_s is not None:
            late = self._desk.monotonic_s() - self._sent_s >= LATE_S
            self.progress_page.show_sent(late=late)
        elif progress is not None:
            self.progress_page.show_progress(progress, self._desk.monotonic_s() - self._began_s)

    def _on_closed(self) -> None:
        """A result that was seen is taken off the top bar."""
        self._ticks.stop()
        progress = self._desk.safety.flatten
        if self._sent_s is None and progress is not None and progress.is_over:
            self.told.emit("", "", "")
