"""Sending an order or a trigger: once, whatever happens, with a verdict at the end."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from terminal.domain.errors import OutcomeUnknown, VenueError
from terminal.net.calls.caller import Call, Caller
from terminal.net.http import HttpReply
from terminal.ports.venue import NotSent, SubmitOutcome, Unclear


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an answer to a placement is read, and what it says about the calls after it."""

    outcome: SubmitOutcome
    clock_refused: bool = False
    rate_limited: bool = False


async def send_once(
    caller: Caller,
    call: Call,
    judge: Callable[[HttpReply], Verdict],
    may_send: Callable[[], bool] | None = None,
) -> SubmitOutcome:
    """Send and judge; never raises for the network, the venue or a cancelled task.

    `may_send` is asked last, right before bytes leave. A cancelled task gives `Unclear`, because
    bytes may have left; the request to cancel stays readable as `asyncio.current_task().cancelling()`.
    """
    try:
        reply = await caller.exchange(call, may_send)
    except VenueError as error:
        return judge_failure(error)
    except asyncio.CancelledError:
        return Unclear("Sending was interrupted; the order may have arrived.")
    verdict = judge(reply)
    if verdict.clock_refused:
        caller.distrust_clock()
    if verdict.rate_limited:
        caller.pause(reply.retry_after_s)
    return verdict.outcome


def judge_failure(error: VenueError) -> NotSent | Unclear:
    """Judge a call that got no answer.

    Only `OutcomeUnknown` means that bytes may have left; the other errors are raised
    before anything is written.
    """
    if isinstance(error, OutcomeUnknown):
        return Unclear(str(error))
    return NotSent(str(error))
