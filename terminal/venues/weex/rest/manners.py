"""How WEEX wants to be asked and how it answers: signed headers, codes in the body, an HTTP status of its own."""

from typing import Any
from urllib.parse import urlencode

from terminal.domain.errors import MalformedReply
from terminal.net.calls.caller import Call, unreadable
from terminal.net.http import HttpReply, HttpRequest
from terminal.net.limiter import Cost, Lane
from terminal.net.wire.decode import decode_json, parse
from terminal.venues.weex.codes import IP_STATUS, SUCCESS_CODES, TOO_MANY, VENUE, code_and_message, error_for
from terminal.venues.weex.signing import Credentials, request_headers, target_of
from terminal.venues.weex.wire.market import ServerTime


class WeexManners:
    """Implements `Manners`."""

    venue = VENUE

    def __init__(self, credentials: Credentials, time_path: str) -> None:
        """`time_path` is the dialect's endpoint for the venue's clock, weight 1."""
        self.credentials = credentials
        self.time_call = Call("GET", time_path, Cost(ip=1), lane=Lane.CLOCK, signed=False)

    def server_ms(self, value: Any) -> int:
        """Read the time. Raises `MalformedReply`."""
        return parse(ServerTime, value).timestamp

    def request(self, call: Call, now_ms: int) -> HttpRequest:
        """Give the request; a signed one carries `now_ms`."""
        target = target_of(call.path, urlencode(call.query))
        headers = {"Content-Type": "application/json", "locale": "en-US"}
        if call.signed:
            headers = request_headers(self.credentials, now_ms, call.method, target, call.body)
        return HttpRequest(call.method, target, headers, call.body, call.is_write)

    def judge(self, call: Call, reply: HttpReply) -> Any:
        """Give the JSON of a success, unwrapped; the body decides, whatever the status. Raises `VenueError`."""
        value = self._decode(call, reply)
        code, message = code_and_message(value)
        if 200 <= reply.status < 300 and (not code or code in SUCCESS_CODES):
            return value["data"] if code and "data" in value else value
        code = "" if code in SUCCESS_CODES else code
        raise error_for(reply.status, code, message, endpoint=call.path, is_write=call.is_write)

    def is_address_refused(self, reply: HttpReply) -> bool:
        return reply.status == IP_STATUS

    def _decode(self, call: Call, reply: HttpReply) -> Any:
        try:
            return decode_json(reply.body)
        except MalformedReply as error:
            if reply.status in {IP_STATUS, TOO_MANY, 401} or reply.status >= 500:
                return None  # the status alone says what it is
            raise unreadable(error, call, VENUE) from error
