"""The error table, both ways to say no, and what a placement's answer proves."""

import orjson
import pytest

from terminal.domain.errors import (
    AuthFailed,
    ClockSkew,
    MalformedReply,
    OutcomeUnknown,
    RateLimited,
    RequestRejected,
    VenueUnavailable,
)
from terminal.net.http import HttpReply
from terminal.ports.venue import Acknowledged, Refused, Unclear
from terminal.venues.bitz.classify import judge_placement
from terminal.venues.bitz.codes import RULES, Kind, code_and_message, error_for, rule_of

# Source: reference section 6, class by class.
UNKNOWN = (-104, -106, -301001, -200032, -200033, -100044, -99)
NOT_EXECUTED = (-110, -114, -112, -200025)
REJECTED = (
    *(-102, -200027, -200028, -200029, -200030, -200037, -200038, -300101, -300102),
    *(-100101, -100201, -100301, -100401, -100302, -100303),
)
FUNDS = (-200031,)
ORDER_STATE = (-200034, -200035, -200055)
FATAL = (-103, -105, -109, -111, -117, -300069, -200003, -100015, -300103, -200005, -107)


def reply(code, *, in_data=False, status=200):
    body = {"status": 200, "msg": "", "data": code} if in_data else {"status": code, "msg": "words", "data": ""}
    return HttpReply(status, orjson.dumps(body | {"time": 1, "microtime": "0.1 1", "source": "api"}))


def test_the_table_is_the_references():
    assert set(RULES) == set(UNKNOWN[:-1] + NOT_EXECUTED + REJECTED + FUNDS + ORDER_STATE + FATAL)
    for rule in RULES.values():
        assert rule.hint.endswith((".", "waits.", "tomorrow."))


@pytest.mark.parametrize("in_data", [True, False])
@pytest.mark.parametrize("code", UNKNOWN + ORDER_STATE)
def test_what_leaves_it_open(code, in_data):
    verdict = judge_placement(reply(code, in_data=in_data))
    assert isinstance(verdict.outcome, Unclear)
    assert str(code) in verdict.outcome.message
    assert not verdict.rate_limited


@pytest.mark.parametrize("in_data", [True, False])
@pytest.mark.parametrize("code", NOT_EXECUTED + REJECTED + FUNDS + FATAL)
def test_what_proves_that_no_order_exists(code, in_data):
    verdict = judge_placement(reply(code, in_data=in_data))
    assert isinstance(verdict.outcome, Refused)
    assert verdict.outcome.code == str(code)
    assert verdict.outcome.halts is (code in {*FATAL, -114})
    assert verdict.rate_limited is (code in {-110, -114})
    assert verdict.clock_refused is (code == -103)


@pytest.mark.parametrize(
    "answer",
    [
        reply(-102, status=500),
        HttpReply(200, b"<html>sign in</html>"),
        HttpReply(200, b'{"status":200,"da'),
        HttpReply(200, b"[]"),
        HttpReply(200, b'{"status":200,"msg":""}'),
        HttpReply(200, b'{"status":true,"data":{}}'),
        HttpReply(200, b'{"status":"200","data":{}}'),
        HttpReply(200, b'{"status":200,"data":{}}'),
        HttpReply(200, b'{"status":200,"data":[]}'),
        HttpReply(200, b'{"status":200,"data":{"orderId":1.5}}'),
    ],
)
def test_anything_else_leaves_it_open_too(answer):
    assert isinstance(judge_placement(answer).outcome, Unclear)


def test_an_accepted_order():
    assert judge_placement(HttpReply(200, b'{"status":200,"data":{"orderId":710370}}')).outcome == Acknowledged(
        "710370"
    )


@pytest.mark.parametrize(
    ("envelope", "found"),
    [
        ({"status": 200, "msg": "", "data": []}, (200, "")),
        ({"status": 200, "data": {}}, (200, "")),
        ({"status": 200, "msg": "", "data": -200031}, (-200031, "")),
        ({"status": -110, "msg": "too many", "data": ""}, (-110, "too many")),
        ({"status": 200, "msg": None, "data": True}, (200, "")),
    ],
)
def test_the_two_shapes(envelope, found):
    assert code_and_message(envelope) == found


@pytest.mark.parametrize("envelope", [None, [], {"status": 200}, {"status": None, "data": {}}])
def test_what_is_no_envelope(envelope):
    with pytest.raises(MalformedReply):
        code_and_message(envelope)


@pytest.mark.parametrize(
    ("codes", "read", "write"),
    [
        ((-110, -114), RateLimited, RateLimited),
        (FATAL[1:], AuthFailed, AuthFailed),
        ((-103,), ClockSkew, ClockSkew),
        ((-112, -200025), VenueUnavailable, VenueUnavailable),
        (UNKNOWN, VenueUnavailable, OutcomeUnknown),
        (REJECTED + FUNDS + ORDER_STATE, RequestRejected, RequestRejected),
    ],
)
def test_the_exceptions(codes, read, write):
    for code in codes:
        for is_write, kind in ((False, read), (True, write)):
            error = error_for(code, "", endpoint="/x", is_write=is_write)
            assert type(error) is kind, code
            assert (error.code, error.venue) == (str(code), "Bit-Z")
            assert error.hint == rule_of(code).hint


def test_an_unlisted_code_is_unknown():
    assert rule_of(-1).kind is Kind.UNKNOWN
    assert rule_of(0).definitive is False
