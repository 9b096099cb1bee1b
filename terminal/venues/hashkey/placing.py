"""Making, closing and cancelling orders on spot."""

import logging
from dataclasses import replace
from decimal import Decimal
from typing import Final

from terminal.domain.errors import MalformedReply, OutcomeUnknown, RequestRejected, VenueError
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import Effect, OrderTerms
from terminal.net.calls.caller import Call
from terminal.net.calls.sending import Verdict, send_once
from terminal.net.http import HttpReply
from terminal.net.limiter import Lane
from terminal.ports.venue import Acknowledged, CloseOutcome, NotSent, PreparedOrder, Refused, SubmitOutcome, Unclear
from terminal.venues.hashkey.classify import Answer, judge_reply
from terminal.venues.hashkey.codes import VENUE, code_and_message, rule_of
from terminal.venues.hashkey.desk import Desk
from terminal.venues.hashkey.mapper.bodies import check_rules, order_body, order_fields, sell_fields
from terminal.venues.hashkey.mapper.filters import Listing
from terminal.venues.hashkey.mapper.words import symbol_of
from terminal.venues.hashkey.rest.limits import ORDER
from terminal.venues.hashkey.rest.orders import MOST_BY_ID, PLACE, placed_of
from terminal.venues.hashkey.signing import encoded
from terminal.venues.hashkey.wire.orders import BatchItem

NOT_HERE: Final = (
    "Nothing was sent to HashKey: this profile only compares its prices. Under the competition's rules orders go to "
    "WEEX alone."
)
_LOOK_WAIT_S: Final = 0.2
_CONFIRM_S: Final = (0.2, 0.4, 0.8, 1.6, 3.0)
_log = logging.getLogger(__name__)


class Placing:
    """One account's orders. `may_trade` False: none leaves, whoever asks."""

    def __init__(self, desk: Desk, *, may_trade: bool) -> None:
        self._desk = desk
        self._may_trade = may_trade

    # -- making ------------------------------------------------------------------

    def prepare(self, client_order_id: str, terms: OrderTerms) -> PreparedOrder:
        """Serialise an order; an opening is held against the pair's limits once they are known.

        A stop and a target of the terms stay with the program: this venue keeps none.

        Raises:
            RequestRejected: spot cannot express it, the pair is not listed here, or it is too small or large.
        """
        is_exit = terms.effect is Effect.CLOSE
        body = order_body(client_order_id, terms)
        listings = self._desk.listings
        if terms.instrument_id in listings.missing and not is_exit:
            raise RequestRejected(listings.missing[terms.instrument_id], venue=VENUE)
        listing = listings.find(terms.instrument_id)
        if listing is not None and not is_exit:
            check_rules(terms, listing)
        return PreparedOrder(client_order_id, PLACE, body, is_exit=is_exit)

    async def submit(self, prepared: PreparedOrder) -> SubmitOutcome:
        """Send once; never raises. An answer that leaves it open is followed by one look for our own id."""
        if not self._may_trade:
            return NotSent(NOT_HERE)
        lane = Lane.EXIT if prepared.is_exit else Lane.ORDER
        call = Call("POST", PLACE, ORDER, body=prepared.body, lane=lane, is_write=True)
        answers: list[Answer] = []

        def judge(reply: HttpReply) -> Verdict:
            answers.append(judge_reply(reply, prepared.client_order_id))
            return answers[-1].verdict

        outcome = await send_once(self._desk.caller, call, judge, prepared.may_send)
        if answers and isinstance(outcome, Acknowledged):
            return replace(outcome, note=answers[-1].note)
        if answers and answers[-1].look_up and isinstance(outcome, Unclear):
            return await self._looked_up(prepared.client_order_id, outcome, answers[-1].failed)
        return outcome

    async def check(self, client_order_id: str, terms: OrderTerms) -> None:
        """Have an order checked by the venue; none is made.

        Raises:
            RequestRejected: it would not be taken.
            VenueError: no information.
        """
        await self._desk.orders.test_order(order_fields(client_order_id, terms))

    async def submit_batch(self, orders: tuple[PreparedOrder, ...]) -> tuple[SubmitOutcome, ...]:
        """Send at most 20 orders of one pair at once, openings all; each has an outcome of its own. Never raises."""
        if not self._may_trade:
            return tuple(NotSent(NOT_HERE) for _ in orders)
        fields = [tuple(_form(order.body)) for order in orders]
        try:
            items = await self._desk.orders.batch(fields, Lane.ORDER)
        except OutcomeUnknown as error:
            return tuple(Unclear(str(error)) for _ in orders)
        except RequestRejected as error:
            return tuple(Refused(error.code, error.message, error.hint, halts=False) for _ in orders)
        except VenueError as error:
            return tuple(NotSent(str(error)) for _ in orders)
        if len(items) != len(orders):
            return tuple(Unclear("HashKey did not answer for every order of the batch.") for _ in orders)
        return tuple(_outcome(item, order.client_order_id) for item, order in zip(items, orders, strict=True))

    async def _looked_up(self, client_order_id: str, unclear: Unclear, failed: Refused | None) -> SubmitOutcome:
        try:
            row = await self._desk.orders.order_of(client_order_id)
        except RequestRejected:
            return unclear if failed is None else failed
        except VenueError:
            return unclear
        return Acknowledged(row.order_id)

    # -- closing -----------------------------------------------------------------

    async def close(self, instrument_id: InstrumentId) -> CloseOutcome:
        """Sell what is free of a holding at market, in as few orders as the pair's largest allows.

        Raises:
            RequestRejected: this profile may not trade here, or the pair is not listed.
            OutcomeUnknown: not known whether it arrived; read `positions`.
            VenueError: nothing was sent.
        """
        if not self._may_trade:
            raise RequestRejected(NOT_HERE, venue=VENUE)
        await self._desk.listings.load()
        listing = self._desk.listings.require(instrument_id)
        rules = listing.instrument
        left = rules.floor_size(await self._desk.account.free(rules))
        made: list[str] = []
        while left >= rules.min_size:
            part = min(left, rules.max_market_open_size or rules.max_size)
            outcome = await self._sell(listing, rules.floor_size(part))
            if isinstance(outcome, Acknowledged):
                made.append(outcome.venue_order_id)
            elif isinstance(outcome, Refused):
                words = f"{outcome.message} [{outcome.code}]. {outcome.hint}"
                return CloseOutcome(tuple(made), (words,), triggers_cancelled=True)
            else:
                raise OutcomeUnknown(outcome.message, venue=VENUE, endpoint=PLACE)
            left -= part
        return CloseOutcome(tuple(made), (), triggers_cancelled=True)

    async def _sell(self, listing: Listing, size: Decimal) -> SubmitOutcome:
        client_order_id = f"close-{self._desk.chance.token(20)}"
        body = encoded(sell_fields(client_order_id, listing.symbol, size)).encode()
        return await self.submit(PreparedOrder(client_order_id, PLACE, body, is_exit=True))

    # -- cancelling --------------------------------------------------------------

    async def cancel(self, instrument_id: InstrumentId, venue_order_id: str) -> bool:
        """Ask to cancel; False when the venue said no.

        Raises:
            VenueError: it is not known whether the request arrived, or it was not sent.
        """
        symbol_of(instrument_id)
        try:
            await self._desk.orders.cancel(venue_order_id)
        except RequestRejected:
            return False
        return True

    async def cancel_several(self, venue_order_ids: tuple[str, ...]) -> dict[str, str]:
        """Ask to cancel orders by id, a hundred a request; gives the codes of those left. Raises `VenueError`."""
        failed: dict[str, str] = {}
        for start in range(0, len(venue_order_ids), MOST_BY_ID):
            failed |= await self._desk.orders.cancel_ids(venue_order_ids[start : start + MOST_BY_ID])
        return failed

    async def cancel_all(self, instrument_id: InstrumentId | None) -> int:
        """Cancel resting orders and give how many are gone. A yes means accepted, not done, so it is looked after.

        Raises:
            VenueError: not known whether the request arrived, or it was not sent.
        """
        symbol = None if instrument_id is None else symbol_of(instrument_id)
        before = await self._resting_soon(symbol)
        await self._ask_to_cancel(symbol)
        if before is None:
            return 1
        left = before
        for pause_s in _CONFIRM_S:
            if not left:
                break
            left = await self._resting(symbol) & before
            if left:
                await self._desk.clock.sleep(pause_s)
                await self._ask_to_cancel(symbol)  # one request takes 200 at most
        return len(before - left)

    async def _ask_to_cancel(self, symbol: str | None) -> None:
        if symbol is None:
            await self._desk.orders.cancel_all()
        else:
            await self._desk.orders.cancel_symbol(symbol)

    async def _resting(self, symbol: str | None) -> frozenset[str]:
        return frozenset(row.order_id for row in await self._desk.orders.open_orders(symbol))

    async def _resting_soon(self, symbol: str | None) -> frozenset[str] | None:
        """Read what rests, for the count alone; a cancel does not wait for the budget of reads."""
        try:
            rows = await self._desk.orders.open_orders(symbol, max_wait_s=_LOOK_WAIT_S)
        except VenueError as error:
            _log.info("orders are cancelled uncounted: %s", error)
            return None
        return frozenset(row.order_id for row in rows)


def _outcome(item: BatchItem, client_order_id: str) -> SubmitOutcome:
    """Judge one order of a batch by its own code."""
    code, message = code_and_message({"code": item.code, "msg": item.message})
    if code:
        rule = rule_of(code, message)
        if rule.is_no:
            return Refused(code, message or "HashKey refused", rule.hint, halts=rule.halts)
        return Unclear(f"HashKey answered {message or 'an error'} [{code}] for this order of the batch.")
    try:
        placed = placed_of(item)
    except MalformedReply as error:
        return Unclear(str(error))
    if placed.client_order_id not in {None, client_order_id}:
        return Unclear("The answer belongs to another order.")
    return Acknowledged(placed.order_id)


def _form(body: bytes) -> list[tuple[str, str]]:
    """Give the fields of an order we serialised ourselves: plain letters and figures, nothing was escaped."""
    pairs = (part.partition("=") for part in body.decode().split("&"))
    return [(name, value) for name, _, value in pairs]
