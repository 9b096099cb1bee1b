"""The load mode: so many messages a second, true to the channels' rules, and nothing that trades moves."""

import json
from decimal import Decimal

import pytest

from terminal.sim.serving.founding import new_market
from terminal.sim.serving.load import LoadDriver
from terminal.sim.serving.market_view import day_view
from terminal.sim.weex.founding import new_venue
from terminal.sim.weex.hubs import PublicHub
from terminal.sim.weex.options import ExchangeOptions
from terminal.sim.weex.v2.dialect import V2

DEPTH = "depth.cmt_btcusdt.15"
TICKER = "ticker.cmt_ethusdt"
TRADES = "trades.cmt_btcusdt"
BARS = "kline.LAST_PRICE.cmt_btcusdt.MINUTE_15"


class Listener:
    """A connection that only keeps what it is sent."""

    def __init__(self):
        self.talk = V2.streams
        self.channels = set()
        self.frames = []

    def send(self, frame):
        self.frames.append(frame)

    def send_text(self, text):
        self.frames.append(text)


@pytest.fixture
def hub(venue_at_rest):
    return PublicHub(venue_at_rest)


@pytest.fixture
def venue_at_rest():
    options = ExchangeOptions(seed=7, start_ms=1_765_423_487_896, history_minutes=3_000)
    return new_venue(options, new_market(options), lambda: 1000.0)


def subscribed(hub, *channels):
    listener = Listener()
    for channel in channels:
        hub.subscribe(listener, channel)
    listener.frames.clear()
    return listener


def last_bar(frame):
    return (json.loads(frame) if isinstance(frame, str) else frame)["data"][-1]


def test_the_rate_counts_every_listener_and_catches_up_no_more_than_a_tenth_of_a_second(hub):
    now = [0.0]
    driver = LoadDriver(hub, 1000, lambda: now[0])
    first, second = subscribed(hub, DEPTH, TICKER), subscribed(hub, TICKER)
    for _ in range(100):
        now[0] += 0.01
        driver.beat()
    assert hub.sent == pytest.approx(1000, abs=2)
    assert len(first.frames) + len(second.frames) == hub.sent

    now[0] += 60.0
    driver.beat()
    assert hub.sent == pytest.approx(1100, abs=3)


def test_what_the_market_says_itself_counts_too(hub):
    now = [0.0]
    driver = LoadDriver(hub, 100, lambda: now[0])
    subscribed(hub, TICKER)
    hub.sent += 15
    now[0] += 0.2
    driver.beat()
    assert hub.sent == 20


def test_nobody_listening_means_nothing_is_sent(hub):
    now = [0.0]
    driver = LoadDriver(hub, 1000, lambda: now[0])
    now[0] += 1.0
    driver.beat()
    assert hub.sent == 0


def test_a_tape_gets_no_print_that_never_happened(hub):
    listener = subscribed(hub, TRADES)
    assert hub.send_again(50) == 0
    assert listener.frames == []


def test_the_last_price_stays_between_bid_and_ask(hub, venue_at_rest):
    listener = subscribed(hub, TICKER)
    hub.send_again(6)
    day = day_view(venue_at_rest, "ETH")
    said = {Decimal(json.loads(text)["data"][0]["lastPrice"]) for text in listener.frames}
    assert said == {Decimal(day.bid), Decimal(day.ask)}


def test_versions_chain_and_the_book_ends_as_it_is(hub, venue_at_rest):
    listener = Listener()
    hub.subscribe(listener, DEPTH)
    (first,) = listener.frames
    book = {side: {each["price"]: each["size"] for each in first["data"][0][side]} for side in ("bids", "asks")}
    version = first["data"][0]["endVersion"]
    true_book = {side: dict(levels) for side, levels in book.items()}
    hub.send_again(40)

    for text in listener.frames[1:]:
        (row,) = json.loads(text)["data"]
        assert row["startVersion"] == version, "a gap"
        version = row["endVersion"]
        for side, levels in book.items():
            levels.update({each["price"]: each["size"] for each in row[side]})
    assert len(listener.frames) == 41
    assert book == true_book


def test_a_real_change_after_a_swollen_level_tells_its_true_size(hub, venue_at_rest):
    listener = Listener()
    hub.subscribe(listener, DEPTH)
    (first,) = listener.frames
    book = {side: {each["price"]: each["size"] for each in first["data"][0][side]} for side in ("bids", "asks")}
    hub.send_again(7)  # an odd number: one level is a lot too large now
    venue_at_rest.market.book("BTC").version += 1
    for _ in range(2):  # a depth channel is asked every second tick
        hub.push()

    for text in listener.frames[1:]:
        (row,) = json.loads(text)["data"]
        for side, levels in book.items():
            levels.update({each["price"]: each["size"] for each in row[side]})
    assert book == {side: {each["price"]: each["size"] for each in first["data"][0][side]} for side in ("bids", "asks")}


def test_a_forming_bar_moves_within_its_range_and_the_next_poll_puts_it_right(hub):
    listener = Listener()
    hub.subscribe(listener, BARS)
    true_bar = last_bar(listener.frames[0])
    listener.frames.clear()
    hub.send_again(3)  # an odd number: the close is not where it is
    closes = [Decimal(last_bar(text)["close"]) for text in listener.frames]
    assert len(set(closes)) == 2
    assert all(Decimal(true_bar["low"]) <= close <= Decimal(true_bar["high"]) for close in closes)
    assert last_bar(listener.frames[-1]) != true_bar

    listener.frames.clear()
    for _ in range(6):  # bars are asked for every third tick
        hub.push()
    assert [last_bar(text) for text in listener.frames] == [true_bar]  # once, though nothing was traded
