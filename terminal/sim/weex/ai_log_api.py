"""The AI log endpoint, the same in both dialects. Source: reference section 7."""

from typing import Any

import orjson

from terminal.sim.weex.envelopes import done_with
from terminal.sim.weex.errors import Problem, WeexError, empty, invalid
from terminal.sim.weex.fields import Fields
from terminal.sim.weex.venue import Call, Venue

EXPLANATION_CHARS = 1000
EXPLANATION_WORDS = 500


def upload_ai_log(venue: Venue, call: Call) -> dict[str, Any]:
    """Accept a log with its five fields and, if it names an order, one of this account's."""
    if venue.faults.take("ai_log_blocked") is not None:
        raise WeexError(Problem.LOGS_SWITCHED_OFF)
    body = call.body
    stage, model = body.raw.get("stage"), body.raw.get("model")
    for name, value in (("stage", stage), ("model", model)):
        if not body.has(name):
            raise empty(name)
        if not isinstance(value, str) or not value.strip():
            raise invalid(name)
    for name in ("input", "output"):
        if not body.has(name):
            raise empty(name)
        if not isinstance(body.raw[name], dict):
            raise invalid(name)
    _check_explanation(body)
    order_id = _order_id(venue, body)
    # Kept as it was sent: the signed bytes decoded once, numbers untouched.
    venue.exchange.keep_ai_log(order_id, orjson.loads(call.raw_body))
    return done_with(call.now_ms, "upload success")


def _check_explanation(body: Fields) -> None:
    if not body.has("explanation"):
        raise empty("explanation")
    explanation = body.raw["explanation"]
    if not isinstance(explanation, str) or not explanation.strip():
        raise invalid("explanation")
    if len(explanation) > EXPLANATION_CHARS or len(explanation.split()) > EXPLANATION_WORDS:
        raise invalid("explanation")


def _order_id(venue: Venue, body: Fields) -> str:
    """The order's id, "" for a log without one. On the wire it is a number or null."""
    value = body.raw.get("orderId")
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int):
        raise invalid("orderId")
    order_id = str(value)
    if order_id not in venue.exchange.books.orders and order_id not in venue.exchange.books.plans:
        raise invalid("orderId")
    return order_id
