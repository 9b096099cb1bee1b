"""The error table: every printed code is classed, and what each class does to orders and to reads."""

import pytest
from hashkey_kit import CID, error, http_reply, payload

from terminal.domain.errors import (
    AuthFailed,
    ClockSkew,
    MalformedReply,
    OutcomeUnknown,
    RateLimited,
    RequestRejected,
    VenueUnavailable,
)
from terminal.ports.venue import Acknowledged, Refused, Unclear
from terminal.venues.hashkey.classify import judge_reply
from terminal.venues.hashkey.codes import (
    RULES,
    Kind,
    code_and_message,
    rule_of,
    rule_of_reply,
)
from terminal.venues.hashkey.failures import error_for

UNKNOWN = ["-1000", "-1001", "-1006", "-1007", "-1146", "-1147", "-1024", "-1141"]
NOT_DONE = ["0003", "-1015", "-3145", "-1021", "-1144", "-1101", "-1151", "-1155"]
REJECTED = [
    "0201",
    "0206",
    "0207",
    "-1124",
    "0209",
    "0210",
    "-1004",
    "-1014",
    "-1115",
    "-1117",
    "-1123",
    "-1126",
    "-1129",
    "-1130",
    "-1132",
    "-1133",
    "-1135",
    "-1136",
    "-1137",
    "-1140",
    "-1206",
    "-1148",
    "-1153",
    "-1154",
    "-1156",
    "-2010",
    "-1193",
    "-1194",
    "-1200",
    "-1201",
    "-1202",
    "-1203",
    "-2017",
    "-2022",
    "-2030",
    "0401",
]
FINAL = ["0211", "0212", "-1139", "-1142", "-1143", "-2011", "-1145"]
FAILED = ["-1149", "-1150"]
FATAL = [
    "0002",
    "0102",
    "0103",
    "0104",
    "0202",
    "-1002",
    "-1005",
    "-1020",
    "-1152",
    "-1160",
    "-1186",
    "-1205",
    "-1215",
    "-2020",
    "-2021",
    "-2023",
    "-3117",
    "-3143",
]
RANGE = ["-2027", "-2028", "-2029"]
STRANGE = [
    "-1161",
    "-1182",
    "-1207",
    "-1214",
    "-1300",
    "-1305",
    "-2016",
    "-2018",
    "-2019",
    "-2024",
    "-2026",
    "-3144",
    "-4001",
    "-5099",
]
STREAM = ["-100010", "-100011", "-100012"]


def judged(code, message="x", status=400):
    return judge_reply(http_reply(status, error(code, message)), CID)


@pytest.mark.parametrize("code", UNKNOWN + FINAL + FAILED + STRANGE + ["-9999", "abc"])
def test_codes_that_leave_it_open_are_unclear_although_they_come_with_400(code):
    answer = judged(code)
    assert isinstance(answer.verdict.outcome, Unclear)
    assert answer.look_up
    assert (answer.failed is not None) is (code in FAILED)


@pytest.mark.parametrize("code", NOT_DONE + REJECTED + FATAL + RANGE + STREAM)
def test_codes_that_prove_that_no_order_exists(code):
    answer = judged(code)
    assert isinstance(answer.verdict.outcome, Refused)
    assert answer.verdict.outcome.halts is (code in FATAL)
    assert answer.verdict.outcome.hint
    assert not answer.look_up


def test_every_code_of_the_table_is_in_one_of_these_lists():
    assert set(RULES) == set(UNKNOWN + NOT_DONE + REJECTED + FINAL + FAILED + FATAL + RANGE + STREAM)


@pytest.mark.parametrize("code", [-1006, "-1006"])
def test_a_code_may_be_a_number_or_a_text(code):
    assert isinstance(judged(code).verdict.outcome, Unclear)


def test_0001_is_two_codes_that_only_the_message_tells_apart():
    missing = judged("0001", "Required field 'symbol' missing or invalid.").verdict.outcome
    wrong = judged("0001", "Incorrect signature").verdict.outcome
    assert (missing.halts, wrong.halts) == (False, True)
    assert "secret" in wrong.hint


def test_clock_and_rate_are_told_to_the_calls_after():
    assert judged("-1021").verdict.clock_refused
    assert judged("0003").verdict.rate_limited
    assert judge_reply(http_reply(429, error("-1130")), CID).verdict.rate_limited
    assert judge_reply(http_reply(429, b"slow down"), CID).verdict.rate_limited


@pytest.mark.parametrize("body", [error("-1130"), b"<html>", {}])
def test_418_halts_whatever_the_body_says(body):
    outcome = judge_reply(http_reply(418, body), CID).verdict.outcome
    assert isinstance(outcome, Refused)
    assert outcome.halts
    assert "blocked" in outcome.hint


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("code", ["-1130", "0401", ""])
def test_any_500_is_unclear_even_with_a_refusal_in_it(status, code):
    body = error(code) if code else b"bad gateway"
    assert isinstance(judge_reply(http_reply(status, body), CID).verdict.outcome, Unclear)


def test_success_needs_an_order_id_and_our_own_id():
    assert judge_reply(http_reply(200, payload("order_placed")), CID).verdict.outcome == Acknowledged(
        "1738695230608169984"
    )
    wrapped = payload("order_placed") | {"code": "0000"}
    assert isinstance(judge_reply(http_reply(200, wrapped), CID).verdict.outcome, Acknowledged)
    for body in ({}, {"orderId": "x"}, b"not json", payload("order_placed") | {"clientOrderId": "other"}):
        assert isinstance(judge_reply(http_reply(200, body), CID).verdict.outcome, Unclear)
    assert isinstance(judge_reply(http_reply(400, {"oops": 1}), CID).verdict.outcome, Unclear)


def test_what_the_venue_says_of_an_order_it_took():
    assert judge_reply(http_reply(200, payload("order_placed")), CID).note == ""
    told = payload("order_placed") | {"concentration": "a large part of the account is in one coin"}
    assert "one coin" in judge_reply(http_reply(200, told), CID).note


def test_an_order_that_was_made_and_rejected_at_once_is_refused():
    body = payload("order_placed") | {"status": "REJECTED"}
    assert isinstance(judge_reply(http_reply(200, body), CID).verdict.outcome, Refused)


# -- everything but placing ----------------------------------------------------------


def failure(code, *, status=400, is_write=False, message="x"):
    return error_for(status, code, message, endpoint="/x", is_write=is_write)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("0102", AuthFailed),
        ("0202", AuthFailed),
        ("-1021", ClockSkew),
        ("-1015", RateLimited),
        ("-1144", VenueUnavailable),
        ("-1130", RequestRejected),
        ("-1143", RequestRejected),
        ("-1150", RequestRejected),
    ],
)
@pytest.mark.parametrize("is_write", [True, False])
def test_codes_as_exceptions(code, kind, is_write):
    raised = failure(code, is_write=is_write)
    assert type(raised) is kind
    assert (raised.code, raised.venue) == (code, "HashKey")
    assert raised.hint


def test_unclear_codes_and_unlisted_ones():
    assert type(failure("-1006", is_write=True)) is OutcomeUnknown
    assert type(failure("-1007")) is VenueUnavailable  # a read is asked again
    assert type(failure("-9999", is_write=True)) is OutcomeUnknown
    assert type(failure("-9999")) is MalformedReply  # no information, and no use in asking again


def test_statuses_without_a_code():
    assert type(failure("", status=401, message="")) is AuthFailed
    assert type(failure("", status=403, message="")) is AuthFailed
    assert type(failure("", status=404, message="")) is MalformedReply
    assert type(failure("", status=502, message="")) is VenueUnavailable
    assert type(failure("-1130", status=502, is_write=True)) is OutcomeUnknown
    assert type(failure("", status=429, message="")) is RateLimited
    assert type(failure("", status=418, message="")) is AuthFailed
    assert "HTTP status 502" in str(failure("", status=502, message=""))


def test_reading_the_envelope():
    assert code_and_message({"code": 0}) == ("", "")
    assert code_and_message({"code": "0000"}) == ("", "")
    assert code_and_message({"code": 200}) == ("", "")
    assert code_and_message([1]) == ("", "")
    assert code_and_message({"code": None}) == ("", "")
    assert code_and_message({"code": -1, "message": "m"}) == ("-1", "m")


def test_rules_by_reply():
    assert rule_of_reply(400, "-1130", "").kind is Kind.INVALID
    assert rule_of("-1175", "").kind is Kind.STRANGE
    assert "report" in rule_of("-1175", "").hint
    assert rule_of("--5", "").kind is Kind.STRANGE
