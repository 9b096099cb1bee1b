"""Every code of the reference's section 8 in its class, and what a placement or any other call makes of it."""

import json

import pytest

from terminal.domain.errors import (
    AuthFailed,
    ClockSkew,
    OutcomeUnknown,
    RateLimited,
    RequestRejected,
    VenueUnavailable,
)
from terminal.net.http import HttpReply
from terminal.net.wire.decode import parse
from terminal.ports.venue import Acknowledged, Refused, Unclear
from terminal.venues.woox.classify import judge_placing
from terminal.venues.woox.codes import RULES, Kind, is_listed, rule_of
from terminal.venues.woox.errors import code_and_message, error_for, is_success
from terminal.venues.woox.wire.orders import PlacedOrder

UNKNOWN = "-1000 302159 302109 317154 317168 302005 302311 302312 302313"
DUPLICATE = "-1007 302117"
NOT_EXECUTED = "317174 302185 317157 317158 317169"
NOT_FOUND = "-1006 317149 317152 317153 317184 302129 317161 317177 302127 302130"
REJECTED = (
    "-1004 -1005 -1008 -1009 -1012 -1101 -1102 -1103 -1104 -1105 302101 317155 317156 317159 302114 302115 302140 "
    "302141 302164 302125 302137 302138 302314 302147 302148 302149 302150 302151 302152 302162 302163 302172 302186 "
    "302195 302188 302306 317164"
)
FUNDS = "302102 302103 302104 302118 302119 302128 302154 302155 302157 302169 302170 302193 302301 302305"
FATAL = "-1001 -1002 302110 302111 302307"


def each(codes):
    return pytest.mark.parametrize("code", codes.split())


def reply(code=None, message="no", status=400, **more):
    body = {"success": False, "message": message, **more}
    if code is not None:
        body["code"] = code
    return HttpReply(status, json.dumps(body).encode())


def read(envelope):
    return parse(PlacedOrder, envelope.get("data"))


def placed(answer, number=7):
    return judge_placing(answer, number, read)


def raised(answer, *, is_write=True):
    value = json.loads(answer.body)
    assert not is_success(answer.status, value)
    return error_for(answer.status, value, endpoint="/v3/x", is_write=is_write)


# -- the classes -----------------------------------------------------------------


@each(UNKNOWN)
def test_an_unknown_outcome_is_never_a_no(code):
    assert isinstance(placed(reply(int(code))).outcome, Unclear)
    assert isinstance(raised(reply(int(code))), OutcomeUnknown)
    assert isinstance(raised(reply(int(code), status=200), is_write=False), VenueUnavailable)


@each(DUPLICATE)
def test_a_duplicate_means_that_our_order_may_be_there(code):
    assert isinstance(placed(reply(code)).outcome, Unclear)
    assert isinstance(raised(reply(code)), RequestRejected)


@each(NOT_EXECUTED)
def test_not_now_is_a_no_that_may_be_tried_again(code):
    outcome = placed(reply(code)).outcome
    assert isinstance(outcome, Refused)
    assert not outcome.halts
    assert type(raised(reply(code))) is VenueUnavailable


@each(NOT_FOUND)
def test_not_found_proves_nothing_about_an_order_being_placed(code):
    assert isinstance(placed(reply(code)).outcome, Unclear)
    assert isinstance(raised(reply(code)), RequestRejected)
    assert isinstance(raised(reply(code), is_write=False), RequestRejected)


@each(f"{REJECTED} {FUNDS}")
def test_a_refusal_is_shown_and_not_repeated(code):
    outcome = placed(reply(int(code), "the venue's words")).outcome
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.message, outcome.halts) == (code, "the venue's words", False)
    assert outcome.hint.endswith(".")
    assert isinstance(raised(reply(code)), RequestRejected)


@each(FUNDS)
def test_money_that_is_missing_is_named(code):
    assert rule_of(code, "").kind is Kind.FUNDS


@each(FATAL)
def test_a_fatal_code_halts(code):
    outcome = placed(reply(code)).outcome
    assert isinstance(outcome, Refused)
    assert outcome.halts
    assert isinstance(raised(reply(code)), AuthFailed)


@pytest.mark.parametrize("answer", [reply(-1003), reply("-1003", status=429), reply(status=429)])
def test_a_rate_limit_refuses_and_says_so(answer):
    verdict = placed(answer)
    assert isinstance(verdict.outcome, Refused)
    assert verdict.rate_limited
    assert verdict.outcome.code
    assert isinstance(raised(answer), RateLimited)


@each("317178 317179")
def test_a_refused_time_asks_for_the_clock(code):
    verdict = placed(reply(code))
    assert isinstance(verdict.outcome, Refused)
    assert verdict.clock_refused
    assert isinstance(raised(reply(code)), ClockSkew)


def test_1011_is_trouble_inside_or_maintenance_by_its_text():
    inside = reply(-1011, "Can not place/cancel orders, it may because internal network error.")
    assert isinstance(placed(inside).outcome, Unclear)
    over = reply("-1011", "The system is under maintenance.")
    assert isinstance(placed(over).outcome, Refused)
    assert "maintenance" in placed(over).outcome.hint
    assert type(raised(over)) is VenueUnavailable
    assert isinstance(placed(reply(-1011, "")).outcome, Unclear)


def test_1012_may_also_mean_missing_money():
    assert rule_of("-1012", "Insufficient WOO. Please enable margin trading").kind is Kind.FUNDS
    assert rule_of("-1012", "Amount is required for buy market orders").kind is Kind.INVALID


def test_an_unlisted_code_is_unclear():
    assert not is_listed("123456")
    assert is_listed("-1000")
    assert isinstance(placed(reply(123456)).outcome, Unclear)
    assert isinstance(raised(reply(123456)), OutcomeUnknown)


def test_every_rule_speaks_in_sentences():
    for rule in RULES.values():
        assert rule.hint[0].isupper()
        assert rule.hint.endswith(".")


# -- what carries no code ------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("invalid symbol PERP_XYZ_USDT", Kind.INVALID),
        ("symbol must not be blank", Kind.INVALID),
        ("Your order and symbol are not valid or already canceled.", Kind.NOT_FOUND),
        ("The system is under maintenance.", Kind.BUSY),
        ("Rate limit exceed.", Kind.RATE),
        ("the receive window is exceeded", Kind.CLOCK),
        ("Insufficient USDT", Kind.FUNDS),
        ("bad signature", Kind.FATAL),
        ("the api key is unknown", Kind.FATAL),
        ("something else", Kind.UNKNOWN),
    ],
)
def test_the_text_decides_where_there_is_no_code(text, kind):
    assert rule_of("", text).kind is kind


def test_a_gateway_that_answers_200_says_nothing_about_the_order():
    gateway = HttpReply(200, b'{"code":503,"message":"[GW] no upstream server"}')
    assert isinstance(placed(gateway).outcome, Unclear)
    assert isinstance(raised(gateway), OutcomeUnknown)
    assert type(raised(gateway, is_write=False)) is VenueUnavailable


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_5xx_says_nothing_about_a_write_whatever_its_code(status):
    assert isinstance(placed(reply(-1005, status=status)).outcome, Unclear)
    assert isinstance(raised(reply(-1005, status=status)), OutcomeUnknown)
    assert isinstance(raised(reply(None, "invalid symbol", status=status), is_write=False), RequestRejected)
    error = raised(reply(None, "", status=status), is_write=False)
    assert type(error) is VenueUnavailable
    assert error.hint == "Try again later."


@pytest.mark.parametrize("status", [401, 403])
def test_a_forbidden_answer_without_a_code_names_the_key(status):
    error = raised(reply(None, "", status=status))
    assert isinstance(error, AuthFailed)
    assert "settings" in error.hint
    assert str(status) in error.message
    assert isinstance(placed(reply(None, "", status=status)).outcome, Unclear)


def test_a_bare_4xx():
    assert isinstance(raised(reply(None, "", status=404), is_write=False), RequestRejected)
    assert isinstance(raised(reply(None, "", status=404)), OutcomeUnknown)
    assert raised(reply(9, "x", status=404)).hint == "The code is not documented."


@pytest.mark.parametrize("body", [b"[]", b"<html>", b"", b"7"])
def test_what_is_no_envelope_is_unclear(body):
    assert isinstance(placed(HttpReply(200, body)).outcome, Unclear)
    assert code_and_message([]) == ("", "")


# -- a yes -----------------------------------------------------------------------------


def yes(**data):
    return HttpReply(200, json.dumps({"success": True, "data": data}).encode())


@pytest.mark.parametrize("own", [7, "7", 0, "0", None])
def test_an_order_that_was_taken(own):
    assert placed(yes(orderId=5, clientOrderId=own)).outcome == Acknowledged("5")


def test_another_orders_answer_is_unclear():
    assert placed(yes(orderId=5, clientOrderId=8)).outcome == Unclear("The answer belongs to another order.")


def test_a_yes_without_an_order_is_unclear():
    assert isinstance(placed(yes(clientOrderId=7)).outcome, Unclear)
    assert isinstance(placed(HttpReply(200, b'{"success": true}')).outcome, Unclear)


def test_success_is_exactly_true():
    assert is_success(200, {"success": True})
    for status, value in ((200, {"success": "true"}), (500, {"success": True}), (200, [True]), (200, {})):
        assert not is_success(status, value)
