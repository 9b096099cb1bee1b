"""A person's hands on ticket and tables: ask until a proposal comes, cancel, close."""

from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from helpers.seat import Seat
from terminal.domain.instrument import InstrumentId, perpetual
from terminal.domain.order import Order, OrderKind
from terminal.domain.risk import TradingState
from terminal.ui.widgets.trade.orders_table import OrdersTable
from terminal.ui.widgets.trade.positions_table import PositionsTable

BTC, ETH = perpetual("BTC"), perpetual("ETH")
_TRIES = 6  # on a busy machine a quote may be too old to be asked about, and the person asks again


async def ready_here(seat: Seat) -> None:
    """Wait until trading is active and the model may be asked about pairs every venue lists.

    The first cycle's answer shows that it can be asked.
    """
    desk = seat.desk
    await seat.ready()
    await active(seat)
    await seat.until(desk.figures_changed, lambda: {BTC, ETH} <= desk.tickers.keys())
    await seat.until(desk.cycle_ended, lambda: len(desk.cycles) > 0)


async def active(seat: Seat) -> None:
    """Wait until something may be opened: every time the account's stream comes back, all is compared first."""
    desk = seat.desk
    await seat.until(desk.trading_state_changed, lambda: desk.trading_state is TradingState.ACTIVE)


async def propose(seat: Seat, instrument_id: InstrumentId, away: Decimal | None = None) -> str:
    """Ask for a long position until the answer is a proposal that may be approved; give its decision.

    `away` makes it a limit at that fraction of the last price; None is a market order.
    """
    desk = seat.desk
    for _ in range(_TRIES):
        number = await _ask(seat, instrument_id, away)
        await seat.until(desk.cycle_ended, lambda number=number: number in desk.answers)
        drafted = [each for each in desk.open_proposals() if each.decision.instrument_id == instrument_id]
        if drafted:
            return drafted[0].decision_id
    raise AssertionError(f"no proposal after {_TRIES} questions; the desk:\n{seat.story()}")


async def _ask(seat: Seat, instrument_id: InstrumentId, away: Decimal | None) -> str:
    ticket, desk = seat.window.ticket, seat.desk
    entry = ticket.entry
    desk.select(instrument_id)
    known = desk.tickers.get(instrument_id)  # asked about an old price the desk only says that it is old
    await seat.until(desk.tickers_changed, lambda: desk.tickers.get(instrument_id) is not known)
    kind = OrderKind.MARKET if away is None else OrderKind.LIMIT
    QTest.mouseClick(entry.kinds[kind], Qt.MouseButton.LeftButton)
    if away is not None:
        price = desk.instruments[instrument_id].floor_price(desk.tickers[instrument_id].last * away)
        entry.price.field.selectAll()
        QTest.keyClicks(entry.price.field, str(price))
    await seat.soon(ticket.ask_button.isEnabled)
    QTest.mouseClick(ticket.ask_button, Qt.MouseButton.LeftButton)
    return ticket._asked.question_id


def cancel(seat: Seat, order: Order) -> None:
    """Press an order's Cancel in the table of orders."""
    seat.window.findChild(OrdersTable).cancel(order.client_order_id)


def close_whole(seat: Seat) -> None:
    """Press the 100 % of the one position in its table."""
    table = seat.window.findChild(PositionsTable)
    table.act(table.table.key_at(table.table.model().index(0, 0)), "100 %")


def orders_of(seat: Seat, instrument_id: InstrumentId) -> list[Order]:
    return [each for each in seat.desk.orders.values() if each.terms.instrument_id == instrument_id]
