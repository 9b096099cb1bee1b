"""How the venue wants to be asked, how it answers, and how often it may be asked."""

from typing import Any, Final

from terminal.domain.competition import SOFT_ORDER_CALLS_PER_S
from terminal.domain.errors import MalformedReply
from terminal.net.calls.caller import Call, unreadable
from terminal.net.http import HttpReply, HttpRequest
from terminal.net.limiter import Allowance, Budget, Cost, Lane
from terminal.net.wire.decode import decode_json, parse
from terminal.net.wire.types import TimeMs, Wire
from yourvenue.codes import TOO_MANY, VENUE, code_and_message, error_for
from yourvenue.signing import Credentials, sign

ALLOWANCE: Final = Allowance(
    ip=Budget(10, 1.0, {Lane.BULK: 6, Lane.READ: 1}),
    uid=Budget(10, 1.0),
    # Two are kept for what closes a position.
    orders=Budget(SOFT_ORDER_CALLS_PER_S, 1.0, {lane: 2 for lane in Lane if lane is not Lane.EXIT}),
)
PUBLIC: Final = Cost(ip=1)
ORDER: Final = Cost(ip=0, order_call=True)


class ServerTime(Wire):
    """GET /v1/time. Unix ms."""

    now_ms: TimeMs


class YourManners:
    """Implements `Manners`."""

    venue = VENUE
    time_call = Call("GET", "/v1/time", PUBLIC, lane=Lane.CLOCK, signed=False)

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def server_ms(self, value: Any) -> int:
        """Read the time. Raises `MalformedReply`."""
        return parse(ServerTime, value).now_ms

    def request(self, call: Call, now_ms: int) -> HttpRequest:
        """Give the request: a JSON body as it is, the signature in headers."""
        headers = {"Content-Type": "application/json"}
        if call.signed:
            headers["X-Key"] = self._credentials.key
            headers["X-Time"] = str(now_ms)
            headers["X-Sign"] = sign(self._credentials.secret, now_ms, call.method, call.target, call.body)
        return HttpRequest(call.method, call.target, headers, call.body, call.is_write)

    def judge(self, call: Call, reply: HttpReply) -> Any:
        """Give the JSON of a success. Raises `VenueError`."""
        if reply.status == TOO_MANY:
            raise error_for("1004", "", endpoint=call.path, is_write=call.is_write)
        try:
            value = decode_json(reply.body)
        except MalformedReply as error:
            raise unreadable(error, call, VENUE) from error
        code, message = code_and_message(value)
        if reply.status == 200 and not code:
            return value
        raise error_for(code or str(reply.status), message, endpoint=call.path, is_write=call.is_write)

    def is_address_refused(self, _reply: HttpReply) -> bool:
        """Tell whether the venue said that our internet address is not on the key's list; this one has no such code."""
        return False
