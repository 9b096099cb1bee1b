import json
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.canonical import canonical_json, decimal_text, digest
from terminal.domain.order import Side


@dataclass(frozen=True)
class _Point:
    side: Side
    size: Decimal
    tags: tuple[str, ...]


def test_one_text_whatever_the_order_of_keys():
    assert canonical_json({"b": 1, "a": [Decimal("1E+2"), None, True]}) == '{"a":["100",null,true],"b":1}'


def test_dataclasses_enums_and_bytes():
    assert canonical_json(_Point(Side.BUY, Decimal("0.10"), ("x",))) == '{"side":"BUY","size":"0.10","tags":["x"]}'
    assert canonical_json(b'{"k":"\xc3\xa9"}') == '"{\\"k\\":\\"é\\"}"'


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_nan_is_refused(bad):
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json({"x": bad})


def test_sets_have_no_canonical_form():
    with pytest.raises(TypeError, match="set"):
        canonical_json({"x": {1, 2}})


def test_decimal_nan_is_refused():
    with pytest.raises(ValueError, match="not a number"):
        decimal_text(Decimal("NaN"))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-(10**12), max_value=10**12))
def test_decimal_text_has_no_exponent_and_loses_nothing(value):
    text = decimal_text(value)
    assert "E" not in text.upper()
    assert Decimal(text) == value
    assert not (value == 0 and text.startswith("-"))


@given(st.dictionaries(st.text(), st.one_of(st.integers(), st.text(), st.none(), st.booleans())))
def test_canonical_is_stable_through_a_round_trip(value):
    text = canonical_json(value)
    assert canonical_json(json.loads(text)) == text


def test_digest_is_sha256_of_utf8():
    assert digest("ü") == "607474ca475a9724d7360aba71a56d5df77e61350e3f724cfa1f46e857e2d85f"
