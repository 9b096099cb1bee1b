"""AI logs as rows, newest first."""

import json
from collections import Counter
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from terminal.domain.ai_log import AiLog, AiLogState, LogTry
from terminal.domain.instrument import base_of
from terminal.ui.formatting import both_times
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.words import AI_LOG_STATE
from terminal.ui.widgets.plain_text import one_line, tooltip

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT: Final = QModelIndex()
_TAIL: Final = 7  # digits of an order id that tell orders apart
ON_PAPER: Final = "kept on paper, never sent"
PAPER_HELP: Final = "Kept on paper, never sent: its order was simulated here, so no venue gets a log about it."
_ON_THE_WAY: Final = frozenset({AiLogState.QUEUED, AiLogState.SENDING, AiLogState.RETRYING})


class AiLogModel(QAbstractListModel):
    """Every AI log of the desk."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._ids = list(desk.ai_logs)  # oldest first
        self._places = {log_id: place for place, log_id in enumerate(self._ids)}
        desk.ai_log_changed.connect(self._on_changed)

    def _on_changed(self, log: AiLog) -> None:
        place = self._places.get(log.log_id)
        if place is not None:
            row = len(self._ids) - 1 - place
            self.dataChanged.emit(self.index(row), self.index(row))
            return
        self.beginInsertRows(_NO_PARENT, 0, 0)
        self._places[log.log_id] = len(self._ids)
        self._ids.append(log.log_id)
        self.endInsertRows()

    def log(self, row: int) -> AiLog:
        return self._desk.ai_logs[self._ids[-1 - row]]

    def pair(self, log: AiLog) -> str:
        """Say what the log is about: the coin of its decision or order, else what its text names; "" for nothing."""
        proposal = self._desk.proposals.get(log.decision_id)
        if proposal is not None:
            return base_of(proposal.decision.instrument_id)
        order = self._desk.orders.get(log.client_order_id)
        if order is not None:
            return base_of(order.terms.instrument_id)
        return "" if log.is_about_order else _about(log.content)

    def counts(self) -> Counter[str]:
        """Count logs under the headings of the panel."""
        return Counter(_heading(log.state) for log in self._desk.ai_logs.values())

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        log = self.log(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return "  ".join(
                part for part in (one_line(log.stage), self.pair(log), id_tail(log), state_words(log)) if part
            )
        if role == Qt.ItemDataRole.ToolTipRole:
            answer = venue_answer(log)
            words = f"{state_words(log)}, {attempts_words(log)}" if not log.is_on_paper else PAPER_HELP
            short = "long texts by their ends and hash" if log.is_shortened else ""
            return tooltip("\n".join(filter(None, (words, answer, short, both_times(log.created_ms)))))
        return None


@lru_cache(maxsize=1_000)
def _about(content: bytes) -> str:
    """What a log without an order tells of, in two words; its content is canonical JSON of ours."""
    try:
        output = json.loads(content)["output"]
    except (ValueError, KeyError, TypeError):  # damaged: the details say so aloud
        return ""
    pairs = [each.get("instrument_id", "") for each in output.get("decisions", ())]
    if len(pairs) > 1:
        return f"{len(pairs)} pairs hold"
    if pairs:
        return f"{base_of(pairs[0])} holds"
    if "model_sha256" in output:
        return "new model"
    return base_of(output.get("instrument_id", ""))


def _heading(state: AiLogState) -> str:
    if state is AiLogState.ACCEPTED:
        return "accepted"
    if state is AiLogState.NEEDS_HAND:
        return "refused"
    if state is AiLogState.GAP:
        return "gaps"
    if state is AiLogState.WAITING:
        return "waiting"
    return "sending" if state in _ON_THE_WAY else "kept"


def id_tail(log: AiLog) -> str:
    """Give the end of the venue's order id, as in `…4628269`."""
    return f"…{log.venue_order_id[-_TAIL:]}" if log.venue_order_id else ""


def state_words(log: AiLog) -> str:
    """Give the state, with the venue's code where it refused: `refused 40753`."""
    if not log.is_intact:
        return "content damaged"
    if log.state is AiLogState.NEEDS_HAND:
        return one_line(f"refused {log.last_code}")
    if log.is_on_paper:
        return ON_PAPER
    words = AI_LOG_STATE[log.state][0]
    return one_line(f"{words} {log.last_code}") if log.state is AiLogState.RETRYING and log.last_code else words


def state_tone(log: AiLog) -> str:
    return AI_LOG_STATE[log.state][1] if log.is_intact else "down"


def venue_answer(log: AiLog) -> str:
    """Give the venue's code and words at the newest attempt; "" when no venue has answered."""
    return "" if log.is_on_paper else f"{log.last_code} {log.last_message}".strip()


def attempts_words(log: AiLog) -> str:
    """Say how often it was sent; the paper venue takes a log only to keep it."""
    if log.is_on_paper:
        return "never sent"
    return {0: "not sent yet", 1: "sent once"}.get(log.attempts, f"sent {log.attempts} times")


def tries_words(log: AiLog) -> str:
    """Give one line an upload: its number, when it left and when it was answered, the venue's own words."""
    return "" if log.is_on_paper else "\n".join(map(_try_words, log.tries))


def _try_words(one: LogTry) -> str:
    sent = both_times(one.at_ms).split("\n")[0]
    if not one.answered_ms:
        return f"{one.attempt}.  {sent}, no answer yet"
    took_s = max(0, one.answered_ms - one.at_ms) / 1_000
    return f"{one.attempt}.  {sent}, answered after {took_s:.1f} s: {one.code} {one.message}".strip()
