"""What a click on the ladder does: it fills the ticket; armed, it asks for an order or closes.

Nothing here sends an opening order. An armed click puts the ticket's own question to the AI, with
the ticket's size, stop and target; the answer is a proposal like any other, with its approval, its
checks and its log. Closing and cancelling are the ticket's and the tables' own commands.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal

from terminal.domain.commands import ClosePosition
from terminal.domain.hand_messages import CancelOrders, MoveStop, MoveTarget
from terminal.domain.order import PositionSide
from terminal.ui import formatting as f
from terminal.ui.viewmodels.arming import Arming
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.words import position_word
from terminal.ui.widgets.depth.ladder_frame import Frame, Spot
from terminal.ui.widgets.depth.ladder_view import MINE, SIZE
from terminal.ui.widgets.ticket.order_ticket import OrderTicket

APART_S: Final = 0.12  # between two acts: a bouncing button is not two orders


class LadderActs(QObject):
    """Carries out clicks and menu choices.

    Signals:
        told (str, str): words for the person, and their tone.
    """

    told = Signal(str, str)

    def __init__(self, desk: Desk, ticket: OrderTicket, arming: Arming, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._ticket = ticket
        self._arming = arming
        self._acted_s = float("-inf")

    def click(self, frame: Frame, part: str, spot: Spot, modifiers: Qt.KeyboardModifier) -> None:
        """Do what a left click on a part of a line means now."""
        self._arming.used()
        if part == MINE and self._on_mine(frame, spot, modifiers):
            return
        if self._arming.is_on:
            self._ask(frame, spot)
        else:
            self.fill(spot, with_size=part == SIZE)

    def fill(self, spot: Spot, *, with_size: bool) -> None:
        """Write the price into the ticket, and the size that rests there."""
        size = spot.size if with_size and spot.size > 0 else None
        self._ticket.entry.take_level(spot.price, size)
        sized = "" if size is None else f" and size {f.trimmed(size)}"
        self.told.emit(f"Ticket: price {f.number(spot.price)}{sized}. Nothing was sent.", "muted")

    def choices(self, frame: Frame, spot: Spot) -> list[tuple[str, Callable[[], None]]]:
        """Give what the menu of a line offers: words and act."""
        price = f.number(spot.price)
        found: list[tuple[str, Callable[[], None]]] = [
            (f"Fill the ticket with {price}", partial(self.fill, spot, with_size=False)),
        ]
        own = frame.marks.orders.get((spot.row, spot.is_ask))
        if own is not None:
            found.append((f"Cancel our {f.trimmed(own.size)} here", partial(self._cancel, own.ids)))
        pair, desk = frame.ladder.snapshot.instrument_id, self._desk
        for side in (held.side for held in desk.positions if held.instrument_id == pair):
            word = position_word(side)
            stop = MoveStop(pair, side, spot.price, desk.who)
            target = MoveTarget(pair, side, spot.price, desk.who)
            found.append((f"Move the stop of the {word} to {price}", partial(desk.send, stop)))
            found.append((f"Move the target of the {word} to {price}", partial(desk.send, target)))
            found.append((f"Close the {word} at the market", partial(self._close, frame, side)))
        return found

    # -- acts ----------------------------------------------------------------------

    def _on_mine(self, frame: Frame, spot: Spot, modifiers: Qt.KeyboardModifier) -> bool:
        """Act on what is ours in a line; False when nothing is."""
        where = (spot.row, spot.is_ask)
        own, held = frame.marks.orders.get(where), frame.marks.positions.get(where)
        if own is not None:
            if modifiers & Qt.KeyboardModifier.ShiftModifier:
                self._cancel(own.ids)
            else:
                self.told.emit(f"Our order, {f.trimmed(own.size)}. Shift+click cancels it.", "muted")
            return True
        if held is not None:
            if self._arming.is_on:
                self._close(frame, held[0])
            else:
                self._ticket.focus_close(held[0])
            return True
        return False

    def _ask(self, frame: Frame, spot: Spot) -> None:
        """Put the ticket's question for a limit at this price; never on a book that is not good."""
        side = position_word(spot.side)
        if not frame.condition.is_good:
            self.told.emit(f"Not asked: {frame.condition.words}. Wait for a fresh book.", "amber")
        elif self._is_apart():
            why = self._ticket.ask_at(spot.side, spot.price)
            if why:
                self.told.emit(f"Not asked about a {side} at {f.number(spot.price)}: {why}", "amber")
            else:
                self.told.emit(f"Asked the AI about a {side} at {f.number(spot.price)}; its answer needs you.", "ai")

    def _close(self, frame: Frame, side: PositionSide) -> None:
        if self._is_apart():
            pair = frame.ladder.snapshot.instrument_id
            self._desk.send(ClosePosition(pair, side, Decimal(1), self._desk.who))
            self.told.emit(f"Closing the {position_word(side)} at the market.", "text")

    def _cancel(self, ids: tuple[str, ...]) -> None:
        if self._is_apart():
            self._desk.send(CancelOrders(ids, self._desk.who))
            self.told.emit("Cancelling our order here.", "text")

    def _is_apart(self) -> bool:
        """True for an act that is not the echo of the one before."""
        now_s, before_s = self._desk.monotonic_s(), self._acted_s
        self._acted_s = now_s
        return now_s - before_s >= APART_S
