"""Stands in for a private stream: asks again and again, and tells what has changed.

A round asks for the account; then for orders and fills of the contracts where something is
going on, and of one more in turn, so that what others do on the account is seen as well. While
no margin is in use there is nothing else to ask. When money moved and nothing of that explains
it, all contracts are asked.
"""

from decimal import Decimal
from typing import Final

from terminal.domain.errors import VenueError
from terminal.net.waiting import wait_for
from terminal.ports.venue import AccountTouched, OrderReport, ResyncNeeded, VenueSink, VenueStatus
from terminal.venues.bitz.desk import Desk
from terminal.venues.bitz.mapper.account import is_idle
from terminal.venues.bitz.mapper.catalogue import Listed
from terminal.venues.bitz.own import Found
from terminal.venues.bitz.polling.watch import LinkWatch
from terminal.venues.bitz.reading import AccountReader
from terminal.venues.bitz.rest.calls import IDS_MAX
from terminal.venues.bitz.wire.account import Account
from terminal.venues.bitz.wire.orders import Order

EVERY_S: Final = 2.0
SOON_S: Final = 0.2
_SEVERAL: Final = "several orders at Bit-Z fit one whose answer got lost; look there which is which"
_OVERLAP_MS: Final = 5_000  # times are whole seconds, and a fill may show late
_FINAL: Final = frozenset({VenueStatus.FILLED, VenueStatus.CANCELED})
Money = tuple[Decimal, ...]


class _Contract:
    """What was told of one contract."""

    def __init__(self, since_ms: int) -> None:
        self.told: dict[str, OrderReport] = {}  # orders that are not final
        self.fills: set[str] = set()
        self.since_ms = since_ms


class PrivatePolling:
    """One run of the stand-in."""

    def __init__(self, desk: Desk, reader: AccountReader, sink: VenueSink) -> None:
        self._desk = desk
        self._reader = reader
        self._sink = sink
        self._watch = LinkWatch("private", sink, desk.clock)
        self._seen: dict[str, _Contract] = {}
        self._money: Money | None = None
        self._turn = 0

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._desk.wake.clear()
            try:
                await self._round()
            except VenueError as error:
                self._watch.failed(error)
            else:
                if self._watch.answered():
                    self._sink(ResyncNeeded("Bit-Z was away for a while"))
            await self._rest()

    # -- one round -----------------------------------------------------------------

    async def _round(self) -> None:
        for search in await self._reader.settle_searches():
            if search.state is Found.SEVERAL:
                self._sink(ResyncNeeded(_SEVERAL))
        account = await self._desk.calls.account_info()
        catalogue = tuple(await self._desk.catalogue())
        self._begin(catalogue)
        money = _money_of(account)
        is_first, moved = self._money is None, self._money not in {None, money}
        wanted = self._wanted(catalogue, idle=is_idle(account), is_first=is_first)
        news = [await self._look(listed) for listed in catalogue if listed.contract_id in wanted]
        if moved:
            if not any(news):
                news += [await self._look(listed) for listed in catalogue if listed.contract_id not in wanted]
            self._sink(AccountTouched("the wallet changed"))
        self._money = money
        self._desk.touched -= wanted

    def _begin(self, catalogue: tuple[Listed, ...]) -> None:
        """Tell fills from now on: what was before is for a listing to say."""
        if not self._seen:
            now_ms = self._desk.server_clock.now_ms() // 1000 * 1000
            self._seen = {listed.contract_id: _Contract(now_ms) for listed in catalogue}

    def _wanted(self, catalogue: tuple[Listed, ...], *, idle: bool, is_first: bool) -> set[str]:
        """Give the contracts to look at."""
        wanted = self._desk.touched | {key for key, contract in self._seen.items() if contract.told}
        if idle:
            return wanted
        if is_first:
            return {listed.contract_id for listed in catalogue}
        self._turn += 1
        return wanted | {catalogue[self._turn % len(catalogue)].contract_id}

    async def _look(self, listed: Listed) -> bool:
        """Tell what is new in one contract; True when something was.

        While an order is on its way there nothing is told, and while one is searched for nothing
        that has no name: nobody knows yet that it is ours.
        """
        seen, mark = self._seen[listed.contract_id], self._desk.sendings[listed.contract_id]
        now_ms = self._desk.server_clock.now_ms()
        rows = {row.order_id: row for row in await self._desk.calls.open_orders(listed.contract_id)}
        fresh = [fill for fill in await self._reader.fills(listed, seen.since_ms) if fill.trade_id not in seen.fills]
        ended = {*seen.told, *(fill.venue_order_id for fill in fresh)} - rows.keys()
        for start in range(0, len(ended), IDS_MAX):
            found = await self._desk.calls.order_result(sorted(ended)[start : start + IDS_MAX])
            rows.update({row.order_id: row for row in found})
        reports = await self._reader.reports(listed, _by_age(rows))
        if mark % 2 or mark != self._desk.sendings[listed.contract_id]:
            return False
        if self._desk.own.unresolved(listed.contract_id):
            reports = [report for report in reports if report.client_order_id is not None]
            fresh = [fill for fill in fresh if fill.client_order_id is not None]
        else:
            seen.since_ms = max(seen.since_ms, now_ms - _OVERLAP_MS)
        told = [self._tell_order(seen, report) for report in reports]
        for fill in fresh:
            seen.fills.add(fill.trade_id)
            self._sink(fill)
        return bool(fresh) or any(told)

    def _tell_order(self, seen: _Contract, report: OrderReport) -> bool:
        if seen.told.get(report.venue_order_id) == report:
            return False
        if report.status in _FINAL:
            seen.told.pop(report.venue_order_id, None)
        else:
            seen.told[report.venue_order_id] = report
        self._sink(report)
        return True

    # -- waiting -------------------------------------------------------------------

    async def _rest(self) -> None:
        """Wait for the next round: sooner when an order has just been sent, or a search is due."""
        clock = self._desk.clock
        due_s = self._desk.own.next_look_s()
        pause_s = EVERY_S if due_s is None else min(EVERY_S, max(SOON_S, due_s - clock.monotonic_s()))
        if await wait_for(self._desk.wake, clock, pause_s):
            await clock.sleep(SOON_S)


def _money_of(account: Account) -> Money:
    """What changes with orders, fills, fees and funding, and not with the market's price."""
    return tuple(
        figure
        for wallet in account.wallets
        for figure in (wallet.position_margin, wallet.order_margin, wallet.total - wallet.unrealized)
    )


def _by_age(rows: dict[str, Order]) -> list[Order]:
    return sorted(rows.values(), key=lambda row: (row.created_ms, int(row.order_id)))
