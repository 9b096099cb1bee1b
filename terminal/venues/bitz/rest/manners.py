"""How Bit-Z wants to be asked and how it answers: signed forms, and codes inside HTTP 200."""

from typing import Any, Final

from terminal.domain.errors import MalformedReply, OutcomeUnknown, VenueError, VenueUnavailable
from terminal.net.calls.caller import Call, unreadable
from terminal.net.http import HttpReply, HttpRequest
from terminal.net.limiter import Cost, Lane
from terminal.net.wire.decode import decode_json, parse
from terminal.ports.chance import Chance
from terminal.venues.bitz.codes import SUCCESS, VENUE, Kind, code_and_message, error_for, rule_of
from terminal.venues.bitz.signing import NONCE_LENGTH, Credentials, signed_form
from terminal.venues.bitz.wire.market import Envelope

TIME: Final = "/Market/getServerTime"
ANY_CALL: Final = "any call"
"""The limit of a second, in which every call counts."""
PUBLIC: Final = Cost(ip=1, counted=(ANY_CALL,))
PRIVATE: Final = Cost(ip=0, uid=1, counted=(ANY_CALL,))
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
_ADDRESS: Final = b"-111"
_CODE_LIES_WITHIN: Final = 80  # of an answer's first bytes, when it is a refusal


class BitzManners:
    """Implements `Manners`. `too_many` counts the answers that asked us to slow down."""

    venue = VENUE

    def __init__(self, credentials: Credentials, chance: Chance) -> None:
        self.credentials = credentials
        self._chance = chance
        self.time_call = Call("GET", TIME, PUBLIC, lane=Lane.CLOCK, signed=False)
        self.too_many = 0

    def server_ms(self, value: Any) -> int:
        """Read the time. Raises `MalformedReply`."""
        return parse(Envelope, value).microtime

    def request(self, call: Call, now_ms: int) -> HttpRequest:
        """Give the request; a signed one carries `now_ms` behind the call's own parameters."""
        if not call.signed:
            return HttpRequest(call.method, call.target, {}, call.body, call.is_write)
        body = signed_form(call.body, self.credentials, now_ms, self._chance.token(NONCE_LENGTH))
        return HttpRequest(call.method, call.target, _FORM, body, call.is_write)

    def judge(self, call: Call, reply: HttpReply) -> Any:
        """Give the data of a success; of the time call the whole envelope, which tells it. Raises `VenueError`."""
        try:
            envelope = decode_json(reply.body)
            code, message = code_and_message(envelope)
        except MalformedReply as error:
            if reply.status != SUCCESS:
                raise _by_status(call, reply.status) from error
            raise unreadable(error, call, VENUE) from error
        if code == SUCCESS and reply.status == SUCCESS:
            return envelope if call.path == TIME else envelope["data"]
        if code == SUCCESS:
            raise _by_status(call, reply.status)
        if rule_of(code).kind is Kind.RATE:
            self.too_many += 1
        raise error_for(code, message, endpoint=call.path, is_write=call.is_write)

    def is_address_refused(self, reply: HttpReply) -> bool:
        return _ADDRESS in reply.body[:_CODE_LIES_WITHIN] and _code_of(reply) == int(_ADDRESS)


def _by_status(call: Call, status: int) -> VenueError:
    """Give the error of an HTTP status that came without a code."""
    kind: type[VenueError] = OutcomeUnknown if call.is_write else VenueUnavailable
    return kind(f"HTTP status {status}", venue=VENUE, endpoint=call.path, code=str(status))


def _code_of(reply: HttpReply) -> int:
    try:
        return code_and_message(decode_json(reply.body))[0]
    except MalformedReply:
        return 0
