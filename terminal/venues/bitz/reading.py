"""Reading orders and fills of the account, with our own names put on what is ours.

The venue is asked contract by contract. A listing that cannot be read to its end is no
information: it raises.
"""

from collections.abc import Iterable
from typing import Final

from terminal.domain.account import Income
from terminal.domain.errors import MalformedReply, RequestRejected
from terminal.domain.fill import Fill
from terminal.domain.order import Effect
from terminal.domain.position import Position
from terminal.ports.venue import OrderReport
from terminal.venues.bitz.codes import VENUE
from terminal.venues.bitz.desk import Desk
from terminal.venues.bitz.mapper.account import has_opening_orders, net_of, position_from, position_margin
from terminal.venues.bitz.mapper.catalogue import Catalogue, Listed
from terminal.venues.bitz.mapper.orders import effects_of, fill_from, income_from, likely_effect, report_from
from terminal.venues.bitz.own import Found, Search
from terminal.venues.bitz.rest.calls import IDS_MAX, MAX_PAGES, PAGE_SIZE
from terminal.venues.bitz.wire.account import Account
from terminal.venues.bitz.wire.account import Position as HeldRow
from terminal.venues.bitz.wire.orders import Order, Trade

_WEEK_MS: Final = 7 * 86_400_000
_MONTH_MS: Final = 30 * 86_400_000
_STEADY_READS: Final = 4


class AccountReader:
    """Raises `VenueError` throughout. What a fill did is worked out once and remembered."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._effects: dict[str, Effect] = {}  # by trade id
        self._order_effects: dict[str, Effect] = {}
        self._holds: dict[str, bool] = {}  # contracts with a position when last asked

    async def positions(self) -> tuple[Position, ...]:
        """Give what is held."""
        held = await self._held(await self._desk.calls.account_info())
        return tuple(position_from(listed, row) for listed, row in held)

    async def open_orders(self) -> tuple[OrderReport, ...]:
        """Give resting orders of all contracts."""
        await self.settle_searches()
        account = await self._desk.calls.account_info()
        contracts = tuple(await self._desk.catalogue())
        if not has_opening_orders(account):
            contracts = tuple(listed for listed, _ in await self._held(account))
        reports: list[OrderReport] = []
        for listed in contracts:
            reports += await self.reports(listed, await self._desk.calls.open_orders(listed.contract_id))
        return tuple(reports)

    async def _held(self, account: Account) -> list[tuple[Listed, HeldRow]]:
        """Ask contract by contract until the positions found account for all margin that is in use."""
        missing = position_margin(account)
        found: list[tuple[Listed, HeldRow]] = []
        for listed in self._likeliest_first(await self._desk.catalogue()) if missing else ():
            row = await self._desk.calls.active_position(listed.contract_id)
            if row is not None:
                found.append((listed, row))
                missing -= row.margin
            self._holds[listed.contract_id] = row is not None
            if not missing:
                break
        return found

    def _likeliest_first(self, catalogue: Catalogue) -> list[Listed]:
        return sorted(catalogue, key=lambda listed: not self._holds.get(listed.contract_id, False))

    async def order(self, order_id: str) -> OrderReport:
        """Give one order. Raises `RequestRejected` when the venue does not know it."""
        rows = await self._desk.calls.order_result([order_id])
        if not rows:
            raise RequestRejected(f"The venue does not know order {order_id}.", venue=VENUE)
        listed = (await self._desk.catalogue()).known(rows[0].contract_id)
        return (await self.reports(listed, rows[:1]))[0]

    async def history(self, listed: Listed, since_ms: int) -> tuple[OrderReport, ...]:
        """Give finished and resting orders made since a time, oldest first."""
        await self.settle_searches()
        rows = await self._desk.calls.open_orders(listed.contract_id)
        for page in range(1, MAX_PAGES + 1):
            found = await self._desk.calls.order_history(listed.contract_id, page)
            rows += found
            if len(found) < PAGE_SIZE or found[-1].created_ms < since_ms:
                break
        else:
            raise _endless()
        unique = {row.order_id: row for row in rows if row.created_ms >= since_ms}
        reports = await self.reports(listed, unique.values())
        return tuple(sorted(reports, key=lambda report: (report.created_ms, int(report.venue_order_id))))

    async def fills(self, listed: Listed, since_ms: int) -> list[Fill]:
        """Give fills of one contract since a time, oldest first."""
        trades = await self._explained(listed, since_ms)
        return [self._fill(listed, trade) for trade in reversed(trades) if trade.time_ms >= since_ms]

    async def income(self, listed: Listed, since_ms: int) -> list[Income]:
        """Give what the fills of one contract moved since a time, oldest first."""
        trades = await self.trades(listed, since_ms)
        return [income_from(listed, trade) for trade in reversed(trades) if trade.time_ms >= since_ms]

    async def reports(self, listed: Listed, rows: Iterable[Order]) -> list[OrderReport]:
        """Name what is ours; of the rest find out what it is for."""
        return [await self._report(listed, row) for row in rows]

    async def trades(self, listed: Listed, since_ms: int) -> list[Trade]:
        """Give fills newest first, a few older than asked for included."""
        oldest_ms = self._desk.server_clock.now_ms() - _WEEK_MS
        days = 7 if since_ms >= oldest_ms else 30
        trades: list[Trade] = []
        for page in range(1, MAX_PAGES + 1):
            found = await self._desk.calls.my_trades(listed.contract_id, page, days)
            trades += found
            if len(found) < PAGE_SIZE or found[-1].time_ms < since_ms:
                return list({trade.trade_id: trade for trade in trades}.values())
        raise _endless()

    # -- orders whose answer got lost --------------------------------------------

    async def settle_searches(self) -> list[Search]:
        """Look once at every contract an order is searched for in; gives the searches whose state changed."""
        changed: list[Search] = []
        for contract_id in self._desk.own.searched(self._desk.clock.monotonic_s()):
            rows = await self._candidates(contract_id)
            changed += self._desk.own.looked(contract_id, rows, self._desk.clock.monotonic_s())
        return [each for each in changed if each.state is not Found.SEARCHING]

    async def _candidates(self, contract_id: str) -> list[Order]:
        """Give resting orders, and those that have filled meanwhile."""
        own, calls = self._desk.own, self._desk.calls
        listed = (await self._desk.catalogue()).known(contract_id)
        rows = await calls.open_orders(contract_id)
        resting = {row.order_id for row in rows}
        trades = await self.trades(listed, own.oldest_ms(contract_id))
        filled = {trade.order_id for trade in trades if own.is_stranger(trade.order_id, contract_id)} - resting
        for ids in _chunks(sorted(filled), IDS_MAX):
            rows += await calls.order_result(ids)
        return rows

    # -- what others' orders and fills did -----------------------------------------

    async def _report(self, listed: Listed, row: Order) -> OrderReport:
        made, name = self._desk.own.of(row.order_id), self._desk.own.name_of(row.order_id)
        if made is not None:
            return report_from(listed, row, name, made.effect)
        if row.filled:
            await self._explained(listed, row.created_ms)
            if row.order_id in self._order_effects:
                return report_from(listed, row, name, self._order_effects[row.order_id])
        held = net_of(await self._desk.calls.active_position(listed.contract_id))
        return report_from(listed, row, name, likely_effect(row.direction, row.amount - row.filled, held))

    async def _explained(self, listed: Listed, since_ms: int) -> list[Trade]:
        """Read fills, and make sure that of each it is known what it did."""
        for _ in range(_STEADY_READS):
            trades = await self.trades(listed, since_ms)
            if all(trade.trade_id in self._effects or self._desk.own.of(trade.order_id) for trade in trades):
                return trades
            held = net_of(await self._desk.calls.active_position(listed.contract_id))
            again = await self.trades(listed, since_ms)
            if [trade.trade_id for trade in again] == [trade.trade_id for trade in trades]:
                found = effects_of(trades, held)
                self._effects.update(found)
                self._order_effects.update({trade.order_id: found[trade.trade_id] for trade in trades})
                return trades
        raise MalformedReply("Fills and position kept changing while they were read.", venue=VENUE)

    def _fill(self, listed: Listed, trade: Trade) -> Fill:
        made = self._desk.own.of(trade.order_id)
        effect = self._effects[trade.trade_id] if made is None else made.effect
        return fill_from(listed, trade, self._desk.own.name_of(trade.order_id), effect)


def _endless() -> MalformedReply:
    text = f"The venue shows {MAX_PAGES * PAGE_SIZE} rows at most; the list was not read to its end."
    return MalformedReply(text, venue=VENUE)


def _chunks(ids: list[str], size: int) -> Iterable[list[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
