"""Making orders and conditional orders: preparing them, and sending each once.

A stop or target that belongs to an order is a conditional order of its own here. It is sent as
soon as the venue has taken the order, so that a fill is protected even when this program dies;
where nothing is held it cannot do anything, for it only reduces.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import orjson

from terminal.domain.errors import RequestRejected
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import OrderBook
from terminal.domain.order import Effect, Order, OrderKind, OrderState, OrderTerms, PositionSide, Side, TimeInForce
from terminal.net.limiter import Lane
from terminal.ports.venue import Acknowledged, NotSent, PreparedOrder, Refused, SubmitOutcome, TriggerTerms, Unclear
from terminal.venues.woox.codes import VENUE, Kind, rule_of
from terminal.venues.woox.desk import Desk
from terminal.venues.woox.mapper.bodies import Leg, order_body, stop_body
from terminal.venues.woox.mapper.caps import Taking, capped_price
from terminal.venues.woox.mapper.ids import number_of
from terminal.venues.woox.mapper.market import bands_of
from terminal.venues.woox.mapper.terms import check_order, check_trigger
from terminal.venues.woox.mapper.words import PositionMode, leg_of
from terminal.venues.woox.rest.algos import PLACE_PATH as ALGO_PATH
from terminal.venues.woox.rest.orders import PLACE_PATH

_NOT_HERE: Final = (
    "Nothing was sent to WOO X: this profile only compares its prices. Under the competition's rules orders go to "
    "WEEX alone."
)
_GUARDS: Final = 2  # a stop and a target
_NO_BAND: Final = Decimal(1)
_MODE_TROUBLE: Final = frozenset({"302186", "302195"})
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attached:
    """A stop and a target that go with an order."""

    leg: Leg
    prices: tuple[Decimal, ...]


class Placing:
    """Sends for one account.

    `unclear` are the ids whose outcome is not known, and since when; `guards` the stops and
    targets that belong to an order, by its id.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._attached: dict[str, Attached] = {}
        self.unclear: dict[str, float] = {}
        self.guards: dict[str, list[str]] = {}

    def recall(self, orders: Iterable[Order]) -> None:
        """Learn orders of earlier runs; those that may have arrived are looked for by their number."""
        desk, now_s = self._desk, self._desk.clock.monotonic_s()
        for order in orders:
            own_id = order.client_order_id
            desk.ids.recall((own_id, *(_guard_id(own_id, number) for number in range(_GUARDS))))
            if order.venue_order_id is not None:
                desk.ids.link(order.venue_order_id, own_id)
                desk.known.legs[order.venue_order_id] = order.terms.position_side
            elif order.state is OrderState.UNKNOWN:
                self.unclear[own_id] = now_s

    # -- preparing ---------------------------------------------------------------

    def prepare_order(self, client_order_id: str, terms: OrderTerms, book: OrderBook | None) -> PreparedOrder:
        """Serialise an order; one without a price gets the price it may fill at worst. Raises `RequestRejected`."""
        desk = self._desk
        check_order(terms, desk.symbols)
        self._check_one_way(terms)
        price = terms.price or self.worst_price(
            terms.instrument_id, terms.side, terms.effect, terms.size, terms.reference_price, book
        )
        self._check_value(terms, price)
        leg = Leg(terms.instrument_id, terms.position_side, terms.effect, terms.size)
        tif = terms.tif if terms.kind is OrderKind.LIMIT or terms.tif is TimeInForce.FOK else TimeInForce.IOC
        state = desk.known.state_of(terms.instrument_id)
        body = order_body(desk.ids.number(client_order_id), leg, tif, price, state, desk.symbols)
        self._remember_attached(client_order_id, terms)
        return PreparedOrder(client_order_id, PLACE_PATH, body, is_exit=terms.effect is Effect.CLOSE)

    def prepare_trigger(self, client_order_id: str, terms: TriggerTerms) -> PreparedOrder:
        """Serialise a conditional order. Raises `RequestRejected`.

        An opening without a price gets a limit a little beyond its trigger: it must not meet a
        thin book without any. An exit takes what the market gives.
        """
        desk = self._desk
        check_trigger(terms, desk.symbols)
        leg = Leg(terms.instrument_id, terms.position_side, terms.effect, terms.size)
        price = terms.price
        if price is None and terms.effect is Effect.OPEN:
            price = self.worst_price(leg.instrument_id, leg.side, leg.effect, leg.size, terms.trigger_price, None)
        state = desk.known.state_of(terms.instrument_id)
        own = desk.ids.number(client_order_id)
        body = stop_body(own, leg, terms.trigger_price, price, state, desk.symbols)
        return PreparedOrder(client_order_id, ALGO_PATH, body, is_exit=terms.effect is Effect.CLOSE)

    def worst_price(
        self,
        instrument_id: InstrumentId,
        side: Side,
        effect: Effect,
        size: Decimal,
        reference: Decimal,
        book: OrderBook | None,
    ) -> Decimal:
        """Give the worst price an order that takes may fill at. Raises `RequestRejected` when the book is too thin."""
        rules = self._desk.known.rules.get(instrument_id)
        if rules is None:  # an exit must pass even before the contract rules are known: the price's own digits will do
            return capped_price(Taking(side, effect, size, reference, _last_digit(reference), _NO_BAND), book)
        above, below = bands_of(rules)
        band = above if side is Side.BUY else below
        return capped_price(Taking(side, effect, size, reference, rules.price_step, band), book)

    # -- sending -----------------------------------------------------------------

    async def submit(self, prepared: PreparedOrder) -> SubmitOutcome:
        """Send an order or a conditional order once, then what belongs to it; never raises."""
        desk = self._desk
        attached = self._attached.pop(prepared.client_order_id, None)
        if not desk.may_trade:
            return NotSent(_NOT_HERE)
        number = number_of(prepared.client_order_id)
        if prepared.endpoint == ALGO_PATH:
            lane = Lane.EXIT if prepared.is_exit else Lane.ORDER
            outcome = await desk.algos.place(number, prepared.body, lane, prepared.may_send)
            return self._noted(prepared.client_order_id, outcome)
        fields = orjson.loads(prepared.body)
        outcome = await desk.orders.place(prepared, fields["symbol"], number)
        self._noted(prepared.client_order_id, outcome)
        if isinstance(outcome, Acknowledged):
            desk.known.legs[outcome.venue_order_id] = _leg_named(fields, is_exit=prepared.is_exit)
            if attached is not None:
                await self._protect(prepared.client_order_id, outcome.venue_order_id, attached)
        return outcome

    async def place_stop(self, client_order_id: str, leg: Leg, trigger_price: Decimal) -> SubmitOutcome:
        """Send a stop or target of a leg, which executes at market; never raises."""
        desk = self._desk
        if not desk.may_trade:
            return NotSent(_NOT_HERE)
        own = desk.ids.number(client_order_id)
        body = stop_body(own, leg, trigger_price, None, desk.known.state_of(leg.instrument_id), desk.symbols)
        return self._noted(client_order_id, await desk.algos.place(own, body, Lane.EXIT))

    async def close(self, leg: Leg, price: Decimal) -> SubmitOutcome:
        """Send an order that closes a leg at once, at `price` or better; never raises. Its id is its own."""
        desk = self._desk
        client_order_id = f"close-{desk.clock.now_ms()}-{desk.chance.token(12)}"
        state = desk.known.state_of(leg.instrument_id)
        number = desk.ids.number(client_order_id)
        body = order_body(number, leg, TimeInForce.IOC, price, state, desk.symbols)
        return await self.submit(PreparedOrder(client_order_id, PLACE_PATH, body, is_exit=True))

    async def _protect(self, client_order_id: str, order_id: str, attached: Attached) -> None:
        """Send what belongs to an order that was taken. Where it fails the position shows as unprotected."""
        for number, price in enumerate(attached.prices):
            outcome = await self.place_stop(_guard_id(client_order_id, number), attached.leg, price)
            if isinstance(outcome, Acknowledged):
                self.guards.setdefault(order_id, []).append(outcome.venue_order_id)
            else:
                _log.warning("a stop or target that belongs to an order was not placed: %s", outcome)

    def _noted(self, client_order_id: str, outcome: SubmitOutcome) -> SubmitOutcome:
        match outcome:
            case Acknowledged(venue_order_id):
                self._desk.ids.link(venue_order_id, client_order_id)
            case Unclear():
                self.unclear[client_order_id] = self._desk.clock.monotonic_s()
            case Refused(code) if code in _MODE_TROUBLE:
                self._desk.known.position_mode = None  # it was changed elsewhere: read it again
            case Refused(code, message) if rule_of(code, message).kind is Kind.CLOCK:
                self._desk.caller.distrust_clock()
        return outcome

    # -- checks ------------------------------------------------------------------

    def _check_one_way(self, terms: OrderTerms) -> None:
        """Where long and short are not kept apart, an opening against what is held would reduce it instead."""
        desk = self._desk
        if desk.symbols.is_spot or terms.effect is Effect.CLOSE:
            return
        if desk.known.state_of(terms.instrument_id).position_mode is PositionMode.HEDGE:
            return
        other = PositionSide.SHORT if terms.position_side is PositionSide.LONG else PositionSide.LONG
        if (terms.instrument_id, other) in desk.known.held:
            raise RequestRejected(
                "This WOO X account keeps one position a pair, and the other side is held: close it first, or switch "
                "the account to hedge mode on WOO X's page.",
                venue=VENUE,
            )

    def _check_value(self, terms: OrderTerms, price: Decimal) -> None:
        rules = self._desk.known.rules.get(terms.instrument_id)
        if terms.effect is Effect.CLOSE or rules is None or rules.min_notional is None:
            return
        if terms.size * price < rules.min_notional:
            raise RequestRejected(
                f"The order is worth less than WOO X's smallest, {rules.min_notional} USDT. Make it larger.",
                venue=VENUE,
            )

    def _remember_attached(self, client_order_id: str, terms: OrderTerms) -> None:
        prices = tuple(price for price in (terms.stop_price, terms.target_price) if price is not None)
        if prices and not self._desk.symbols.is_spot:
            leg = Leg(terms.instrument_id, terms.position_side, Effect.CLOSE, terms.size)
            self._attached[client_order_id] = Attached(leg, prices)


def _guard_id(client_order_id: str, number: int) -> str:
    """Name the stop (0) or target (1) that belongs to an order."""
    return f"{client_order_id}-{number}"


def _leg_named(fields: dict[str, Any], *, is_exit: bool) -> PositionSide:
    return leg_of(Side(fields["side"]), Effect.CLOSE if is_exit else Effect.OPEN)


def _last_digit(price: Decimal) -> Decimal:
    exponent = price.as_tuple().exponent
    return Decimal(1).scaleb(exponent) if isinstance(exponent, int) else price
