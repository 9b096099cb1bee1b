"""Whatever is sent to a book, it stays sorted, uncrossed and loses no lot."""

from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from terminal.sim.market.book import MatchingBook
from terminal.sim.market.types import BookSide, BookTif

SIDES = st.sampled_from(list(BookSide))
PRICES = st.integers(90, 110)
LOTS = st.integers(1, 30)


class BookMachine(RuleBasedStateMachine):
    """Keeps its own ledger of what should rest and compares."""

    def __init__(self):
        super().__init__()
        self.book = MatchingBook("BTC")
        self.owned = Counter()  # order id: lots that should rest
        self.sides = {}
        self.strangers = Counter()  # side: lots that should rest
        self.made = 0

    def settle(self, side, result):
        for match in result.matches:
            if match.maker_id is None:
                self.strangers[side.opposite] -= match.lots
            else:
                self.owned[match.maker_id] -= match.lots

    @rule(side=SIDES, lots=LOTS, price=st.none() | PRICES, tif=st.sampled_from(list(BookTif)), own=st.booleans())
    def submit(self, side, lots, price, tif, own):
        if price is None and tif is BookTif.POST_ONLY:
            return
        self.made += 1
        order_id = f"o{self.made}" if own else None
        before = self.book.available(side, price)
        result = self.book.submit(order_id, side, lots, price, tif)
        filled = sum(match.lots for match in result.matches)
        assert filled + result.resting_lots + result.cancelled_lots == lots
        assert all(match.lots > 0 for match in result.matches)
        walked = [match.price_ticks for match in result.matches]
        assert walked == sorted(walked, reverse=side is BookSide.SELL)
        if price is not None:
            assert all((p <= price) if side is BookSide.BUY else (p >= price) for p in walked)
        if tif is BookTif.FOK:
            assert filled == (lots if before >= lots else 0)
        elif tif is BookTif.POST_ONLY:
            assert filled == 0
            assert (result.resting_lots == lots) == (before == 0)
        else:
            assert filled == min(lots, before)
        self.settle(side, result)
        if result.resting_lots and order_id is None:
            self.strangers[side] += result.resting_lots
        elif result.resting_lots:
            self.owned[order_id] += result.resting_lots
            self.sides[order_id] = side

    @rule(pick=st.integers(0, 1_000))
    def cancel(self, pick):
        order_id = f"o{pick % (self.made + 1)}"
        assert self.book.cancel(order_id) == self.owned[order_id]
        self.owned[order_id] = 0

    @rule(pick=st.integers(0, 1_000), lots=LOTS)
    def reduce(self, pick, lots):
        order_id = f"o{pick % (self.made + 1)}"
        left = max(0, self.owned[order_id] - lots)
        assert self.book.reduce(order_id, lots) == left
        self.owned[order_id] = left

    @rule(side=SIDES, price=PRICES, lots=st.none() | LOTS)
    def strangers_leave(self, side, price, lots):
        there, _own = self.book.level(side, price)
        gone = self.book.remove_strangers(side, price, lots)
        assert gone == (there if lots is None else min(lots, there))
        self.strangers[side] -= gone

    @invariant()
    def sorted_and_uncrossed(self):
        bids, asks = self.book.depth(1_000)
        assert [p for p, _ in bids] == sorted({p for p, _ in bids}, reverse=True)
        assert [p for p, _ in asks] == sorted({p for p, _ in asks})
        assert all(lots > 0 for _, lots in bids + asks)
        if bids and asks:
            assert bids[0][0] < asks[0][0]

    @invariant()
    def no_lot_is_lost(self):
        for side, rows in zip(BookSide, self.book.depth(1_000), strict=True):
            own = sum(lots for order_id, lots in self.owned.items() if self.sides.get(order_id) is side)
            assert sum(lots for _, lots in rows) == self.strangers[side] + own
        resting = {order_id: lots for order_id, _, _, lots in self.book.orders()}
        assert resting == {order_id: lots for order_id, lots in self.owned.items() if lots}


TestBookMachine = BookMachine.TestCase
TestBookMachine.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
