"""What became of an order, by the answer to its placement."""

from terminal.domain.errors import MalformedReply
from terminal.net.calls.sending import Verdict
from terminal.net.http import HttpReply
from terminal.net.wire.decode import decode_json, parse
from terminal.ports.venue import Acknowledged, Refused, Unclear
from terminal.venues.bitz.codes import SUCCESS, Kind, code_and_message, rule_of
from terminal.venues.bitz.wire.orders import Placed


def judge_placement(reply: HttpReply) -> Verdict:
    """Judge the answer to a placement. Only a listed refusal proves that no order exists."""
    if reply.status != SUCCESS:
        return Verdict(Unclear(f"HTTP status {reply.status} does not tell whether the order arrived."))
    try:
        envelope = decode_json(reply.body)
        code, message = code_and_message(envelope)
        if code == SUCCESS:
            return Verdict(Acknowledged(parse(Placed, envelope["data"]).order_id))
    except MalformedReply as error:
        return Verdict(Unclear(str(error)))
    return _refused(code, message)


def _refused(code: int, message: str) -> Verdict:
    rule = rule_of(code)
    if not rule.definitive:
        words = f"The venue answered {message or 'an error'} [{code}], which does not tell whether the order exists."
        return Verdict(Unclear(words))
    refusal = Refused(str(code), message or "The venue refused", rule.hint, rule.halts)
    return Verdict(
        refusal,
        clock_refused=rule.kind is Kind.VERIFICATION,
        rate_limited=rule.kind is Kind.RATE,
    )
