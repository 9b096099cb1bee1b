"""A paper account at work: orders and triggers against live prices. Synchronous, no clock of its own.

Fills are pessimistic. What crosses at arrival pays the far side of the visible book, level
by level, as taker. What rests is filled only when the market trades through its price by a
tick, never when it is merely touched. Stops and targets watch the last price and then pay
the far side like any market order.
"""

from decimal import Decimal
from typing import Final

from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Funding, OrderBook, PublicTrade, Ticker
from terminal.domain.order import Effect, OrderKind, OrderTerms, Side, TimeInForce
from terminal.ports.venue import AccountTouched, Acknowledged, NotSent, Refused, TriggerTerms
from terminal.venues.paper.checks import account_trouble, refused, rule_trouble
from terminal.venues.paper.guards import PaperGuards
from terminal.venues.paper.records import FundingMark, PaperOrder, PaperTrigger
from terminal.venues.paper.settle import pay_funding

DEFAULT_LEVERAGE: Final = 20  # what the venue gives a fresh account
_MINUTE_MS: Final = 60_000


class PaperExchange(PaperGuards):
    """Owns an account and the live market."""

    # -- from the account's owner ------------------------------------------------

    def leverage_of(self, instrument_id: InstrumentId) -> int:
        return self.account.leverage.get(instrument_id, DEFAULT_LEVERAGE)

    def place(self, client_order_id: str, terms: OrderTerms) -> Acknowledged | Refused | NotSent:
        """Take an order that has arrived, match it, and let the rest of it rest."""
        rules = self.rules.get(terms.instrument_id)
        if rules is None:
            return NotSent(f"The contract rules of {terms.instrument_id} are not loaded yet. Try again in a moment.")
        if any(order.client_order_id == client_order_id for order in self.account.orders):
            return refused(f"An order {client_order_id} exists already.", "It was not placed a second time.")
        if not self.market.has_book(terms.instrument_id) or not self._is_priced(terms):
            return NotSent(f"There is no live order book of {terms.instrument_id} to fill against. Try again.")
        far = self.market.far_price(terms.instrument_id, terms.side)
        if far is None:
            return NotSent(f"Nothing is left on the far side of {terms.instrument_id}. Try again.")
        leverage = self.leverage_of(terms.instrument_id)
        trouble = rule_trouble(terms, rules, self.market.mark(terms.instrument_id)) or account_trouble(
            terms, self.account, self.margin, rules, leverage, terms.price or far
        )
        if trouble is not None:
            return trouble
        order = self._new_order(terms, client_order_id, leverage)
        self._arrive(order, far)
        self._tidy()
        return Acknowledged(order.venue_order_id)

    def cancel(self, venue_order_id: str) -> bool:
        """Cancel a resting order or a trigger; False when there is none such."""
        for order in self.account.live_orders():
            if order.venue_order_id == venue_order_id and not order.must_fill:
                self._end(order)
                return True
        return self.cancel_trigger(venue_order_id)

    def cancel_all(self, instrument_id: InstrumentId | None) -> int:
        orders = [order.venue_order_id for order in self.account.live_orders(instrument_id)]
        triggers = [
            each.venue_order_id for each in self.account.triggers if instrument_id in {None, each.instrument_id}
        ]
        return sum(self.cancel(each) for each in (*orders, *triggers))

    def place_trigger(self, client_order_id: str, terms: TriggerTerms) -> Acknowledged | Refused | NotSent:
        """Watch for the price of a conditional order."""
        rules = self.rules.get(terms.instrument_id)
        if rules is None:
            return NotSent(f"The contract rules of {terms.instrument_id} are not loaded yet. Try again in a moment.")
        if any(each.client_order_id == client_order_id for each in self.account.triggers):
            return refused(f"A trigger {client_order_id} exists already.", "It was not placed a second time.")
        prices = [price for price in (terms.trigger_price, terms.price) if price is not None]
        if not all(rules.is_on_tick(price) for price in prices) or not rules.is_on_step(terms.size):
            return refused("Price or size does not fit the contract's steps.", "Correct it.")
        held = self.account.position(terms.instrument_id, terms.position_side)
        if terms.effect is Effect.CLOSE and held is None:
            return refused("There is no such position to close.", "Look at the positions.")
        trigger = self.add_trigger(
            client_order_id,
            terms.instrument_id,
            terms.position_side,
            terms.effect,
            terms.size,
            terms.trigger_price,
            rises=terms.trigger_price > terms.reference_price,
            limit_price=terms.price,
        )
        return Acknowledged(trigger.venue_order_id)

    # -- from the market -----------------------------------------------------------

    def on_book(self, book: OrderBook) -> None:
        self.market.on_book(book)
        if not book.synchronised:
            return
        for order in self.account.live_orders(book.instrument_id):
            if not order.must_fill:
                self._fill_if_crossed(order)
            elif order.is_live:
                self._take(order, None)
        self._tidy()

    def on_ticker(self, ticker: Ticker) -> None:
        self.market.on_ticker(ticker)
        for order in self.account.live_orders(ticker.instrument_id):
            self._fill_if_traded_through(order, ticker.last, is_news=False)
        for trigger in [each for each in self.account.triggers if each.instrument_id == ticker.instrument_id]:
            if trigger in self.account.triggers and trigger.is_reached(ticker.last):
                self._fire(trigger)
        self._liquidate()
        self._tidy()

    def on_trade(self, trade: PublicTrade) -> None:
        for order in self.account.live_orders(trade.instrument_id):
            self._fill_if_traded_through(order, trade.price, is_news=True)

    def on_funding(self, funding: Funding) -> None:
        """Note the rate of the next settlement, once the one before is settled."""
        self.settle_funding(funding.instrument_id)
        known, now_ms = self.account.funding.get(funding.instrument_id), self._now_ms()
        if funding.next_ms > now_ms and (known is None or known.next_ms > now_ms):
            fresh = FundingMark(funding.rate, funding.next_ms, funding.interval_min)
            if fresh != known:
                self.account.funding[funding.instrument_id] = fresh
                self.changed = True

    def settle_funding(self, instrument_id: InstrumentId | None = None) -> None:
        """Pay what is due. Settlements missed while the program was off are paid at the rate last known."""
        for name, funding in self.account.funding.items():
            if instrument_id is None or instrument_id == name:
                self._settle(InstrumentId(name), funding)
        self._liquidate()

    # -- inside --------------------------------------------------------------------

    def _arrive(self, order: PaperOrder, far: Decimal) -> None:
        crosses = order.price is None or (order.price >= far if order.side is Side.BUY else order.price <= far)
        if order.tif is TimeInForce.POST_ONLY and crosses:
            self._end(order)
            return
        reachable = self.market.reachable(order.instrument_id, order.side, order.price)
        if order.tif is TimeInForce.FOK and reachable < order.size:
            self._end(order)
            return
        self._report(order)
        if crosses:
            self._take(order, order.price)
        if not order.is_live:
            return
        if order.kind is OrderKind.MARKET or order.tif in {TimeInForce.IOC, TimeInForce.FOK}:
            self._end(order)
        else:
            order.last_at_arrival = self.market.last(order.instrument_id)

    def _fire(self, trigger: PaperTrigger) -> None:
        """Make an order of a trigger; the others of its group go with it."""
        if trigger.effect is Effect.CLOSE and trigger.limit_price is None:
            self._drop(trigger)
            self._force(trigger.instrument_id, trigger.position_side, trigger.size, is_forced=False)
            return
        outcome = self.place(trigger.client_order_id or trigger.venue_order_id, _terms_of(trigger))
        if not isinstance(outcome, NotSent):  # without a book it fires again at the next price
            self._drop(trigger)

    def _drop(self, trigger: PaperTrigger) -> None:
        for each in tuple(self.account.triggers):
            if each is trigger or (trigger.group and each.group == trigger.group):
                self.account.triggers.remove(each)
        self._touch("trigger fired")

    def _settle(self, instrument_id: InstrumentId, funding: FundingMark) -> None:
        late_ms = self._now_ms() - funding.next_ms
        if late_ms < 0:
            return
        held = [each for each in self.account.positions if each.instrument_id == instrument_id]
        mark = self.market.mark(instrument_id)
        if held and mark is None:
            return  # paid as soon as there is a price
        length_ms = max(1, funding.interval_min) * _MINUTE_MS
        count = late_ms // length_ms + 1
        for position in held:
            if mark is not None:
                pay_funding(self.account, position, mark, funding.rate * count, self._now_ms())
        funding.next_ms += count * length_ms
        self.changed = True
        if held:
            self._tell(AccountTouched("funding"))

    def _new_order(self, terms: OrderTerms, client_order_id: str, leverage: int) -> PaperOrder:
        now_ms = self._now_ms()
        order = PaperOrder(
            venue_order_id=self.account.take_id(),
            client_order_id=client_order_id,
            instrument_id=terms.instrument_id,
            side=terms.side,
            effect=terms.effect,
            kind=terms.kind,
            tif=terms.tif,
            size=terms.size,
            price=terms.price,
            leverage=leverage,
            stop_price=terms.stop_price,
            target_price=terms.target_price,
            created_ms=now_ms,
            updated_ms=now_ms,
        )
        self.account.orders.append(order)
        self.changed = True
        return order

    def _is_priced(self, terms: OrderTerms) -> bool:
        """Tell whether margin can be counted: every held instrument and this one have a price."""
        names = {terms.instrument_id, *(each.instrument_id for each in self.account.positions)}
        return all(self.market.mark(name) is not None for name in names)


def _terms_of(trigger: PaperTrigger) -> OrderTerms:
    limited = trigger.limit_price is not None
    return OrderTerms(
        instrument_id=trigger.instrument_id,
        side=trigger.side,
        effect=trigger.effect,
        kind=OrderKind.LIMIT if limited else OrderKind.MARKET,
        tif=TimeInForce.GTC if limited else TimeInForce.IOC,
        size=trigger.size,
        price=trigger.limit_price,
        leverage=0,
        stop_price=None,
        target_price=None,
        reference_price=trigger.price,
    )
