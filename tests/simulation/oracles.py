"""What must hold in a storm, checked from the exchange's own books and the journal.

O-a  every venue order of ours maps to one intent and, if it opens, one decision and approval
O-b  a decision has at most one venue order, a client id is sent and accepted at most once
O-c  at rest the position our fills explain is the venue's
O-d  no opening that the rules or our limits forbid has reached the venue
O-e  at rest every order of ours has its AI log; a second copy only after an unclear attempt
O-f  the journal is whole and its chain verifies
O-g  after the storm the program trades again, or says what it waits for
O-h  no secret in any word it said
O-i  see `guard_oracle`: no opening that a guardrail forbids has left
"""

from collections import Counter
from decimal import Decimal

from simulation.place import Seen
from simulation.world import StormWorld
from terminal.domain.competition import MAX_LEVERAGE, is_allowed
from terminal.domain.instrument import perpetual
from terminal.domain.messages import Phase, TradingStateChanged
from terminal.domain.order import AT_VENUE, Order, OrderState, Origin
from terminal.domain.recovered import Recovered
from terminal.domain.risk import TradingState
from terminal.services.recovery.position_audit import net_sizes, one_net
from terminal.sim.exchange.terms import OrderOrigin

_SLIPPAGE = Decimal("1.01")  # the book may have moved between the check and the match


class Watcher:
    """Looks at a world after each step; findings go to `world.violations`, once each."""

    def __init__(self, world: StormWorld) -> None:
        self._world = world
        self._seen_orders = 0
        self._told: set[str] = set()

    def step(self) -> None:
        """O-b, O-d and the order machine, after every step."""
        world = self._world
        illegal = world.engine.core.ledger.illegal_transitions
        if illegal:
            self._tell(
                "illegal",
                f"{illegal} illegal transitions: {_said(world, 'cannot happen', 'two orders', 'second order')}",
            )
        orders = world.place.orders()
        for order in orders[self._seen_orders :]:
            self._judge_new(order)
        self._seen_orders = len(orders)
        for key, order in world.engine.core.ledger.orders.items():
            total = world.engine.core.ledger.filled_sum(key)
            if not total <= order.filled_size <= order.terms.size:
                self._tell("illegal", f"{key}: fills {total}, filled {order.filled_size}, size {order.terms.size}")

    def _judge_new(self, order: Seen) -> None:
        world = self._world
        if order.origin is not OrderOrigin.API or order.order_id in world.external:
            return
        if world.sent[order.key] != 1:
            self._tell("doubled", f"{order.key} at the venue was sent {world.sent[order.key]} times")
        if not order.opens:
            return
        ceiling = world.limits.order_notional * (world.engine.core.portfolio.peak_equity or Decimal(1_000))
        if not is_allowed(perpetual(order.pair)):
            self._tell("breach", f"{order.key} trades {order.pair}")
        if order.leverage > min(world.limits.max_leverage, MAX_LEVERAGE):
            self._tell("breach", f"{order.key} has leverage {order.leverage}")
        if order.worth * order.size > ceiling * _SLIPPAGE:
            self._tell("breach", f"{order.key} is worth {order.worth * order.size:.2f}, limit {ceiling:.2f}")
        if world.place.keeps_stops and not order.has_stop:
            self._tell("breach", f"{order.key} has no stop")

    def at_rest(self, kept: Recovered) -> None:
        """All oracles, after the storm and a quiet while."""
        self.step()
        self._map_orders(kept)
        self._positions(kept)
        self._logs()
        world = self._world
        if not world.disk.is_sound():
            self._tell("journal", "the chain does not verify")
        if world.engine.trading_state is TradingState.STARTING:
            self._tell("stuck", f"still comparing: {world.engine._switch.reason}; {_said(world, '')}")
        shown = repr([event for event in world.events if not isinstance(event, Phase | TradingStateChanged)])
        if any(secret in shown for secret in world.secrets):
            self._tell("secret", "a secret was said aloud")

    def _map_orders(self, kept: Recovered) -> None:
        world = self._world
        key_of = world.place.key_of
        ours = {key_of(order.client_order_id): order for order in kept.orders}
        by_venue = {order.venue_order_id: order for order in kept.orders if order.venue_order_id}
        intents = {key_of(client_order_id) for client_order_id in dict(kept.signed_at_ms)}
        approved = {approval.decision_id for approval in kept.approvals}
        for found in world.place.orders():
            known = by_venue.get(found.order_id)
            if known is None and (found.origin is OrderOrigin.API or found.filled > 0):
                self._tell("lost", f"{found.order_id} ({found.key or found.origin.value}) is unknown to the journal")
            if found.order_id in world.external and known is not None and key_of(known.client_order_id) in intents:
                self._tell("lost", f"somebody else's order {found.order_id} was taken for {known.client_order_id}")
            if found.origin is not OrderOrigin.API or found.order_id in world.external or known is None:
                continue
            self._judge_kept(found, ours.get(found.key) if found.key in intents else None, known, approved)
        decisions = Counter(order.decision_id for order in kept.orders if order.decision_id and order.venue_order_id)
        for decision_id, count in decisions.items():
            if count > 1:
                self._tell("doubled", f"decision {decision_id} has {count} orders")
        for order in kept.orders:
            if order.state in {OrderState.SUBMITTING, OrderState.UNKNOWN} and not order.needs_human:
                self._tell("stuck", f"{order.client_order_id} is {order.state.value}")

    def _judge_kept(self, found: Seen, own: Order | None, known: Order, approved: set[str]) -> None:
        """Hold an order of ours at the venue against what we kept: `own` by its id here, `known` by the venue's."""
        if own is None:
            # A broken journal keeps nobody in a position; then a crash may take the exit's intent with it.
            if found.opens or not self._world.bad.injected:
                self._tell("lost", f"{found.key} has no intent")
        elif found.opens and own.decision_id not in approved:
            self._tell("breach", f"{found.key} was never approved")
        elif known is not own and known.origin is not Origin.EXTERNAL:
            self._tell("lost", f"{found.order_id} is {found.key}, and we took it for {known.client_order_id}")
        if known.filled_size != found.filled:
            self._tell("lost", f"{found.key}: we know {known.filled_size} filled, the venue {found.filled}")
        if found.is_final and known.state in AT_VENUE:
            self._tell("lost", f"{found.key}: we say {known.state.value}, the venue {found.status}")

    def _positions(self, kept: Recovered) -> None:
        world = self._world
        venue = world.place.trades()
        missing = venue - {fill.trade_id for fill in kept.fills}
        if missing:
            self._tell("lost", f"{len(missing)} of {len(venue)} fills: {sorted(missing)[:3]}")
        sizes = net_sizes(kept.fills)
        whole_sizes = sizes if world.place.hedge_mode else one_net(sizes)
        explained = {(key[0], key[1].value): size for key, size in whole_sizes.items() if size}
        whole = {(perpetual(pair), side): size for (pair, side), size in world.place.holdings().items()}
        if explained != whole:
            self._tell("lost", f"our fills explain {explained}, the venue holds {whole}")
        held = {(perpetual(pair), side): size for (pair, side), size in world.place.held().items()}
        shown = {(each.instrument_id, each.side.value): each.size for each in world.engine.core.portfolio.positions}
        if shown != held:
            self._tell("lost", f"the window shows {shown}, the venue holds {held}")

    def _logs(self) -> None:
        world = self._world
        uploads = Counter(world.place.uploads())
        ledger, outbox = world.engine.core.ledger, world.engine.core.outbox
        for order in ledger.orders.values():
            if order.venue_order_id is None:
                continue
            logs = outbox.of_order(order.client_order_id)
            count = uploads[order.venue_order_id]
            if len(logs) > 1:
                self._tell("log", f"{order.client_order_id} has {len(logs)} logs")
            if logs and count == 0 and world.place.takes_logs:
                self._tell("log", f"{order.client_order_id}: its log is {logs[0].state.value} ({logs[0].last_message})")
            if order.decision_id is not None and not logs:
                self._tell("log", f"{order.client_order_id} has no log")
            if count > 1 and logs and logs[0].attempts < count:
                self._tell("log", f"{order.client_order_id} has {count} uploads after {logs[0].attempts} attempts")

    def _tell(self, kind: str, text: str) -> None:
        words = f"{kind}: {text}"
        if words not in self._told:
            self._told.add(words)
            self._world.violations.append(words)


def _said(world: StormWorld, *parts: str) -> str:
    return " | ".join([text for text in world.words() if any(part in text for part in parts)][-4:])
