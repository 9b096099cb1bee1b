"""Leverage, margin mode and isolated margin of the account."""

from dataclasses import replace
from decimal import Decimal

from terminal.sim.exchange.books import AccountBooks
from terminal.sim.exchange.margin import MarginView
from terminal.sim.exchange.records import Position
from terminal.sim.exchange.rules import MAX_LEVERAGE, MIN_LEVERAGE
from terminal.sim.exchange.terms import (
    ZERO,
    BillKind,
    EventKind,
    LeverageSetting,
    MarginMode,
    PositionSide,
    Refusal,
    RefusalKind,
)


class SettingsDesk:
    """Changes what future orders and present positions are margined with."""

    def __init__(self, books: AccountBooks, margin: MarginView) -> None:
        self._books = books
        self._margin = margin

    def set_leverage(
        self,
        pair: str,
        mode: MarginMode,
        long: Decimal,
        short: Decimal,
        now_ms: int,
        *,
        despite_orders: bool = False,
    ) -> LeverageSetting:
        """Set both sides' leverage; present positions follow, and open orders keep theirs.

        `despite_orders` is for venues that allow it while orders are open.

        Raises:
            Refusal: another mode is in force, cross sides differ, above the
                limit, orders are open, or the margin does not suffice.
        """
        present = self._books.leverage[pair]
        if mode is not present.mode:
            raise Refusal(RefusalKind.MARGIN_MODE)
        if mode is MarginMode.CROSS and long != short:
            raise Refusal(RefusalKind.LEVERAGE_UNEQUAL)
        if not all(MIN_LEVERAGE <= figure <= MAX_LEVERAGE for figure in (long, short)):
            raise Refusal(RefusalKind.LEVERAGE_LIMIT, limit=str(MAX_LEVERAGE))
        if any(self._books.open_orders(pair)) and not despite_orders:
            raise Refusal(RefusalKind.OPEN_ORDERS)
        if mode is MarginMode.CROSS:
            changed = replace(present, cross=long)
        else:
            changed = replace(present, isolated_long=long, isolated_short=short)
        self._apply(pair, changed, now_ms)
        return changed

    def set_mode(self, pair: str, mode: MarginMode) -> None:
        """Switch between cross and isolated.

        Raises:
            Refusal: NOT_FLAT while the pair has a position or an order.
        """
        if any(self._books.held(pair)) or any(self._books.open_orders(pair)) or any(self._books.open_plans(pair)):
            raise Refusal(RefusalKind.NOT_FLAT)
        setting = replace(self._books.leverage[pair], mode=mode)
        self._books.leverage[pair] = setting
        for side in PositionSide:
            position = self._books.position(pair, side)
            if position is not None:
                position.margin_mode = mode
                position.leverage = setting.of(side)
        self._books.revision += 1

    def adjust_margin(self, position_id: str, amount: Decimal, now_ms: int) -> None:
        """Move `amount` USDT into (or out of) an isolated position.

        Raises:
            Refusal: NOT_FOUND, NOT_ISOLATED, or MARGIN when there is not enough to move.
        """
        position = self.find(position_id)
        if position.margin_mode is not MarginMode.ISOLATED or not position.size:
            raise Refusal(RefusalKind.NOT_ISOLATED)
        spare = position.isolated_margin - position.initial_margin
        if amount > self._margin.available() or -amount > spare + min(self._margin.unrealized_of(position), ZERO):
            raise Refusal(RefusalKind.MARGIN)
        position.isolated_margin += amount
        position.updated_ms = now_ms
        kind = BillKind.MARGIN_IN if amount >= 0 else BillKind.MARGIN_OUT
        self._books.wallet.add_total(kind.value, amount)
        self._books.note_bill(kind, amount, now_ms, position.pair)
        self._books.publish(EventKind.POSITION, position, now_ms)
        self._books.publish(EventKind.ACCOUNT, self._books.wallet, now_ms)

    def set_auto_append(self, position_id: str, on: bool, now_ms: int) -> None:
        """Remember whether margin may be appended automatically.

        Raises:
            Refusal: NOT_FOUND.
        """
        position = self.find(position_id)
        position.auto_append = on
        position.updated_ms = now_ms
        self._books.publish(EventKind.POSITION, position, now_ms)

    def find(self, position_id: str) -> Position:
        for position in self._books.positions.values():
            if position.position_id == position_id:
                return position
        raise Refusal(RefusalKind.NOT_FOUND)

    def _apply(self, pair: str, setting: LeverageSetting, now_ms: int) -> None:
        """Put the setting on the positions; back out when the margin no longer suffices."""
        touched = [held for held in (self._books.position(pair, side) for side in PositionSide) if held]
        before = [(held, held.leverage, held.isolated_margin) for held in touched]
        for held in touched:
            held.leverage = setting.of(held.side)
            if held.margin_mode is MarginMode.ISOLATED:
                held.isolated_margin = max(held.isolated_margin, held.initial_margin)
        if any(held.size for held in touched) and self._margin.available() < 0:
            for held, leverage, isolated in before:
                held.leverage, held.isolated_margin = leverage, isolated
            raise Refusal(RefusalKind.MARGIN)
        self._books.leverage[pair] = setting
        self._books.revision += 1
        for held in touched:
            if held.size:
                self._books.publish(EventKind.POSITION, held, now_ms)
