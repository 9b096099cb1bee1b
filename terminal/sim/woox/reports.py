"""What the private stream says. Source: reference section 6.2.

An execution report joins the order's change with the fill that made it. The
fields of the other pushes are not documented for v3: they have the names of
the older protocol, or, by a switch, a shape nobody knows.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from terminal.sim.exchange.records import AccountEvent, Fill, Order, Plan
from terminal.sim.exchange.spot.records import SpotEvent, SpotFill, SpotOrder
from terminal.sim.exchange.terms import EventKind
from terminal.sim.serving.digits import text
from terminal.sim.woox.account_api import balance_row, position_row
from terminal.sim.woox.instruments import QUOTE
from terminal.sim.woox.shapes import plan_json
from terminal.sim.woox.spot import spot_fill_view
from terminal.sim.woox.venue import Venue
from terminal.sim.woox.views import FillView, OrderView, fill_view, order_view

Data = dict[str, Any]
EXECUTION: Final = 0
EDIT_REJECTED: Final = 1
CANCELLED: Final = 3  # by the older protocol's numbers


class Reports:
    """Turns account events into pushes, and remembers what was said of each order."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._said: dict[int, tuple[str, str]] = {}  # order id: status and filled size of its last report
        self._plans: dict[str, str] = {}

    def executions(self, events: Sequence[AccountEvent], coins: Sequence[SpotEvent]) -> Iterator[Data]:
        """Execution reports, in the order things happened."""
        for order, fill in [*self._contract_changes(events), *self._spot_changes(coins)]:
            said = (order.status, str(order.filled))
            if fill is not None or self._said.get(order.order_id) != said:
                self._said[order.order_id] = said
                yield report(order, fill)
        while self._venue.edit_rejections:
            yield report(self._venue.edit_rejections.pop(0), None) | {"mt": EDIT_REJECTED, "rs": "edit rejected"}

    def plans(self) -> Iterator[Data]:
        """Algo orders that are new or changed."""
        for plan in list(self._venue.exchange.books.plans.values()):
            state = f"{plan.status.value} {plan.size} {plan.trigger_price}"
            if self._plans.get(plan.order_id) != state:
                self._plans[plan.order_id] = state
                yield self._plan(plan)

    def balances(self) -> Data:
        if self._venue.faults.take("odd_push", "balance") is not None:
            return {"v": 3, "rows": [[QUOTE, balance_row(self._venue, QUOTE)["holding"]]]}
        assets = self._venue.spot.books.holdings
        rows = {asset: balance_row(self._venue, asset) for asset in assets if asset == QUOTE or assets[asset].total}
        return {"balances": {asset: row | {"version": self._version} for asset, row in rows.items()}}

    def positions(self, pairs: set[str]) -> Data:
        """The pairs' positions; a flat one has no holding."""
        if self._venue.faults.take("odd_push", "position") is not None:
            return {"v": 3, "rows": sorted(pairs)}
        shown: Data = {f"PERP_{pair}_{QUOTE}": {"holding": "0", "version": self._version} for pair in sorted(pairs)}
        for held in self._venue.exchange.books.held():
            if held.pair in pairs:
                row = position_row(self._venue, held)
                shown[str(row.pop("symbol"))] = row | {"version": self._version}
        return {"positions": shown}

    def account(self) -> Data:
        margin = self._venue.exchange.margin
        return {"totalCollateral": text(margin.equity()), "version": self._version}

    @property
    def _version(self) -> int:
        return self._venue.exchange.books.version

    def _contract_changes(self, events: Sequence[AccountEvent]) -> Iterator[tuple[OrderView, FillView | None]]:
        """An order's change, joined with the fill that comes right behind it."""
        waiting: Order | None = None
        for event in events:
            subject = event.subject
            if isinstance(subject, Fill) and waiting is not None and waiting.order_id == subject.order_id:
                yield self._view(waiting), fill_view(subject)
                waiting = None
            elif isinstance(subject, Order):
                if waiting is not None:
                    yield self._view(waiting), None
                waiting = subject
        if waiting is not None:
            yield self._view(waiting), None

    def _spot_changes(self, events: Sequence[SpotEvent]) -> Iterator[tuple[OrderView, FillView | None]]:
        for event in events:
            if isinstance(event.subject, SpotOrder):
                fill = spot_fill_view(event.fill) if isinstance(event.fill, SpotFill) else None
                yield self._venue.spot.view(event.subject), fill

    def _view(self, order: Order) -> OrderView:
        return order_view(order, one_way=self._venue.is_one_way)

    def _plan(self, plan: Plan) -> Data:
        row = plan_json(plan, one_way=self._venue.is_one_way, as_ms=True)
        return row | {"timestamp": plan.updated_ms, "tradeId": 0, "reason": plan.cancel_reason}


def touched_pairs(events: Sequence[AccountEvent]) -> set[str]:
    """Pairs whose position changed."""
    return {getattr(event.subject, "pair", "") for event in events if event.kind is EventKind.POSITION}


def report(order: OrderView, fill: FillView | None) -> Data:
    """One execution report; `tid` 0 = it is about no execution."""
    return {
        "mt": CANCELLED if order.status == "CANCELLED" else EXECUTION,
        "s": order.listing.symbol,
        "cid": order.client_id,
        "oid": order.order_id,
        "t": order.type,
        "sd": order.side.value,
        "ps": order.position_side,
        "sx": text(order.size),
        "px": "0" if order.price is None else text(order.price),
        "tid": fill.trade_id if fill else 0,
        "esx": text(fill.size) if fill else "0",
        "epx": text(fill.price) if fill else "0",
        "f": text(fill.fee) if fill else "0",
        "fa": order.fee_asset,
        "tesx": text(order.filled),
        "aepx": text(order.average),
        "ss": order.status,
        "rs": order.reason,
        "tg": "default",
        "tf": text(order.fee),
        "tfc": order.fee_asset,
        "tr": "0",
        "trc": QUOTE,
        "vsx": text(order.size),
        "ts": fill.time_ms if fill else order.updated_ms,
        "ro": order.reduce_only,
        "mk": bool(fill and fill.is_maker),
        "lv": order.leverage,
        "m": order.margin_mode.value,
    }
