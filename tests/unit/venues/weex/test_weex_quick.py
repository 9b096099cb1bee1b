"""A push read by hand is what its model would have read, and what the model refuses is refused."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from weex_kit import payload

from terminal.domain.errors import MalformedReply
from terminal.net.wire import quick as numbers
from terminal.net.wire.decode import decode_json, parse
from terminal.venues.weex.wire import quick
from terminal.venues.weex.wire.v2 import market as v2_market
from terminal.venues.weex.wire.v2 import pushes as v2
from terminal.venues.weex.wire.v3 import market as v3_market
from terminal.venues.weex.wire.v3 import pushes as v3

ODD = st.one_of(
    st.sampled_from(
        [
            None, "", " 1", "1 ", "1_0", "１", "+1",
            "-1", "1e5", "NaN", "Infinity", "0", "0.0", "1000000000", ".5", "5.",
            True, False, 0, -1, 1.5, 10**19, 10**20, "99999999999999", "100000000000001", [], {}, ["1", "2"], "12",
            [["1", "2"]], [["1"]], [["1", "2", "3"]], [{"price": "1", "size": "2"}], ["12"], [{"1": 1, "2": 2}],
        ]
    ),
    st.integers(-10, 10**21),
    st.floats(allow_nan=False, allow_infinity=False),
    st.decimals(min_value=0, max_value=10**10, places=3).map(str),
    st.text(max_size=4),
)  # fmt: skip


def v3_named(element):
    return {**element, "symbol": "BTCUSDT"} if isinstance(element, dict) else element


KINDS = {
    "v2 ticker": (v2.ticker_push, lambda e: quick.ticker_of(parse(v2_market.TickerPush, e)), "ws_ticker", "v2"),
    "v2 book": (v2.depth_push, lambda e: quick.book_of(parse(v2_market.DepthPush, e)), "ws_depth_change", "v2"),
    "v2 print": (v2.trade_push, lambda e: quick.print_of(parse(v2_market.TradePush, e)), "ws_trades", "v2"),
    "v3 ticker": (
        lambda e: v3.ticker_push("BTCUSDT", e),
        lambda e: quick.ticker_of(parse(v3_market.TickerPush, v3_named(e))),
        "ws_ticker",
        "v3",
    ),
    "v3 book": (v3.depth_push, lambda e: quick.book_of(parse(v3_market.DepthPush, e)), "ws_depth_change", "v3"),
    "v3 print": (v3.trade_push, lambda e: quick.print_of(parse(v3_market.TradePush, e)), "ws_trade", "v3"),
}


def element_of(kind):
    _, _, name, version = KINDS[kind]
    frame = payload(name, version)
    data = frame.get("data", frame.get("d"))
    return frame if "book" in kind and version == "v3" else data[0]


def outcome(read, element):
    try:
        return read(element)
    except MalformedReply as error:
        return str(error)


@pytest.mark.parametrize("kind", KINDS)
def test_the_documented_push_never_needs_its_model(kind, monkeypatch):
    def unwanted(*_):
        raise AssertionError("the slow way was taken")

    by_hand, model, _, _ = KINDS[kind]
    wanted = model(element_of(kind))
    for module in (v2, v3):
        monkeypatch.setattr(module, "parse", unwanted)
    if kind == "v2 ticker":  # the document's example leaves the index out, as the venue does
        assert "indexPrice" not in element_of(kind)
    assert by_hand(element_of(kind)) == wanted


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_an_odd_push_is_read_or_refused_as_its_model_does(kind, data):
    by_hand, model, _, _ = KINDS[kind]
    element = dict(element_of(kind))
    for name in data.draw(st.lists(st.sampled_from(sorted(element)), min_size=1, max_size=3)):
        if data.draw(st.booleans()):
            element.pop(name, None)
        else:
            element[name] = data.draw(ODD)
    element = decode_json(json.dumps(element)) if _fits_json(element) else element
    assert outcome(by_hand, element) == outcome(model, element)


def _fits_json(element):
    return not any(isinstance(value, int) and abs(value) > 2**63 for value in element.values())


@pytest.mark.parametrize("kind", KINDS)
@given(element=ODD)
@example(element=["a"])
def test_what_is_no_push_at_all_is_refused(kind, element):
    by_hand, model, _, _ = KINDS[kind]
    assert outcome(by_hand, element) == outcome(model, element)


@given(st.text(max_size=12), st.text(max_size=12))
@example("1_0", "1")
@example("１２", "1")
@example("1", "-0")
@example("1|2", "3")
@example("1", "2|3|4")
def test_numbers_are_as_strict_as_the_models_types(price, size):
    element = element_of("v2 print") | {"price": price, "size": size}
    by_hand, model, _, _ = KINDS["v2 print"]
    assert outcome(by_hand, element) == outcome(model, element)
    expected = outcome(model, element)
    try:
        read = numbers.printed(price, size)
    except numbers.NOT_QUICK:
        return
    assert read == (expected.price, expected.size)
