"""How a place-order call ended: the one table that decides whether an order may exist.

Anything not listed is unclear, never a refusal: a wrong "no" would let the same trade be made twice.
"""

from collections.abc import Callable
from typing import Any, Final

from terminal.domain.errors import MalformedReply
from terminal.net.calls.sending import Verdict
from terminal.net.http import HttpReply
from terminal.net.wire.decode import decode_json
from terminal.ports.venue import Acknowledged, Refused, SubmitOutcome, Unclear
from terminal.venues.woox.codes import TOO_MANY, CodeRule, Kind, rule_of
from terminal.venues.woox.errors import code_and_message, is_success
from terminal.venues.woox.wire.orders import PlacedOrder

_TROUBLE: Final = 500


def judge_placing(reply: HttpReply, number: int, read: Callable[[Any], PlacedOrder]) -> Verdict:
    """Judge an answer; `read` knows the endpoint's own shape, `number` is the one we sent."""
    value = _readable(reply)
    code, message = code_and_message(value)
    rule = rule_of(code, message)
    if reply.status == TOO_MANY or rule.kind is Kind.RATE:
        busy = rule_of("-1003", "")
        return Verdict(
            Refused(code or str(TOO_MANY), message or "Too many requests", busy.hint, halts=False), rate_limited=True
        )
    if reply.status >= _TROUBLE:
        return Verdict(Unclear(f"HTTP status {reply.status} does not tell whether the order arrived."))
    if is_success(reply.status, value):
        return Verdict(_accepted(value, number, read))
    return Verdict(_refused(code, message, rule, value), clock_refused=rule.kind is Kind.CLOCK)


def _readable(reply: HttpReply) -> Any:
    try:
        return decode_json(reply.body)
    except MalformedReply:
        return None


def _accepted(value: Any, number: int, read: Callable[[Any], PlacedOrder]) -> SubmitOutcome:
    try:
        placed = read(value)
    except MalformedReply as error:
        return Unclear(str(error))
    # Some answers show 0 where our number stood; another number is another order.
    if placed.own_id not in {None, str(number)}:
        return Unclear("The answer belongs to another order.")
    return Acknowledged(placed.order_id)


def _refused(code: str, message: str, rule: CodeRule, value: Any) -> SubmitOutcome:
    says_no = isinstance(value, dict) and value.get("success") is False
    if says_no and rule.definitive:
        return Refused(code, message or "WOO X refused", rule.hint, rule.halts)
    return Unclear(
        f"WOO X answered {message or 'something unreadable'} [{code or 'no code'}], "
        "which does not tell whether the order exists."
    )
