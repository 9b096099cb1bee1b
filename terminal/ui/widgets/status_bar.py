"""Status bar: is everything connected, in time, within budget, written down and logged."""

from collections import Counter
from typing import Final

from PySide6.QtCore import QDateTime, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStatusBar, QWidget

from terminal.domain.ai_log import AiLogState
from terminal.domain.language_model import LANGUAGE
from terminal.domain.market import StreamState
from terminal.ui import formatting as f
from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import INSET
from terminal.ui.viewmodels.clock_pace import ClockPace
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.mode_words import MODE_LOOK, mode_tip
from terminal.ui.viewmodels.rule_words import summary
from terminal.ui.viewmodels.venue_words import venue_name, venue_tip
from terminal.ui.viewmodels.words import MODEL_PHASE, short_model
from terminal.ui.widgets.live_label import LiveLabel
from terminal.ui.widgets.plain_text import one_line, tooltip, visible

HEIGHT: Final = 26
PHASE_CHARS: Final = 60
CLOCK_TICK_MS: Final = 1_000
SKEW_AMBER_MS: Final = 1_000.0  # the venue refuses a signature some seconds off
BUDGET_AMBER: Final = 0.8
DROPPED: Final = ("review_mode", "clock", "budget")
"""Hidden in this order while the line is too narrow, unless what they say is more than quiet."""
_SPACING_PX: Final = 14
_OPEN_LOGS: Final = (AiLogState.QUEUED, AiLogState.SENDING, AiLogState.RETRYING)


class Lamp(QWidget):
    """A sign in the colour of its state before quiet words: ● up, ▲ down, ○ not yet."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sign, self.label = QLabel("○"), LiveLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        for part in (self.sign, self.label):
            part.setTextFormat(Qt.TextFormat.PlainText)
            set_role(part, "size", "hint")
            row.addWidget(part)
        self.label.setAccessibleName(name)

    def show_state(self, word: str, state: StreamState | None, latency_ms: float | None) -> None:
        words, sign, sign_tone, tone = word, "○", "muted", "muted"
        tip = f"The {word} has not connected yet."
        if state is not None and state.connected:
            sign, sign_tone, tip = "●", "up", f"Connected: {state.detail}."
            if latency_ms is not None:
                words += f" {latency_ms:.0f}{f.THIN}ms"
                tip += f"\nMedian round trip of requests: {latency_ms:.1f} ms."
        elif state is not None:
            words, sign, sign_tone, tone = f"{word} down", "▲", "down", "down"
            tip = f"Not connected: {state.detail}. It reconnects by itself."
        self.sign.setText(sign)
        self.label.setText(words)
        set_role(self.sign, "tone", sign_tone)
        set_role(self.label, "tone", tone)
        self.setToolTip(tooltip(tip))


class AskedLabel(LiveLabel):
    """Words that lead somewhere when they are clicked.

    Signals:
        asked: it was clicked.
    """

    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.asked.emit()


class _Line(QWidget):
    """Tells when it is given another width.

    Signals:
        resized: it was.
    """

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()


class StatusBar(QStatusBar):
    """One line of health; every item explains itself on hover.

    Signals:
        rules_asked: a person wants to see the competition's rules.
    """

    rules_asked = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setSizeGripEnabled(False)
        self.items: dict[str, QLabel] = {}
        self._row = QHBoxLayout()
        self._row.setContentsMargins(INSET - 4, 0, INSET - 4, 0)
        self._row.setSpacing(_SPACING_PX)
        self.public, self.private = Lamp("market data"), Lamp("account stream")
        self._add("phase")
        self._add("venue")
        self._add("review_mode")
        self._row.addWidget(self.public)
        self._row.addWidget(self.private)
        for name in ("clock", "budget", "journal", "ai_logs", "model"):
            self._add(name)
        rules = AskedLabel(self)
        rules.asked.connect(self.rules_asked)
        self._add("rules", rules)
        self._row.addStretch(1)
        self._add("time")
        self._add("keys")
        self._show_keys()
        desk.actions.keymap.changed.connect(self._show_keys)
        self._line = line = _Line(self)
        line.setFixedHeight(HEIGHT)
        line.setMinimumWidth(1)  # whatever it has to say, it never widens the window
        line.setLayout(self._row)
        line.resized.connect(self._fit)
        self.addWidget(line, 1)
        self._pace = ClockPace()
        self._ticker = QTimer(self)
        self._ticker.setInterval(CLOCK_TICK_MS)
        self._ticker.timeout.connect(self._show_time)
        self._ticker.timeout.connect(self._fit)
        self._ticker.start()
        for signal in (desk.stream_changed, desk.health_changed, desk.ai_log_changed, desk.model_changed):
            signal.connect(self.refresh)
        desk.phase_changed.connect(self.refresh)
        desk.rules.lights_changed.connect(self._show_rules)
        desk.review.mode_changed.connect(self.refresh)
        desk.venues.traded_changed.connect(self.refresh)
        self.refresh()
        self._show_time()

    def _show_keys(self) -> None:
        keys = self._desk.actions.keymap
        listed, find = keys.shown("window.keys"), keys.shown("palette")
        tip = f"{listed} lists every key of this window, {find} finds anything in it."
        self._set("keys", f"{listed} keys".strip(), "muted", tip)

    def _add(self, name: str, label: QLabel | None = None) -> None:
        label = label or LiveLabel(parent=self)
        label.setAccessibleName(name.replace("_", " "))
        label.setTextFormat(Qt.TextFormat.PlainText)
        set_role(label, "size", "hint")
        label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._row.addWidget(label)
        self.items[name] = label

    def _set(self, name: str, text: str, tone: str, tip: str) -> None:
        label = self.items[name]
        label.setText(visible(text))
        label.setToolTip(tooltip(tip))
        set_role(label, "tone", tone)

    def refresh(self, _: object = None) -> None:
        """Read everything from the desk again; ten short labels."""
        self._show_streams()
        self._show_figures()
        self._show_ai_logs()
        self._show_model()
        self._show_rules()
        self._show_review_mode()
        traded = self._desk.venues.traded
        self._set("venue", venue_name(traded), "muted", venue_tip(traded))
        phase = self._desk.phase
        tip = "How far the start has come. Trading may begin once it says ready."
        whole = one_line(phase.text)
        if len(whole) > PHASE_CHARS:
            tip = f"{phase.text}\n\n{tip}"
            whole = f"{whole[: PHASE_CHARS - 1].rstrip()}…"
        self._set("phase", whole, "muted" if phase.ready else "amber", tip)
        self._fit()

    def _fit(self) -> None:
        """Hide what can best be missed until no word is cut."""
        parts: dict[str, QWidget] = {**self.items, "public": self.public, "private": self.private}
        needs = {name: part.sizeHint().width() + _SPACING_PX for name, part in parts.items()}
        over = sum(needs.values()) + self._row.contentsMargins().left() * 2 - self._line.width()
        for name in DROPPED:
            drops = over > 0 and self.items[name].property("tone") == "muted"
            self.items[name].setVisible(not drops)
            over -= needs[name] if drops else 0

    def _show_streams(self) -> None:
        streams = self._desk.streams
        self.public.show_state("market data", streams.get("public"), self._desk.health.latency_ms)
        self.private.show_state("account stream", streams.get("private"), None)

    def _show_figures(self) -> None:
        health = self._desk.health
        skew = health.clock_offset_ms
        words = f.DASH if skew is None else f"{_signed(skew)}{f.THIN}ms"
        late = skew is not None and abs(skew) > SKEW_AMBER_MS
        tip = "Clock of the venue less ours. Requests are signed with the corrected time."
        tip += "\nNot measured yet." if skew is None else ""
        self._set("clock", f"clock {words}", "amber" if late else "muted", tip)
        near = health.budget_limit > 0 and health.budget_used >= BUDGET_AMBER * health.budget_limit
        budget = f"{health.budget_used} / {health.budget_limit}" if health.budget_limit else f.DASH
        self._set(
            "budget", f"budget {budget}", "amber" if near else "muted",
            "Request weight used of our own limit for ten seconds. Cancels and closes may go above it.",
        )  # fmt: skip
        if health.journal_ok:
            tip = "Newest durable record of the hash chain."
            words = f"journal ok {health.journal_seq:,}" if health.journal_seq else f"journal {f.DASH}"
            self._set("journal", words, "muted", tip)
        else:
            tip = "The journal cannot be written or its chain is broken: nothing opens. See Events."
            self._set("journal", "▲ journal failed", "down", tip)

    def _show_ai_logs(self) -> None:
        counts = Counter(log.state for log in self._desk.ai_logs.values())
        accepted, hand = counts[AiLogState.ACCEPTED], counts[AiLogState.NEEDS_HAND]
        sending, waiting = sum(counts[state] for state in _OPEN_LOGS), counts[AiLogState.WAITING]
        parts = [f"{accepted} accepted"]
        parts += [f"{sending} on the way"] if sending else []
        parts += [f"{waiting} waiting"] if waiting else []
        parts += [f"{hand} need{'s' if hand == 1 else ''} a hand"] if hand else []
        tip = "AI logs of this window. Each order's log is uploaded once the order id is known; see AI logs."
        self._set("ai_logs", f"AI logs {', '.join(parts)}", "down" if hand else "muted", tip)

    def _show_rules(self) -> None:
        self._set("rules", *summary(self._desk.rules.lights))

    def _show_model(self) -> None:
        model = self._desk.model
        words, tone = MODEL_PHASE[model.phase]
        tip = [model.model] if model.model else []
        tip.append(model.detail or "The model has not reported yet.")
        if model.skill_pct is not None:
            interval = _interval(model.skill_low_pct, model.skill_high_pct)
            tip.append(f"Direction skill out of sample {_signed(model.skill_pct, 1)} %{interval}")
        if model.latency_ms is not None:
            tip.append(f"Newest answer took {model.latency_ms:.0f} ms.")
        self._set("model", f"model {_spoken(model.model) or f.DASH} {words}", tone, "\n".join(tip))

    def _show_review_mode(self) -> None:
        book = self._desk.review
        look = MODE_LOOK[book.mode]
        self._set("review_mode", look.name, look.tone, mode_tip(book.mode, book.mode_set).rpartition("\n")[0])

    def _show_time(self) -> None:
        """Show the clock; a built-in market may run faster than the operator, which is then said."""
        now_ms, real_ms = self._desk.now_ms(), QDateTime.currentMSecsSinceEpoch()
        self._pace.note(now_ms, self._desk.monotonic_s())
        if self._pace.is_real:
            self._set("time", f"{f.local_time(now_ms)} local", "muted", f.both_times(now_ms))
            return
        tip = f"Market time: the built-in exchange's clock runs {self._pace.rate:.0f} times faster than yours."
        tip += f"\n{f.both_times(now_ms)}\n\nYour own time now\n{f.both_times(real_ms)}"
        self._set("time", f"market time {f.local_time(now_ms)}", "muted", tip)


def _spoken(model: str) -> str:
    """Give the word a model goes by; where a language model is served is for hover."""
    short = short_model(model)
    return short.partition("/")[0] if short.startswith(LANGUAGE) else short


def _signed(value: float, decimals: int = 0) -> str:
    text = f"{abs(value):,.{decimals}f}"
    return f"{f.MINUS if value < 0 else '+'}{text}"


def _interval(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "."
    return f", 90 % interval {_signed(low, 1)} to {_signed(high, 1)}."
