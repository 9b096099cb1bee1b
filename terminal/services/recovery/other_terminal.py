"""Notices another terminal on the same account, by the ids of its orders.

Our client order ids begin with four characters that name the run which made them, and the
journal knows the runs of this installation. An id made the same way by a run it does not
know was made by another installation: two of them on one account would fight over the
same positions, each within its own limits, so this one halts until a person has looked.
"""

from collections.abc import Iterable
from typing import Final

from terminal.domain.instrument import base_of
from terminal.domain.plain_words import act
from terminal.domain.recovered import Recovered
from terminal.domain.risk import TradingState
from terminal.domain.rules import named_rule
from terminal.ports.venue import OrderReport, TriggerReport
from terminal.services.ids import instance_of
from terminal.services.trading_switch import TradingSwitch

CAUSE: Final = "another terminal"


class OtherTerminal:
    """Knows the runs that are ours; `instance` is this one."""

    def __init__(self, instance: str, switch: TradingSwitch) -> None:
        self._switch = switch
        self.instance = instance
        self._ours = {instance}
        self._told: set[str] = set()

    def restore(self, recovered: Recovered) -> None:
        """Learn of earlier runs: from what they said, and from the orders and stops they made."""
        made = [order.client_order_id for order in recovered.orders]
        made += [client_order_id for client_order_id, _ in recovered.signed_at_ms]
        made += [own_id for each in recovered.protections for own_id in (each.stop_id, each.target_id)]
        self._ours |= {*recovered.instances, *filter(None, map(instance_of, made))}

    @property
    def seen(self) -> int:
        """How many orders and triggers of another terminal were seen in this run."""
        return len(self._told)

    def is_ours(self, client_order_id: str | None) -> bool:
        """True for an id that this run or an earlier one of this installation made."""
        return instance_of(client_order_id or "") in self._ours

    def is_foreign(self, client_order_id: str | None) -> bool:
        """True for an id made our way by an installation that is not this one."""
        instance = instance_of(client_order_id or "")
        return instance is not None and instance not in self._ours

    def see(self, report: OrderReport | TriggerReport) -> bool:
        """Look at an order or trigger nobody here knows; True when another terminal made it. Halts once for each."""
        if not self.is_foreign(report.client_order_id):
            return False
        if report.venue_order_id not in self._told:
            self._told.add(report.venue_order_id)
            self._halt(report)
        return True

    def see_all(self, reports: Iterable[TriggerReport]) -> None:
        """Look at a list of triggers."""
        for report in reports:
            self.see(report)

    def _halt(self, report: OrderReport | TriggerReport) -> None:
        kind = "a trigger" if isinstance(report, TriggerReport) else "an order"
        what = f"{act(report.side, report.effect)} {report.size} {base_of(report.instrument_id)}"
        self._switch.demand(
            CAUSE,
            TradingState.HALTED,
            f"{named_rule(10, 'one seat')}: another terminal trades this account: it made {kind} this one knows "
            f"nothing of ({what}, the venue's number {report.venue_order_id}). Stop the other one, look at positions "
            "and orders, then set Active",
        )
