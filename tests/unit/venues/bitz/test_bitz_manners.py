"""How an answer is judged before anybody looks into it."""

import orjson
import pytest

from helpers.fake_chance import SeededChance
from terminal.domain.errors import MalformedReply, OutcomeUnknown, RateLimited, VenueUnavailable
from terminal.net.calls.caller import Call
from terminal.net.http import HttpReply
from terminal.net.limiter import Cost
from terminal.venues.bitz.rest.manners import TIME, BitzManners
from terminal.venues.bitz.signing import Credentials, read_form, sign

READ = Call("POST", "/Contract/getContractOrder", Cost(ip=0, uid=1), body=b"contractId=101")
WRITE = Call("POST", "/Contract/cancelContractTrade", Cost(ip=0, uid=1), body=b"entrustSheetId=5", is_write=True)


@pytest.fixture
def manners():
    return BitzManners(Credentials("the-key", "the-secret"), SeededChance(1))


def reply(data, status=200, code=200):
    return HttpReply(status, orjson.dumps({"status": code, "msg": "", "data": data, "microtime": "0.125 1533035297"}))


def test_a_success_gives_its_data_and_the_time_call_all_of_it(manners):
    assert manners.judge(READ, reply([1])) == [1]
    time_call = manners.time_call
    assert time_call.path == TIME
    assert manners.server_ms(manners.judge(time_call, reply([]))) == 1_533_035_297_125


@pytest.mark.parametrize(
    ("call", "answer", "error"),
    [
        (READ, reply([], status=500), VenueUnavailable),
        (WRITE, reply({}, status=502), OutcomeUnknown),
        (READ, HttpReply(503, b"busy"), VenueUnavailable),
        (WRITE, HttpReply(503, b"busy"), OutcomeUnknown),
        (READ, HttpReply(200, b"<html>"), MalformedReply),
        (WRITE, HttpReply(200, b"<html>"), OutcomeUnknown),
        (READ, reply(-110), RateLimited),
    ],
)
def test_what_is_no_success(manners, call, answer, error):
    with pytest.raises(error):
        manners.judge(call, answer)
    assert manners.too_many == (error is RateLimited)


def test_a_refused_address_is_seen_in_the_code_alone(manners):
    assert manners.is_address_refused(reply("", code=-111))
    assert manners.is_address_refused(reply(-111))
    assert not manners.is_address_refused(reply("-111"))
    assert not manners.is_address_refused(HttpReply(200, b"-111"))
    assert not manners.is_address_refused(reply([]))


def test_requests_are_signed_with_a_fresh_nonce(manners):
    first, second = (read_form(manners.request(READ, 1_533_035_297_999).body) for _ in range(2))
    assert first["nonce"] != second["nonce"]
    for form in (first, second):
        assert len(form["nonce"]) == 6
        assert form["timeStamp"] == "1533035297"
        assert form.pop("sign") == sign(form, "the-secret")
    public = manners.request(manners.time_call, 5)
    assert (public.body, public.headers, public.target) == (b"", {}, TIME)
