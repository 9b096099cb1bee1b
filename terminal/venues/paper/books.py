"""The books of a paper account: how an order meets the live market, and what every fill leaves behind."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.order import ZERO, Side
from terminal.ports.venue import AccountTouched, VenueEvent, VenueStatus
from terminal.venues.paper.margin import MarginView
from terminal.venues.paper.market import LiveMarket, Match
from terminal.venues.paper.records import PaperAccount, PaperOrder
from terminal.venues.paper.reports import report_of
from terminal.venues.paper.settle import book_fill

KEPT: Final = 500  # finished orders, fills and entries of the bill, each

Tell = Callable[[VenueEvent], None]


class PaperBooks:
    """Account, market and matching. `tell` hears what a private stream would carry.

    `changed` is True once the account differs from what was written down; the owner clears it.
    """

    def __init__(self, account: PaperAccount, market: LiveMarket, now_ms: Callable[[], int], tell: Tell) -> None:
        self.account = account
        self.market = market
        self.rules: dict[InstrumentId, Instrument] = {}
        self.margin = MarginView(account, self.rules, market.mark)
        self.changed = False
        self._now_ms = now_ms
        self._tell = tell

    def _filled(self, order: PaperOrder, size: Decimal) -> None:
        """Hear of a fill before it is told; for what guards positions."""

    # -- matching ------------------------------------------------------------------

    def _take(self, order: PaperOrder, limit: Decimal | None) -> None:
        """Fill what the far side offers now, as taker."""
        rate = self.rules[order.instrument_id].taker_fee if order.instrument_id in self.rules else ZERO
        for match in self.market.take(order.instrument_id, order.side, order.remaining, limit):
            self._fill(order, match, rate, is_maker=False)

    def _fill_if_crossed(self, order: PaperOrder) -> None:
        """The far side stands a tick beyond a resting price: what stands there fills it."""
        through = self._through(order)
        if through is None or order.price is None:
            return
        size = min(order.remaining, self.market.reachable(order.instrument_id, order.side, through))
        if size > 0:
            rate = self.rules[order.instrument_id].maker_fee
            self._fill(order, Match(order.price, size), rate, is_maker=True)

    def _fill_if_traded_through(self, order: PaperOrder, last: Decimal, *, is_news: bool) -> None:
        """Fill a resting order when a trade passed its price; a last price may repeat one from before it came."""
        through = self._through(order)
        if through is None or order.price is None or (last == order.last_at_arrival and not is_news):
            return
        order.last_at_arrival = None
        if last <= through if order.side is Side.BUY else last >= through:
            rate = self.rules[order.instrument_id].maker_fee
            self._fill(order, Match(order.price, order.remaining), rate, is_maker=True)

    def _through(self, order: PaperOrder) -> Decimal | None:
        """The price at which a resting order counts as traded through; None when it does not rest."""
        rules = self.rules.get(order.instrument_id)
        if order.price is None or order.must_fill or not order.is_live or rules is None:
            return None
        return order.price - rules.price_step if order.side is Side.BUY else order.price + rules.price_step

    def _fill(self, order: PaperOrder, match: Match, rate: Decimal, *, is_maker: bool) -> None:
        fill = book_fill(self.account, order, match, fee_rate=rate, is_maker=is_maker, now_ms=self._now_ms())
        self._filled(order, match.size)
        self.changed = True
        self._tell(fill)
        self._report(order)
        self._tell(AccountTouched("fill"))

    # -- small steps ---------------------------------------------------------------

    def _end(self, order: PaperOrder) -> None:
        order.status = VenueStatus.CANCELED
        order.updated_ms = max(order.updated_ms, self._now_ms())
        self._report(order)
        self._touch("order ended")

    def _report(self, order: PaperOrder) -> None:
        self._tell(report_of(order))

    def _touch(self, reason: str) -> None:
        self.changed = True
        self._tell(AccountTouched(reason))

    def _tidy(self) -> None:
        """Keep the newest of what is done; the journal has it all."""
        done = [order for order in self.account.orders if not order.is_live]
        if len(done) > 2 * KEPT:
            gone = {order.venue_order_id for order in done[:-KEPT]}
            self.account.orders = [each for each in self.account.orders if each.venue_order_id not in gone]
        if len(self.account.fills) > 2 * KEPT:
            self.account.fills = self.account.fills[-KEPT:]
        if len(self.account.bill) > 2 * KEPT:
            self.account.bill = self.account.bill[-KEPT:]
