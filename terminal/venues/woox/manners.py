"""How WOO X wants to be asked and how it answers: signed paths, and one envelope around everything."""

from typing import Any, Final
from urllib.parse import urlencode

from pydantic import Field

from terminal.domain.errors import MalformedReply
from terminal.net.calls.caller import Call, unreadable
from terminal.net.http import HttpReply, HttpRequest
from terminal.net.limiter import Lane
from terminal.net.wire.decode import decode_json, parse
from terminal.venues.woox.codes import TOO_MANY, VENUE
from terminal.venues.woox.errors import error_for, is_success
from terminal.venues.woox.rest.limits import cost_of
from terminal.venues.woox.signing import Credentials, request_headers, target_of
from terminal.venues.woox.wire.types import Moment, Wire

PREFIX: Final = "/v3/"
_TIME: Final = "public/systemInfo"
_TELLING: Final = frozenset({TOO_MANY, 401, 403})


class _Stamped(Wire):
    """Any success: the envelope carries the venue's time, for there is no endpoint for it alone."""

    now_ms: Moment = Field(alias="timestamp")


class WooxManners:
    """Implements `Manners`. Answers are given whole: some carry their time beside the data."""

    venue = VENUE

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials
        self.time_call = Call("GET", PREFIX + _TIME, cost_of("GET", _TIME), lane=Lane.CLOCK, signed=False)

    def server_ms(self, value: Any) -> int:
        """Read the time. Raises `MalformedReply`."""
        return parse(_Stamped, value).now_ms

    def request(self, call: Call, now_ms: int) -> HttpRequest:
        """Give the request; a signed one carries `now_ms`."""
        target = target_of(call.path, urlencode(call.query))
        headers: dict[str, str] = {}
        if call.signed:
            headers = request_headers(self.credentials, now_ms, call.method, target, call.body)
        return HttpRequest(call.method, target, headers, call.body, call.is_write)

    def judge(self, call: Call, reply: HttpReply) -> Any:
        """Give the envelope of a success. Raises `VenueError`."""
        value = self._decode(call, reply)
        if is_success(reply.status, value):
            return value
        raise error_for(reply.status, value, endpoint=call.path, is_write=call.is_write)

    def is_address_refused(self, reply: HttpReply) -> bool:
        """Never: WOO X refuses a foreign address with the same code as a wrong key."""
        del reply
        return False

    def _decode(self, call: Call, reply: HttpReply) -> Any:
        try:
            return decode_json(reply.body)
        except MalformedReply as error:
            if reply.status in _TELLING or reply.status >= 500:
                return None  # the status alone says what it is
            raise unreadable(error, call, VENUE) from error
