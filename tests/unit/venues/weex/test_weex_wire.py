"""Strict scalars: what looks like a number but is not one must not pass."""

import json
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.canonical import decimal_text
from terminal.domain.errors import MalformedReply
from terminal.net.wire.decode import decode_json, parse, parse_list
from terminal.net.wire.types import Amount, Decimals, Id, Leverage, OptionalPrice, Price, Signed, TimeMs, Wire


class Scalars(Wire):
    amount: Amount = Decimal(0)
    signed: Signed = Decimal(0)
    price: Price = Decimal(1)
    id: Id = "1"
    time: TimeMs = 0
    decimals: Decimals = 0
    leverage: Leverage = 1
    maybe: OptionalPrice = None


@given(st.decimals(min_value=0, max_value=10**14, places=8, allow_nan=False, allow_infinity=False))
def test_decimal_text_survives_the_wire(value):
    assert parse(Scalars, {"amount": decimal_text(value)}).amount == value


@given(st.text(max_size=12))
def test_only_plain_ascii_numbers_pass(text):
    plain = (
        text.isascii() and text.replace(".", "", 1).isdigit() and not text.startswith(".") and not text.endswith(".")
    )
    try:
        parsed = parse(Scalars, {"amount": text})
    except MalformedReply:
        assert not plain
    else:
        assert plain
        assert parsed.amount == Decimal(text)


BAD = {
    "S08 NaN": {"amount": "NaN"},
    "S08 Infinity": {"price": "Infinity"},
    "S08 exponent": {"price": "1e5"},
    "S08 huge": {"price": "1000000000"},
    "S08 zero price": {"price": "0"},
    "S08 minus zero": {"amount": "-0"},
    "S09 full width": {"amount": "\uff11"},
    "S09 underscore": {"amount": "1_000"},
    "S09 space": {"amount": " 1"},
    "S09 newline": {"amount": "1\n"},
    "bool": {"amount": True},
    "list": {"signed": []},
    "two signs": {"signed": "--1"},
    "null": {"amount": None},
    "O10 float id": {"id": 5.96e17},
    "id of letters": {"id": "0x1"},
    "bool id": {"id": True},
    "time in us": {"time": 1765423487896000},
    "many decimals": {"decimals": "100"},
    "half leverage": {"leverage": "2.50"},
}


@pytest.mark.parametrize("name", BAD)
def test_refused(name):
    with pytest.raises(MalformedReply):
        parse(Scalars, BAD[name])


def test_o10_ids_keep_all_digits():
    for text in (b'{"id":596471064624628269}', b'{"id":"9223372036854775807"}'):
        assert parse(Scalars, decode_json(text)).id == json.loads(text, parse_int=str)["id"]


def test_blank_means_absent_only_where_the_venue_may_leave_out():
    assert parse(Scalars, {"maybe": ""}).maybe is None
    assert parse(Scalars, {"leverage": "20.00", "decimals": "-2"}).leverage == 20


def test_errors_name_fields_and_never_content():
    with pytest.raises(MalformedReply) as caught:
        parse(Scalars, {"amount": "secret-looking-text"})
    assert "amount" in str(caught.value)
    assert "secret-looking-text" not in str(caught.value)


def test_one_object_may_stand_for_a_list_but_a_bad_row_spoils_it():
    assert len(parse_list(Scalars, {"amount": "1"})) == 1
    with pytest.raises(MalformedReply, match=r"1\.amount"):
        parse_list(Scalars, [{"amount": "1"}, {"amount": "x"}])
    with pytest.raises(MalformedReply):
        parse_list(Scalars, None)


@pytest.mark.parametrize("text", [b"NaN", b"[1e400]", b"[" * 5000, b"", b'{"a":', b"\xff", b'"\xff"'])
def test_s08_s13_json_that_is_none(text):
    with pytest.raises(MalformedReply):
        decode_json(text)


@pytest.mark.parametrize("text", [b"  <!DOCTYPE html>", "<html>"])
def test_n13_html_names_the_portal(text):
    with pytest.raises(MalformedReply) as caught:
        decode_json(text)
    assert "portal" in caught.value.hint


@given(st.recursive(st.none() | st.booleans() | st.integers(0, 2**63) | st.text(), lambda x: st.lists(x, max_size=3)))
def test_json_round_trip(value):
    assert decode_json(orjson.dumps(value)) == value
