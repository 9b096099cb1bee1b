"""Answers a seat that wants to see a passport: out of the journal, word for word."""

from collections.abc import Callable, Sequence
from typing import Final

from terminal.domain.built_by import builders
from terminal.domain.errors import StorageError
from terminal.domain.messages import Event
from terminal.domain.passport_messages import (
    FillSubject,
    OrderPassport,
    OrderSubject,
    PassportChain,
    PassportSubject,
    PositionSubject,
    ShowPassport,
)
from terminal.domain.plain_words import joined, leg_words, why
from terminal.services.journal_writer import JournalWriter
from terminal.services.orders.ledger import OrderLedger
from terminal.services.passport.steps import passport_of_chain

MOST_ORDERS: Final = 12  # of one position: each is a read of the journal
_LOOK: Final = "Look up at the venue who made it"


class PassportDesk:
    """Reads; changes nothing."""

    def __init__(self, writer: JournalWriter, ledger: OrderLedger, emit: Callable[[Event], None]) -> None:
        self._writer = writer
        self._ledger = ledger
        self._emit = emit

    async def show(self, command: ShowPassport) -> None:
        """Read what was asked for and tell it; a journal that cannot be read is told too."""
        orders, problem = self._orders_of(command.subject)
        shown = orders[-MOST_ORDERS:]
        try:
            passports = await self._read(shown)
        except StorageError as error:
            passports, problem = (), joined("The journal could not be read", why(error), "Try again")
        self._emit(PassportChain(command.subject, passports, problem, len(orders) - len(shown)))

    async def _read(self, orders: Sequence[str]) -> tuple[OrderPassport, ...]:
        return tuple([passport_of_chain(await self._writer.chain_of(order)) for order in orders])

    def _orders_of(self, subject: PassportSubject) -> tuple[tuple[str, ...], str]:
        """Give our ids of the orders behind something, oldest first, and what is missing, in words."""
        match subject:
            case OrderSubject(client_order_id):
                return (client_order_id,), ""
            case FillSubject(trade_id):
                return self._of_fill(trade_id)
            case PositionSubject():
                return self._of_position(subject)

    def _of_fill(self, trade_id: str) -> tuple[tuple[str, ...], str]:
        fill = self._ledger.fills.get(trade_id)
        order = None if fill is None else self._ledger.get(fill.client_order_id or "")
        if order is not None:
            return (order.client_order_id,), ""
        return (), joined("No order on record explains this fill", _LOOK)

    def _of_position(self, subject: PositionSubject) -> tuple[tuple[str, ...], str]:
        ledger = self._ledger
        found = builders(ledger.orders.values(), ledger.fills.values(), subject.instrument_id, subject.side)
        orders = tuple(order for order in found if order in ledger.orders)
        where = leg_words(subject.instrument_id, subject.side)
        if not orders:
            return (), joined(f"No order on record opened {where}", _LOOK)
        if len(orders) < len(found):
            return orders, joined(f"A part of {where} was opened by executions no order on record explains", _LOOK)
        return orders, ""
