"""Records survive the way to text and back, exactly."""

from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import NewType, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from journal_records import TERMS, decided, intended, note, proposed

from terminal.domain.canonical import canonical_json
from terminal.domain.records import EquityMarked, OrderMoved, Record
from terminal.storage.journal.codec import KINDS, Undecodable, decode, encode, kind_of

# Every text that UTF-8 can hold, control characters and quotes included.
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_DECIMAL = st.one_of(
    st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False),
    st.sampled_from([Decimal("1E+7"), Decimal("-0"), Decimal("0.00000001"), Decimal("1.500")]),
)
_SCALARS = {
    str: _TEXT,
    int: st.one_of(st.integers(-5, 5), st.integers(-(2**70), 2**70)),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    Decimal: _DECIMAL,
    bytes: _TEXT.map(str.encode),
}


def values(kind):
    """Any value of an annotation that records use."""
    if isinstance(kind, NewType):
        return values(kind.__supertype__)
    if kind in _SCALARS:
        return _SCALARS[kind]
    if get_origin(kind) in {Union, UnionType}:
        return st.one_of(*(st.none() if arm is NoneType else values(arm) for arm in get_args(kind)))
    if get_origin(kind) is tuple:
        arms = get_args(kind)
        if arms[-1] is not Ellipsis:
            return st.tuples(*(values(arm) for arm in arms))
        return st.lists(values(arms[0]), max_size=2).map(tuple)
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    assert is_dataclass(kind)
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: values(hints[field.name]) for field in fields(kind)})


@pytest.mark.parametrize("cls", get_args(Record))
def test_any_record_reads_back_equal(cls):
    @settings(max_examples=25, deadline=None)
    @given(values(cls))
    def check(record):
        kind, body = encode(record)
        again = decode(kind, body)
        assert again == record
        assert type(again) is cls
        assert encode(again) == (kind, body)

    check()


def test_every_record_type_has_a_kind_with_its_version():
    assert set(KINDS.values()) == set(get_args(Record))
    assert kind_of(OrderMoved) == "order_moved.1"
    assert "ai_log_frozen.1" in KINDS


def test_text_is_canonical():
    kind, body = encode(EquityMarked(Decimal("1E+3"), Decimal("0.10"), 5))
    assert (kind, body) == ("equity_marked.1", '{"at_ms":5,"available":"0.10","clock_offset_ms":0,"equity":"1000"}')


def test_bytes_come_back_byte_for_byte():
    record = intended("d1")
    assert decode(*encode(record)).body == record.body


def test_a_field_added_later_takes_its_default():
    kind, body = encode(OrderMoved("ACK", intended("d1").order, 5))
    older = body.replace('"needs_human":false,', "")
    assert older != body
    assert decode(kind, older) == OrderMoved("ACK", intended("d1").order, 5)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("order_moved.2", "{}"),
        ("noted.1", "not json"),
        ("noted.1", "[]"),
        ("noted.1", '{"at_ms":1,"level":"info","source":"x"}'),
        ("noted.1", '{"at_ms":1,"level":"info","source":"x","text":"y","more":1}'),
        ("noted.1", '{"at_ms":true,"level":"info","source":"x","text":"y"}'),
        ("noted.1", '{"at_ms":"1","level":"info","source":"x","text":"y"}'),
        ("equity_marked.1", '{"at_ms":1,"available":1.5,"equity":"1"}'),
        ("equity_marked.1", '{"at_ms":1,"available":"one","equity":"1"}'),
    ],
)
def test_what_does_not_fit_is_refused(kind, body):
    with pytest.raises(Undecodable):
        decode(kind, body)


def test_an_unknown_enum_value_is_refused():
    kind, body = encode(proposed("d1"))
    with pytest.raises(Undecodable):
        decode(kind, body.replace('"BUY"', '"BORROW"'))


@pytest.mark.parametrize("record", [EquityMarked(Decimal("NaN"), Decimal(0), 1), TERMS, "text"])
def test_what_cannot_be_written_is_refused(record):
    with pytest.raises((TypeError, ValueError)):
        encode(record)


def test_the_texts_are_what_hashes_are_made_of():
    record = decided("d1")
    assert encode(record)[1] == canonical_json(record)
    assert encode(note("ü\u2028\x00"))[1].count("\\u0000") == 1
