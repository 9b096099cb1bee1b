"""Sending an order or a trigger: once, whatever happens, with a verdict at the end."""

import asyncio
from collections.abc import Callable
from typing import Any

from terminal.domain.errors import VenueError
from terminal.ports.venue import PreparedOrder, SubmitOutcome, Unclear
from terminal.venues.weex.classify import classify_failure, classify_reply, reason_to_pause
from terminal.venues.weex.codes import Kind
from terminal.venues.weex.rest.caller import Call, Caller
from terminal.venues.weex.wire.placed import Placed


async def send_order(caller: Caller, call: Call, order: PreparedOrder, read: Callable[[Any], Placed]) -> SubmitOutcome:
    """Send a prepared order, asking its gate last. As `send_once`."""
    return await send_once(caller, call, order.client_order_id, read, order.may_send)


async def send_once(
    caller: Caller,
    call: Call,
    client_order_id: str,
    read: Callable[[Any], Placed],
    may_send: Callable[[], bool] | None = None,
) -> SubmitOutcome:
    """Send and classify; never raises for the network, the venue or a cancelled task.

    A cancelled task gives `Unclear`, because bytes may have left; the request to cancel
    stays readable as `asyncio.current_task().cancelling()`.
    """
    try:
        reply = await caller.exchange(call, may_send)
    except VenueError as error:
        return classify_failure(error)
    except asyncio.CancelledError:
        return Unclear("Sending was interrupted; the order may have arrived.")
    outcome = classify_reply(reply, client_order_id, read)
    match reason_to_pause(outcome):
        case Kind.CLOCK:
            caller.distrust_clock()
        case Kind.RATE:
            caller.pause(reply.retry_after_s)
    return outcome
