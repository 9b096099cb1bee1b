"""How the API test and the look before the day stand. Part of the desk's state; GUI thread only."""

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from terminal.domain.rehearsal import (
    API_TEST_STEPS,
    BY_OUTBOX,
    READINESS_POINTS,
    HttpExchange,
    RehearsalChanged,
    RehearsalKind,
    RehearsalRow,
    RowState,
)
from terminal.ui.formatting import both_times

SIGN: Final = {
    RowState.WAITING: ("○", "muted"),
    RowState.RUNNING: ("…", "accent"),
    RowState.ASKS: ("◆", "amber"),
    RowState.OK: ("●", "up"),
    RowState.LOOK: ("◆", "amber"),
    RowState.FAILED: ("▲", "down"),
    RowState.SKIPPED: ("○", "muted"),
}


class RehearsalBook(QObject):
    """The newest standing of each kind.

    Signals:
        changed: the kind whose standing changed.
    """

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._newest: dict[RehearsalKind, RehearsalChanged] = {}
        self.handlers: dict[type, Callable[[Any], None]] = {RehearsalChanged: self._on_changed}

    def rows(self, kind: RehearsalKind) -> tuple[RehearsalRow, ...]:
        """Give the rows of a kind, also before its first run."""
        newest = self.of(kind)
        if newest is not None:
            return newest.rows
        titles = API_TEST_STEPS if kind is RehearsalKind.API_TEST else READINESS_POINTS
        return tuple(RehearsalRow(name, title, RowState.WAITING) for name, title in titles.items())

    def of(self, kind: RehearsalKind) -> RehearsalChanged | None:
        """Give the newest standing of a kind; None before its first run."""
        return self._newest.get(kind)

    def _on_changed(self, event: RehearsalChanged) -> None:
        self._newest[event.kind] = event
        self.changed.emit(event.kind)


def row_words(row: RehearsalRow) -> str:
    """Give what a row says: what was found and what to do, or how it stands."""
    words = row.words or row.state.value
    words = words[:1].upper() + words[1:]
    return f"{words}. {row.hint}" if row.hint else words


def record_words(event: RehearsalChanged | None) -> str:
    """Say where the result is kept; "" while there is none."""
    if event is None or not event.record_seq:
        return ""
    when = both_times(event.at_ms).replace("\n", ", ")
    return f"Record {event.record_seq:,} of the journal, seal {event.seal}, {when}"


def verdict_tone(verdict: str) -> str:
    """Give the colour of a result: passed and go are good, a look is needed, anything else is bad."""
    if verdict.startswith("Go with care"):
        return "amber"
    if verdict.startswith(("Passed", "Go")):
        return "up"
    return "down" if verdict else "muted"


def traffic_text(row: RehearsalRow) -> str:
    """Write a row's requests and answers one after the other, as they were sent and came back."""
    if not row.exchanges:
        return "This step has sent no request of its own yet."
    return "\n\n\n".join(
        "\n".join(
            (
                f"{number}. {each.request}",
                each.sent or "(no body)",
                "",
                f"→ {_end(each)}",
                each.answer or "(no body)",
            )
        )
        for number, each in enumerate(row.exchanges, start=1)
    )


def _end(exchange: HttpExchange) -> str:
    if exchange.status == BY_OUTBOX:
        return "uploaded by the outbox; the venue says"
    return f"{f'HTTP {exchange.status}' if exchange.status else 'no answer'}, {exchange.took_ms} ms"
