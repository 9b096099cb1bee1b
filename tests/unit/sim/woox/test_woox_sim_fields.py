"""Reading fields: what counts as absent, as a number, as a yes; and which complaint each breach gets."""

from decimal import Decimal

import pytest

from terminal.sim.woox.errors import WooError
from terminal.sim.woox.fields import Fields, parse_body


def code(action):
    with pytest.raises(WooError) as refused:
        action()
    return refused.value.code, refused.value.extra.get("error_code")


def test_bodies():
    assert parse_body(b"") == {}
    assert parse_body(b'{"a": 1.50}') == {"a": Decimal("1.50")}
    for wrong in (b"{", b"[1]", b"7"):
        assert code(lambda body=wrong: parse_body(body)) == (-1005, None)


@pytest.mark.parametrize("raw", [{}, {"x": None}, {"x": ""}])
def test_absent_null_and_empty_are_one(raw):
    fields = Fields(raw)
    assert not fields.has("x")
    assert (fields.optional_text("x"), fields.optional_decimal("x"), fields.optional_choice("x", {})) == (
        None,
        None,
        None,
    )
    assert (fields.boolean("x"), fields.time_ms("x"), fields.optional_integer("x", 4, 0, 9)) == (False, None, 4)
    for reader in (fields.text, fields.decimal, lambda name: fields.integer(name, 0, 1)):
        assert code(lambda read=reader: read("x")) == (-1005, 90000)


@pytest.mark.parametrize(
    ("value", "expected"), [("0.10", "0.10"), (3, "3"), (Decimal("1.5"), "1.5"), ("1e-3", "0.001")]
)
def test_decimals(value, expected):
    assert Fields({"x": value}).decimal("x") == Decimal(expected)


@pytest.mark.parametrize("value", ["one", "NaN", "Infinity", "1_000", "9" * 41, True, [1], {}])
def test_decimals_that_are_none(value):
    assert code(lambda: Fields({"x": value}).decimal("x")) == (-1005, None)


@pytest.mark.parametrize(("value", "expected"), [(True, True), (False, False), ("true", True), ("FALSE", False)])
def test_booleans(value, expected):
    assert Fields({"x": value}).boolean("x") is expected


def test_what_is_of_the_wrong_kind():
    fields = Fields({"list": [1], "flag": True, "word": "yes", "point": Decimal("1.5")})
    for action in (
        lambda: fields.text("list"),
        lambda: fields.text("flag"),
        lambda: fields.boolean("word"),
        lambda: fields.boolean("list"),
        lambda: fields.integer("word", 0, 9),
        lambda: fields.integer("point", 0, 9),
        lambda: fields.choice("word", {"no": 1}),
        lambda: fields.objects("list"),
        lambda: fields.objects("none"),
    ):
        assert code(action) == (-1005, None)


def test_whole_numbers_within_their_bounds():
    fields = Fields({"x": "12", "y": 12, "z": "13"})
    assert fields.integer("x", 0, 12) == fields.integer("y", 0, 12) == 12
    assert code(lambda: fields.integer("z", 0, 12)) == (-1005, None)
    assert [row.raw for row in Fields({"rows": [{"a": 1}]}).objects("rows")] == [{"a": 1}]
