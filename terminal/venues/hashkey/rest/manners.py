"""How HashKey wants to be asked and how it answers: signed parameters, codes in the body, HTTP 400 for nearly all."""

from typing import Any, Final

from terminal.domain.errors import MalformedReply
from terminal.net.calls.caller import Call, unreadable
from terminal.net.http import HttpReply, HttpRequest
from terminal.net.limiter import Lane
from terminal.net.wire.decode import decode_json, parse
from terminal.venues.hashkey.codes import BLOCKED, TOO_MANY, VENUE, Kind, code_and_message, rule_of
from terminal.venues.hashkey.failures import error_for
from terminal.venues.hashkey.rest.limits import PUBLIC
from terminal.venues.hashkey.signing import KEY_HEADERS, Credentials, encoded, signed, stamped
from terminal.venues.hashkey.wire.market import ServerTime

RECV_WINDOW_MS: Final = 5000
BIAS_MS: Final = 75
"""A time of ours that is 1 s ahead is refused, one that is 5 s behind is not: so we stay a little behind."""
BATCH: Final = "/api/v1.1/spot/batchOrders"
_FORM: Final = "application/x-www-form-urlencoded"


class HashKeyManners:
    """Implements `Manners`."""

    venue = VENUE
    time_call = Call("GET", "/api/v1/time", PUBLIC, lane=Lane.CLOCK, signed=False)

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials
        self.key_header = KEY_HEADERS[0]

    def server_ms(self, value: Any) -> int:
        """Read the time. Raises `MalformedReply`."""
        return parse(ServerTime, value).server_time

    def request(self, call: Call, now_ms: int) -> HttpRequest:
        """Give the request: parameters in the query of a read or a cancel, in the form of a write, never in both.

        A batch of orders is the exception: its body is JSON, and only its query is signed.
        """
        query, body = encoded(call.query), call.body.decode()
        headers = {"Content-Type": _FORM}
        if call.signed:
            headers[self.key_header] = self.credentials.key
            at_ms, secret = now_ms - BIAS_MS, self.credentials.secret
            if call.path == BATCH:
                headers["Content-Type"] = "application/json"
                query = signed(secret, stamped(query, RECV_WINDOW_MS, at_ms))
            elif call.method in {"POST", "PUT"}:
                body = signed(secret, stamped(body, RECV_WINDOW_MS, at_ms))
            else:
                query = signed(secret, stamped(query, RECV_WINDOW_MS, at_ms))
        target = f"{call.path}?{query}" if query else call.path
        return HttpRequest(call.method, target, headers, body.encode(), call.is_write)

    def judge(self, call: Call, reply: HttpReply) -> Any:
        """Give the JSON of a success. Raises `VenueError`."""
        value = self._decode(call, reply)
        code, message = code_and_message(value)
        if 200 <= reply.status < 300 and not code:
            return value
        raise error_for(reply.status, code, message, endpoint=call.path, is_write=call.is_write)

    def is_address_refused(self, reply: HttpReply) -> bool:
        """Tell whether the venue said that our internet address is not on the key's list, or is blocked."""
        if reply.status == BLOCKED:
            return True
        if reply.status < 400 or not reply.body.startswith(b"{"):
            return False
        try:
            code, message = code_and_message(decode_json(reply.body))
        except MalformedReply:
            return False
        return rule_of(code, message).kind is Kind.ADDRESS

    def _decode(self, call: Call, reply: HttpReply) -> Any:
        try:
            return decode_json(reply.body)
        except MalformedReply as error:
            if reply.status in {BLOCKED, TOO_MANY, 401, 403} or reply.status >= 500:
                return None  # the status alone says what it is
            raise unreadable(error, call, VENUE) from error
