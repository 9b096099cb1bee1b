"""How a place-order call ended: the one function that decides whether an order may exist.

Anything that is not proof of a refusal is unclear.
"""

from pydantic import Field

from terminal.domain.errors import MalformedReply
from terminal.net.calls.sending import Verdict
from terminal.net.http import HttpReply
from terminal.net.wire.decode import decode_json, parse
from terminal.net.wire.types import Id, OptionalText, Wire
from terminal.ports.venue import Acknowledged, Refused, Unclear
from yourvenue.codes import TOO_MANY, VENUE, Kind, code_and_message, rule_of


class Placed(Wire):
    """The answer to an order, spelled as the venue spells it."""

    order_id: Id = Field(alias="order_id")
    client_id: OptionalText = None


def judge_reply(reply: HttpReply, client_order_id: str) -> Verdict:
    """Judge an answer to a placement, and what it says about the calls after it."""
    if reply.status >= 500:
        return _unclear(f"HTTP status {reply.status} does not tell whether the order arrived.")
    try:
        value = decode_json(reply.body)
    except MalformedReply as error:
        return _unclear(str(error))
    code, message = code_and_message(value)
    if code:
        return _judge_code(code, message)
    if reply.status == TOO_MANY:
        return _judge_code("1004", "")
    if reply.status != 200:
        return _unclear(f"HTTP status {reply.status} came without the venue's error code.")
    try:
        placed = parse(Placed, value)
    except MalformedReply as error:
        return _unclear(str(error))
    if placed.client_id not in {None, client_order_id}:
        return _unclear("The answer belongs to another order.")
    return Verdict(Acknowledged(placed.order_id))


def _judge_code(code: str, message: str) -> Verdict:
    rule = rule_of(code)
    if not rule.definitive:
        return _unclear(f"{VENUE} answered {message or 'an error'} [{code}], which does not tell if the order exists.")
    refused = Refused(code, message or f"{VENUE} refused", rule.hint, halts=rule.halts)
    return Verdict(refused, clock_refused=rule.kind is Kind.CLOCK, rate_limited=rule.kind is Kind.RATE)


def _unclear(text: str) -> Verdict:
    return Verdict(Unclear(text))
