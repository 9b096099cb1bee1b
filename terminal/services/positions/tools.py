"""A person's hands on a position: stop, target, break-even, reverse. All of it narrows risk or closes."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from terminal.domain.commands import ClosePosition
from terminal.domain.decision import Action
from terminal.domain.errors import VenueError
from terminal.domain.flatten import LegKey
from terminal.domain.hand_messages import MoveStop, MoveStopToBreakEven, MoveTarget, ReversePosition
from terminal.domain.instrument import Instrument, base_of
from terminal.domain.messages import Level
from terminal.domain.order import PositionSide
from terminal.domain.plain_words import ACTION, clause, figure, leg_words, trading_words
from terminal.domain.position import Position
from terminal.domain.risk import TradingState
from terminal.domain.ticket import break_even
from terminal.ports.venue import TradingVenue
from terminal.services.orders.manager import OrderManager
from terminal.services.protection.repair import ProtectionRepair
from terminal.services.protection.watch import ProtectionWatch
from terminal.services.protection.wishes import ProtectionWishes, Wish
from terminal.services.reporter import Reporter
from terminal.services.risk.facts import RiskFacts

_FLAT_S: Final = 30.0
_POLL_S: Final = 1.0

Ask = Callable[[LegKey, Action, str, str], None]


class PositionTools:
    """One method a command. `ask(key, action, who, question_id)` puts a question to the AI."""

    def __init__(
        self,
        venue: TradingVenue,
        facts: RiskFacts,
        orders: OrderManager,
        wishes: ProtectionWishes,
        watch: ProtectionWatch,
        repair: ProtectionRepair,
        reporter: Reporter,
        *,
        ask: Ask,
    ) -> None:
        self._venue = venue
        self._facts = facts
        self._orders = orders
        self._wishes = wishes
        self._watch = watch
        self._repair = repair
        self._reporter = reporter
        self._ask = ask

    # -- stop and target ---------------------------------------------------------

    async def move_stop(self, command: MoveStop) -> None:
        """Tighten the stop, or place one where there is none."""
        key = (command.instrument_id, command.side)
        found = self._found(key)
        if found is None:
            return
        _, rules = found
        long = command.side is PositionSide.LONG
        # Towards the market: what was typed is never widened by rounding.
        price = rules.ceil_price(command.price) if long else rules.floor_price(command.price)
        await self._set_stop(key, price, command.who)

    async def move_target(self, command: MoveTarget) -> None:
        """Move or place the target; it must earn from where the market is."""
        key = (command.instrument_id, command.side)
        found = self._found(key)
        if found is None:
            return
        long = command.side is PositionSide.LONG
        price = found[1].floor_price(command.price) if long else found[1].ceil_price(command.price)
        market = self._market(key)
        if market is None or (price <= market if long else price >= market):
            where = "above" if long else "below"
            now = "no live price" if market is None else figure(market)
            self._refuse(key, f"the target {figure(price)} must be {where} the market ({now})")
            return
        stop = self._present_stop(key)
        if stop is None:
            self._refuse(key, "set a stop before a target")
            return
        await self._repair.set(key, Wish(stop, price), command.who)

    async def to_break_even(self, command: MoveStopToBreakEven) -> None:
        """Move the stop to where a close there costs nothing: entry, its fee, and the exit's taker fee."""
        key = (command.instrument_id, command.side)
        found = self._found(key)
        if found is None:
            return
        position, rules = found
        fee_in = self._entry_fee_per_coin(key, position, rules)
        price = break_even(rules, command.side, position.entry_price, fee_in, rules.taker_fee)
        market, long = self._market(key), command.side is PositionSide.LONG
        if market is not None and (market <= price if long else market >= price):
            words = f"break-even is {figure(price)} with both fees, the market is at {figure(market)}"
            self._refuse(key, f"the price is not beyond break-even yet: {words}")
            return
        await self._set_stop(key, price, command.who)

    async def _set_stop(self, key: LegKey, price: Decimal, who: str) -> None:
        long, market, present = key[1] is PositionSide.LONG, self._market(key), self._present_stop(key)
        if market is None:
            self._refuse(key, "there is no live price to judge the stop by; wait for the market")
            return
        if price <= 0 or (price >= market if long else price <= market):
            where = "below" if long else "above"
            self._refuse(key, f"a stop at {figure(price)} must be {where} the market ({figure(market)})")
            return
        if present is not None and (price < present if long else price > present):
            words = f"a stop may be tightened, not widened: it is at {figure(present)}"
            self._refuse(key, f"{words}, {figure(price)} would risk more than was decided")
            return
        await self._repair.set(key, Wish(price, self._present_target(key)), who)

    def _present_stop(self, key: LegKey) -> Decimal | None:
        """The listed stop, or the wanted one when none is listed."""
        status = self._watch.status_of(key)
        listed = None if status is None or status.stop is None else status.stop.price
        return listed if listed is not None else self._wishes.of(key).stop

    def _present_target(self, key: LegKey) -> Decimal | None:
        status = self._watch.status_of(key)
        listed = None if status is None or status.target is None else status.target.price
        return listed if listed is not None else self._wishes.of(key).target

    def _entry_fee_per_coin(self, key: LegKey, position: Position, rules: Instrument) -> Decimal:
        """What was really paid when our fills explain the position; otherwise the taker fee."""
        entry = self._facts.ledger.entry_of(*key)
        fills = () if entry is None else self._facts.ledger.fills_of(entry.client_order_id)
        size = sum((fill.size for fill in fills), Decimal(0))
        if size < position.size or size == 0:
            return position.entry_price * rules.taker_fee
        return sum((fill.fee for fill in fills), Decimal(0)) / size

    # -- reverse -----------------------------------------------------------------

    async def reverse(self, command: ReversePosition) -> None:
        """Close, see it flat, then ask for the opposite side.

        Never one order: it would open a position no decision stands behind.
        """
        key = (command.instrument_id, command.side)
        if self._found(key) is None:
            return
        switch = self._facts.switch
        if switch.state is not TradingState.ACTIVE:
            state = f"trading is {trading_words(switch.state)} ({clause(switch.reason)})"
            self._refuse(key, f"not reversed: {state}, so nothing could open afterwards. Use Close")
            return
        opposite = Action.OPEN_SHORT if command.side is PositionSide.LONG else Action.OPEN_LONG
        words = f"{base_of(key[0])}: reversing in two steps, as each opening needs its own decision. First the close"
        self._say(Level.INFO, f"{words}; once the venue shows flat, the AI is asked to {ACTION[opposite]}")
        await self._orders.close(ClosePosition(*key, Decimal(1), command.who))
        if await self._became_flat(key):
            self._ask(key, opposite, command.who, command.question_id)
        else:
            words = f"{leg_words(*key)} is not flat yet, so the AI was not asked to {ACTION[opposite]}"
            self._say(Level.WARNING, f"{words}. Look at the close; ask by hand once it is done.")

    async def _became_flat(self, key: LegKey) -> bool:
        clock = self._facts.clock
        end_s = clock.monotonic_s() + _FLAT_S
        while clock.monotonic_s() < end_s:
            await clock.sleep(_POLL_S)
            began_s = clock.monotonic_s()
            try:
                self._facts.portfolio.set_positions(await self._venue.positions(), began_s)
            except VenueError as error:
                self._reporter.failing("reverse", "Positions could not be read", error)
                continue
            self._reporter.works("reverse")
            busy = any(order.terms.instrument_id == key[0] for order in self._facts.ledger.at_venue())
            if not busy and self._facts.portfolio.held(*key) == 0:
                return True
        return False

    # -- shared --------------------------------------------------------------------

    def _found(self, key: LegKey) -> tuple[Position, Instrument] | None:
        position, rules = self._facts.portfolio.position(*key), self._facts.hub.instruments.get(key[0])
        if position is None:
            self._refuse(key, "nothing is held there")
            return None
        if rules is None:
            self._refuse(key, "its contract rules are not loaded yet; wait a moment")
            return None
        return position, rules

    def _market(self, key: LegKey) -> Decimal | None:
        """The careful one of mark and last: a stop must not fire at once by either."""
        quote = self._facts.hub.quote(key[0])
        known = [price for price in (quote.mark, quote.last) if price is not None]
        if not known:
            return None
        return min(known) if key[1] is PositionSide.LONG else max(known)

    def _refuse(self, key: LegKey, reason: str) -> None:
        self._say(Level.WARNING, f"{leg_words(*key)}: {reason}")

    def _say(self, level: Level, text: str) -> None:
        self._reporter.notice(level, "positions", text)
