"""How a place-order call ended: the one table that decides whether an order may exist.

Anything that is not proof of a refusal is unclear: a wrong "no" would let the same trade be made
twice. Codes that leave it open come with HTTP 400 like all others.
"""

from dataclasses import dataclass

from terminal.domain.errors import MalformedReply
from terminal.net.calls.sending import Verdict
from terminal.net.http import HttpReply
from terminal.net.wire.decode import decode_json, parse
from terminal.ports.venue import Acknowledged, Refused, Unclear
from terminal.venues.hashkey.codes import CodeRule, Kind, code_and_message, rule_of_reply
from terminal.venues.hashkey.wire.orders import Placed

_REJECTED = "REJECTED"


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict, and whether the order should be looked up at once by our own id.

    `failed` is the refusal that holds when the look-up finds nothing: the venue said that it failed.
    `note` is what the venue says of an order it took, such as too much of one coin.
    """

    verdict: Verdict
    look_up: bool = False
    failed: Refused | None = None
    note: str = ""


def judge_reply(reply: HttpReply, client_order_id: str) -> Answer:
    """Judge an answer to a placement, and what it says about the calls after it."""
    if reply.status >= 500:
        return _unclear(f"HTTP status {reply.status} does not tell whether the order arrived.")
    try:
        value = decode_json(reply.body)
    except MalformedReply as error:
        return _without_body(reply.status, error)
    code, message = code_and_message(value)
    rule = rule_of_reply(reply.status, code, message)
    if code or rule.halts or rule.kind is Kind.RATE:
        return _judge_code(reply.status, code, message, rule)
    if reply.status != 200:
        return _unclear(f"HTTP status {reply.status} came without the venue's error code.")
    return _judge_success(value, client_order_id)


def _without_body(status: int, error: MalformedReply) -> Answer:
    rule = rule_of_reply(status, "", "")
    if rule.halts or rule.kind is Kind.RATE:
        return _judge_code(status, "", "", rule)
    return _unclear(str(error))


def _judge_code(status: int, code: str, message: str, rule: CodeRule) -> Answer:
    shown = code or str(status)
    refused = Refused(code=shown, message=message or "HashKey refused", hint=rule.hint, halts=rule.halts)
    if rule.is_no:
        return Answer(Verdict(refused, clock_refused=rule.kind is Kind.CLOCK, rate_limited=rule.kind is Kind.RATE))
    unclear = Unclear(f"HashKey answered {message or 'an error'} [{shown}], which does not tell if the order exists.")
    return Answer(Verdict(unclear), look_up=True, failed=refused if rule.kind is Kind.FAILED else None)


def _judge_success(value: object, client_order_id: str) -> Answer:
    try:
        placed = parse(Placed, value)
    except MalformedReply as error:
        return _unclear(str(error))
    if placed.client_order_id not in {None, client_order_id}:
        return _unclear("The answer belongs to another order.")
    if placed.status == _REJECTED:
        refused = Refused(_REJECTED, "HashKey rejected the order", "Its state at HashKey is final.", halts=False)
        return Answer(Verdict(refused))
    return Answer(Verdict(Acknowledged(placed.order_id)), note=placed.concentration or "")


def _unclear(text: str) -> Answer:
    return Answer(Verdict(Unclear(text)))
