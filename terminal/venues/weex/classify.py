"""How a place-order call ended: the one table that decides whether an order may exist.

Source: reliability catalogue 3.0. Anything not listed is unclear, never a refusal: a
wrong "no" would let the same trade be made twice.
"""

from collections.abc import Callable
from typing import Any

from terminal.domain.errors import MalformedReply
from terminal.net.calls.sending import Verdict
from terminal.net.http import HttpReply
from terminal.net.wire.decode import decode_json
from terminal.ports.venue import Acknowledged, Refused, Unclear
from terminal.venues.weex.codes import (
    IP_RULE,
    IP_STATUS,
    SUCCESS_CODES,
    TOO_MANY,
    CodeRule,
    Kind,
    code_and_message,
    rule_of,
)
from terminal.venues.weex.wire.placed import Placed

_ANSWERED = frozenset({200, 400, 401, 403, 404, TOO_MANY})
_TROUBLE = 500


def judge_reply(reply: HttpReply, client_order_id: str, read: Callable[[Any], Placed]) -> Verdict:
    """Judge an answer, and what it says about the calls after it, such as a clock to measure again."""
    outcome = classify_reply(reply, client_order_id, read)
    kind = rule_of(outcome.code, outcome.message).kind if isinstance(outcome, Refused) else None
    return Verdict(outcome, clock_refused=kind is Kind.CLOCK, rate_limited=kind is Kind.RATE)


def classify_reply(
    reply: HttpReply, client_order_id: str, read: Callable[[Any], Placed]
) -> Acknowledged | Refused | Unclear:
    """Judge an answer by the endpoint's own schema, which `read` knows, and the venue's own codes."""
    if reply.status == IP_STATUS:
        return _refused(str(IP_STATUS), "The venue refused this IP address", IP_RULE)
    if reply.status == _TROUBLE and (refusal := _business_refusal(reply)) is not None:
        return refusal
    if reply.status not in _ANSWERED:
        return Unclear(f"HTTP status {reply.status} does not tell whether the order arrived.")
    try:
        value = decode_json(reply.body)
    except MalformedReply as error:
        return Unclear(str(error))
    code, message = code_and_message(value)
    if code and code not in SUCCESS_CODES:
        if reply.status == TOO_MANY:
            return _refused(code, message, rule_of(str(TOO_MANY), ""))
        return _judge_code(code, message)
    if reply.status != 200:
        return Unclear(f"HTTP status {reply.status} came without the venue's error code.")
    return _judge_success(value["data"] if code and "data" in value else value, client_order_id, read)


def _business_refusal(reply: HttpReply) -> Refused | None:
    """Read a 500 that carries v3's catch-all with a business text: the venue's own reasoned no."""
    try:
        code, message = code_and_message(decode_json(reply.body))
    except MalformedReply:
        return None
    rule = rule_of(code, message)
    return _refused(code, message, rule) if rule.kind is Kind.BUSINESS else None


def _judge_code(code: str, message: str) -> Refused | Unclear:
    rule = rule_of(code, message)
    if rule.definitive:
        return _refused(code, message, rule)
    return Unclear(
        f"The venue answered {message or 'an error'} [{code or 'no code'}], "
        "which does not tell whether the order exists."
    )


def _judge_success(
    value: object, client_order_id: str, read: Callable[[Any], Placed]
) -> Acknowledged | Refused | Unclear:
    try:
        placed = read(value)
    except MalformedReply as error:
        return Unclear(str(error))
    if placed.order_id is None:  # HTTP 200 that says no
        return _judge_code(placed.code, placed.message)
    if placed.client_order_id not in {None, client_order_id}:
        return Unclear("The answer belongs to another order.")
    return Acknowledged(placed.order_id)


def _refused(code: str, message: str, rule: CodeRule) -> Refused:
    return Refused(code=code, message=message or "The venue refused", hint=rule.hint, halts=rule.halts)
