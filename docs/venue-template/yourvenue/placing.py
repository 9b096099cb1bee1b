"""Making and sending orders: prepared once, sent once, judged once."""

from typing import Final

from terminal.domain.order import Effect, OrderTerms
from terminal.net.calls.caller import Call, Caller
from terminal.net.calls.sending import Verdict, send_once
from terminal.net.http import HttpReply
from terminal.net.limiter import Lane
from terminal.ports.venue import NotSent, PreparedOrder, SubmitOutcome
from yourvenue.bodies import order_body
from yourvenue.classify import judge_reply
from yourvenue.manners import ORDER

PLACE: Final = "/v1/order"
NOT_HERE: Final = "Orders may not go to this venue here: under the competition only WEEX may receive one."


class Placer:
    """`may_trade` False: no order leaves, whoever asks."""

    def __init__(self, caller: Caller, *, may_trade: bool) -> None:
        self._caller = caller
        self._may_trade = may_trade

    def prepare(self, client_order_id: str, terms: OrderTerms) -> PreparedOrder:
        """Serialise an order. Raises `RequestRejected`: spot cannot express it."""
        body = order_body(client_order_id, terms)
        return PreparedOrder(client_order_id, PLACE, body, is_exit=terms.effect is Effect.CLOSE)

    async def submit(self, prepared: PreparedOrder) -> SubmitOutcome:
        """Send once; never retries, never raises for anything the network or the venue does."""
        if not self._may_trade:
            return NotSent(NOT_HERE)
        lane = Lane.EXIT if prepared.is_exit else Lane.ORDER
        call = Call("POST", PLACE, ORDER, body=prepared.body, lane=lane, is_write=True)

        def judge(reply: HttpReply) -> Verdict:
            return judge_reply(reply, prepared.client_order_id)

        return await send_once(self._caller, call, judge, prepared.may_send)
