"""What orders and AI logs come to, for the rules; worked out again only after something moved."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from terminal.domain.ai_log import AiLog, AiLogState
from terminal.domain.order import AT_VENUE, Effect, Order, OrderState, Origin
from terminal.domain.season import Season
from terminal.services.ai_logs.archive import Archive
from terminal.services.ai_logs.outbox import AiLogOutbox

_REACHED: Final = AT_VENUE | {OrderState.CANCELED}


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of one account. `unexplained` are openings that no stored decision and approval stand behind.

    `entries` opened something since the season began; `with_log` of `owing_log` orders have a
    settled AI log, `lost_logs` will never have one; `changed_logs` no longer hash as frozen.
    """

    openings: int = 0
    explained: int = 0
    unexplained: tuple[Order, ...] = ()
    entries: int = 0
    cancelled: int = 0
    owing_log: int = 0
    with_log: int = 0
    waiting_logs: int = 0
    lost_logs: int = 0
    logs: int = 0
    changed_logs: int = 0


class Counter:
    """Counts on demand. Each log is hashed once for each content it ever showed."""

    def __init__(self, archive: Archive, outbox: AiLogOutbox, season: Season) -> None:
        self._archive = archive
        self._outbox = outbox
        self._season = season
        self._hashed: dict[str, tuple[bytes, str, bool]] = {}

    def count(self, orders: Iterable[Order]) -> Counts:
        """Go once over everything."""
        known = [order for order in orders if order.venue_order_id is not None]
        openings = [order for order in known if order.terms.effect is Effect.OPEN]
        unexplained = tuple(order for order in openings if not self._is_explained(order))
        reached = [order for order in known if order.filled_size > 0 or order.state in _REACHED]
        settled = sum(self._outbox.is_settled(order.client_order_id) for order in reached)
        lost = sum(self._has_lost_its_log(order) for order in reached)
        logs = tuple(self._outbox.logs.values())
        return Counts(
            openings=len(openings),
            explained=len(openings) - len(unexplained),
            unexplained=unexplained,
            entries=sum(order.filled_size > 0 and self._is_of_season(order) for order in openings),
            cancelled=sum(order.state is OrderState.CANCELED and order.filled_size == 0 for order in openings),
            owing_log=len(reached),
            with_log=settled,
            waiting_logs=len(reached) - settled - lost,
            lost_logs=lost,
            logs=len(logs),
            changed_logs=sum(not self._is_intact(log) for log in logs),
        )

    def _is_explained(self, order: Order) -> bool:
        return order.decision_id is not None and order.decision_id in self._archive.approvals

    def _has_lost_its_log(self, order: Order) -> bool:
        """No log can come any more: it was made elsewhere, or a person recorded the gap."""
        if order.origin is Origin.EXTERNAL:
            return True
        logs = self._outbox.of_order(order.client_order_id)
        is_settled = self._outbox.is_settled(order.client_order_id)
        return not is_settled and any(log.state is AiLogState.GAP for log in logs)

    def _is_of_season(self, order: Order) -> bool:
        season = self._season
        after_start = season.start_ms is None or order.created_ms >= season.start_ms
        return after_start and (season.end_ms is None or order.created_ms < season.end_ms)

    def _is_intact(self, log: AiLog) -> bool:
        known = self._hashed.get(log.log_id)
        if known is None or known[0] is not log.content or known[1] != log.content_sha256:
            known = (log.content, log.content_sha256, log.is_intact)
            self._hashed[log.log_id] = known
        return known[2] and not (log.state is AiLogState.NEEDS_HAND and log.last_code == "changed")
