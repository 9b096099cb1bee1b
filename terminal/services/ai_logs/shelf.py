"""All logs of one profile, and quick answers about them: thousands may lie here.

What is asked at every upload and every order (what is due, what is late, what was refused)
is kept beside the logs instead of being searched for.
"""

import heapq
from itertools import count
from typing import Final

from terminal.domain.ai_log import AiLog, AiLogState

TO_SEND: Final = frozenset({AiLogState.QUEUED, AiLogState.RETRYING})


class LogShelf:
    """Logs by id. Moments are seconds of the operator's clock."""

    def __init__(self) -> None:
        self.logs: dict[str, AiLog] = {}
        self._of_order: dict[str, list[str]] = {}
        self._late_since_s: dict[str, float] = {}  # since when a log could have been uploaded
        self._holding: dict[str, None] = {}  # in the order of refusal
        self._due_s: dict[str, float] = {}
        self._queue: list[tuple[float, int, str]] = []
        self._order = count()
        self._parked: list[str] = []
        self._superseded: set[str] = set()

    # -- keeping -----------------------------------------------------------------

    def put(self, log: AiLog) -> None:
        """Keep a log, or its next state."""
        if log.log_id not in self.logs:
            self._of_order.setdefault(log.client_order_id, []).append(log.log_id)
        self.logs[log.log_id] = log
        if log.supersedes:
            self._superseded.add(log.supersedes)
        if log.holds_entries:
            self._holding[log.log_id] = None
        else:
            self._holding.pop(log.log_id, None)

    def of_order(self, client_order_id: str) -> tuple[AiLog, ...]:
        return tuple(self.logs[log_id] for log_id in self._of_order.get(client_order_id, ()))

    def is_superseded(self, log_id: str) -> bool:
        """True when another log stands in for this one: it is kept and never linked to the order."""
        return log_id in self._superseded

    # -- refused ------------------------------------------------------------------

    @property
    def refused(self) -> AiLog | None:
        """The first log that was refused for good and is not settled; one about a missing permission before others."""
        held = [self.logs[log_id] for log_id in self._holding]
        return next((log for log in held if log.is_permission_refusal), held[0] if held else None)

    @property
    def refused_count(self) -> int:
        return len(self._holding)

    # -- late ---------------------------------------------------------------------

    def begin_waiting(self, log_id: str, now_s: float) -> None:
        self._late_since_s.setdefault(log_id, now_s)

    def end_waiting(self, log_id: str) -> None:
        self._late_since_s.pop(log_id, None)

    def waiting(self, *, orders_only: bool) -> list[float]:
        """Since when each log waits that could have been uploaded and is not accepted."""
        return [
            since_s
            for log_id, since_s in self._late_since_s.items()
            if self.logs[log_id].is_open and (self.logs[log_id].is_about_order or not orders_only)
        ]

    # -- due ----------------------------------------------------------------------

    def plan(self, log_id: str, due_s: float) -> None:
        """Set when a log is uploaded next."""
        self._due_s[log_id] = due_s
        heapq.heappush(self._queue, (due_s, next(self._order), log_id))

    def next_due(self, now_s: float, behind: str | None) -> AiLog | None:
        """Give what is due, the longest due first; logs that are about no order wait behind the log `behind`."""
        if behind is None:
            self._unpark()
        while self._queue and self._queue[0][0] <= now_s:
            due_s, _, log_id = self._queue[0]
            log = self.logs[log_id]
            if log.state not in TO_SEND or self._due_s[log_id] != due_s:
                heapq.heappop(self._queue)  # planned anew since, or settled
            elif behind is not None and log_id != behind and not log.is_about_order:
                heapq.heappop(self._queue)
                self._parked.append(log_id)
            else:
                return log
        return None

    def next_due_s(self) -> float | None:
        """When the next one is due; None when nothing is planned."""
        while self._queue:
            due_s, _, log_id = self._queue[0]
            if self.logs[log_id].state in TO_SEND and self._due_s[log_id] == due_s:
                return due_s
            heapq.heappop(self._queue)
        return None

    def _unpark(self) -> None:
        parked, self._parked = self._parked, []
        for log_id in parked:
            self.plan(log_id, self._due_s[log_id])
