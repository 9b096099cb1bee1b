"""The AI-log endpoint. Source: WEEX AI docs, "Upload AI log"."""

from terminal.domain.errors import ClockSkew, MalformedReply, OutcomeUnknown, RateLimited
from terminal.net.calls.caller import Call, Caller
from terminal.net.http import HttpReply
from terminal.net.limiter import Cost
from terminal.net.wire.decode import decode_json
from terminal.ports.venue import LogReceipt
from terminal.venues.weex.codes import (
    IP_RULE,
    IP_STATUS,
    LOG_ACCEPTED,
    VENUE,
    Kind,
    code_and_message,
    error_for,
    rule_of,
)

_PERMANENT = frozenset({Kind.AUTH, Kind.PERMISSION, Kind.INVALID})


class AiLogRest:
    """Uploads logs."""

    def __init__(self, caller: Caller, path: str) -> None:
        """`path` is the dialect's; body and answer are alike."""
        self._caller = caller
        self._path = path

    async def upload_ai_log(self, body: bytes) -> LogReceipt:
        """Upload exactly these bytes; accepted only on code 00000.

        Raises:
            VenueError: it is not known whether the log arrived, or the venue asked to wait.

        Source: POST order/uploadAiLog, weight 1/1; v3 has a twin.
        """
        call = Call("POST", self._path, Cost(1, 1), body=body, is_write=True)
        return self._receipt(await self._caller.exchange(call))

    def _receipt(self, reply: HttpReply) -> LogReceipt:
        if reply.status == IP_STATUS:
            # The white list for logs may lag behind the one for trading, so this may pass.
            return LogReceipt(accepted=False, code=str(IP_STATUS), message=IP_RULE.hint, permanent=False)
        code, message = self._read(reply)
        if code == LOG_ACCEPTED and 200 <= reply.status < 300:
            return LogReceipt(accepted=True, code=code, message=message, permanent=False)
        error = error_for(reply.status, code, message, endpoint=self._path, is_write=True)
        if isinstance(error, RateLimited):
            error.retry_after_s = self._caller.pause(reply.retry_after_s)
            raise error
        if isinstance(error, ClockSkew):
            self._caller.distrust_clock()
            raise error
        if not code or reply.status >= 500:
            raise error
        return LogReceipt(
            accepted=False,
            code=code,
            message=message or error.hint,
            permanent=rule_of(code, message).kind in _PERMANENT,
        )

    def _read(self, reply: HttpReply) -> tuple[str, str]:
        try:
            return code_and_message(decode_json(reply.body))
        except MalformedReply as error:
            if reply.status < 300:
                raise OutcomeUnknown(error.message, venue=VENUE, endpoint=self._path, hint=error.hint) from error
            return "", ""
