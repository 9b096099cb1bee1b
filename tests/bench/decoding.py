"""A message of the public stream to a domain object, against ccxt's client reading the same bytes.

Ours is JSON, dialect, exact decimals, continuity of the book, and the event handed to the sink.
ccxt is its own `handle_message` into its own ticker, trade and book of floats, once after the
parser it has when it is installed alone (the standard library's), once after orjson, which it
takes where it finds it. All read the same frames in turn, so that a busy machine is busy for each.
"""

import asyncio
import gc
import json
import random
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any, Final

import ccxt.pro
import orjson

from bench.rows import Row, median_row
from terminal.domain.market import MarketEvent
from terminal.net.server_clock import ServerClock
from terminal.runtime.clock import SystemClock
from terminal.venues.weex.relay import FeedRelay
from terminal.venues.weex.stream.book import LiveBook
from terminal.venues.weex.stream.frames import PublicData, Topic
from terminal.venues.weex.stream.v3 import PublicV3

ROUNDS: Final = 41
FRAMES: Final = 400
LEVELS: Final = (15, 200)
SYMBOL: Final = "BTCUSDT"
_MARKET: Final = {
    "id": SYMBOL, "symbol": "BTC/USDT:USDT", "base": "BTC", "quote": "USDT", "settle": "USDT",
    "baseId": "BTC", "quoteId": "USDT", "settleId": "USDT", "type": "swap", "spot": False, "margin": False,
    "swap": True, "future": False, "option": False, "contract": True, "linear": True, "inverse": False,
    "active": True, "contractSize": 1.0, "taker": 0.0006, "maker": 0.0002,
    "precision": {"amount": 0.001, "price": 0.1}, "limits": {}, "info": {},
}  # fmt: skip


_TICKER, _, _, _TRADES = Topic  # as the session keeps them
Take = Callable[[dict[str, Any]], None]


def measure() -> list[Row]:
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(_all())


async def _all() -> list[Row]:
    rows = [
        *await _compare("Ticker message to domain object", _tickers(), 1 / 3),
        *await _compare("Print to domain object (3 in a message)", _trades(), 1 / 2),
    ]
    for levels in LEVELS:
        rows += await _compare(f"Book change of 6 levels to a {levels}-level book", _books(levels), 1.2, levels)
    return rows


async def _compare(what: str, frames: Iterator[str], share: float, levels: int = 15) -> list[Row]:
    """Time all on fresh frames, round by round; `share` is the part of ccxt's time we may take."""
    seen = Seen()
    peer, theirs = _theirs()
    readers = {
        "ours": (orjson.loads, _ours(levels, seen)),
        "ccxt": (json.loads, theirs),
        "ccxt with orjson": (orjson.loads, theirs),
    }
    took: dict[str, list[float]] = {name: [] for name in readers}
    gc.disable()
    try:
        for turn in range(ROUNDS):
            batch = [next(frames) for _ in range(FRAMES)]
            names = list(readers)
            for name in names[turn % 3 :] + names[: turn % 3]:  # who comes later finds the frames in the cache
                took[name].append(_timed(*readers[name], batch))
            seen.check()
            gc.collect()
    finally:
        gc.enable()
        await peer.close()
    rows = [median_row(f"{what}, ours", took["ours"][1:], "us", median(took["ccxt"][1:]) * share)]
    for name, goal in (("ccxt", round(share, 3)), ("ccxt with orjson", round(1.2 * share, 3))):
        shares = [own / other for own, other in zip(took["ours"][1:], took[name][1:], strict=True)]
        rows.append(median_row(f"{what}, part of the time of {name}", shares, "", goal))
    return rows


class Seen:
    """Takes events as the desk does and as ccxt's client does: the newest is kept, those before it are not."""

    def __init__(self) -> None:
        self.newest: MarketEvent | None = None
        self.count = 0

    def take(self, event: MarketEvent) -> None:
        self.newest = event
        self.count += 1

    def check(self) -> None:
        """Every frame must have come out: a reader that drops frames is quick."""
        if self.count < FRAMES:
            raise RuntimeError(f"only {self.count} of {FRAMES} frames became events")
        self.count = 0


def _ours(levels: int, seen: Seen) -> Take:
    grammar, relay, book = PublicV3(), FeedRelay(seen.take, ServerClock(SystemClock())), LiveBook(levels)

    def take(frame: dict[str, Any]) -> None:
        said = grammar.read(frame)
        if not isinstance(said, PublicData):
            return
        if said.topic is _TICKER:
            for element in said.elements:
                relay.ticker(grammar.ticker(said.symbol, element))
        elif said.topic is _TRADES:
            relay.trades(said.symbol, [grammar.trade(element) for element in said.elements])
        else:
            for element in said.elements:
                book.apply(grammar.depth(element))
                relay.book(said.symbol, book)

    return take


def _theirs() -> tuple[Any, Take]:
    peer = ccxt.pro.weex({"options": {"defaultType": "swap"}})
    peer.set_markets([_MARKET])

    class Client:
        """What `handle_message` tells its results to."""

        url = "wss://venue/contract/public"
        subscriptions: Final[dict[str, Any]] = {}

        def resolve(self, result: object, key: str) -> None:
            self.newest = (key, result)

    client = Client()
    return peer, lambda message: peer.handle_message(client, message)


def _timed(loads: Callable[[str], dict[str, Any]], take: Take, batch: list[str]) -> float:
    started = time.perf_counter()
    for frame in batch:
        take(loads(frame))
    return (time.perf_counter() - started) / len(batch) * 1e6


# -- frames as the venue spells them, with figures that move ---------------------


def _walk(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311  # figures of a benchmark


def _tickers() -> Iterator[str]:
    rng = _walk(1)
    price, volume, at_ms = 900_000, 25_615.2, 1_775_120_374_540
    while True:
        price += rng.randint(-6, 6)
        volume += rng.random()
        at_ms += 100
        figures = {
            "p": f"{price / 10 - 90_410:.1f}", "P": f"{price / 904_100 - 1:.6f}", "w": "90100.1",
            "c": f"{price / 10:.1f}", "o": "91234.5", "h": "92000.0", "l": "89000.0", "v": f"{volume:.3f}",
            "q": f"{volume * price / 10:.4f}", "O": at_ms - 86_400_000, "C": at_ms, "n": at_ms % 10**6,
            "m": f"{price / 10 + 0.3:.1f}", "i": f"{price / 10 - 0.37:.2f}",
        }  # fmt: skip
        yield json.dumps({"e": "ticker", "E": at_ms, "s": SYMBOL, "d": [figures]}, separators=(",", ":"))


def _trades() -> Iterator[str]:
    rng = _walk(2)
    price, at_ms = 900_000, 1_775_120_374_540
    while True:
        price += rng.randint(-6, 6)
        at_ms += 100
        prints = [
            {
                "T": at_ms + each, "t": f"{rng.getrandbits(64):016x}", "p": f"{price / 10:.1f}",
                "q": f"{rng.randint(1, 4_000) / 1_000:.3f}", "v": "1800.03", "m": rng.random() < 0.5,
            }
            for each in range(3)
        ]  # fmt: skip
        yield json.dumps({"e": "trade", "E": at_ms, "s": SYMBOL, "d": prints}, separators=(",", ":"))


def _books(levels: int) -> Iterator[str]:
    """One snapshot, then changes of six levels that never cross and keep the book full."""
    rng = _walk(3)
    mid, version = 900_000, 1
    head = {"E": 1_775_120_521_971, "s": SYMBOL, "l": levels}
    bids = [[f"{(mid - each) / 10:.1f}", "1.250"] for each in range(1, levels + 1)]
    asks = [[f"{(mid + each) / 10:.1f}", "1.250"] for each in range(1, levels + 1)]
    whole = {"e": "depthSnapshot", **head, "U": 0, "u": version, "d": "SNAPSHOT", "b": bids, "a": asks}
    yield json.dumps(whole, separators=(",", ":"))
    while True:
        change = {
            side: [
                [f"{(mid + way * rng.randint(1, levels)) / 10:.1f}", f"{rng.randint(1, 9_000) / 1_000:.3f}"]
                for _ in range(3)
            ]
            for side, way in (("b", -1), ("a", 1))
        }
        frame = {"e": "depth", **head, "U": version, "u": version + 1, "d": "CHANGED", **change}
        version += 1
        yield json.dumps(frame, separators=(",", ":"))
