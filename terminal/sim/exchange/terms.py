"""Words of a perpetual-futures account that no venue dialect has coloured yet."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

ZERO = Decimal(0)
# Amounts that come out of a division are kept to this grain; everything else is exact.
MONEY_GRAIN = Decimal("1E-10")


class PositionSide(Enum):
    """The two positions a hedge-mode account keeps apart."""

    LONG = "LONG"
    SHORT = "SHORT"


class Effect(Enum):
    OPEN = "OPEN"
    CLOSE = "CLOSE"


class MarginMode(Enum):
    CROSS = "CROSS"
    ISOLATED = "ISOLATED"


class OrderStatus(Enum):
    """PENDING: accepted, not matched yet. OPEN: in the book, maybe partly filled."""

    PENDING = "PENDING"
    OPEN = "OPEN"
    FILLED = "FILLED"
    CANCELED = "CANCELED"

    @property
    def is_final(self) -> bool:
        return self in {OrderStatus.FILLED, OrderStatus.CANCELED}


class OrderOrigin(Enum):
    """Who wanted the order: the account by API or by hand, one of its triggers, or the liquidation engine."""

    API = "API"
    WEB = "WEB"
    PLAN = "PLAN"
    LIQUIDATION = "LIQUIDATION"


class PriceSource(Enum):
    """Which price a trigger watches."""

    LAST = "LAST"
    MARK = "MARK"


class PlanKind(Enum):
    TRIGGER = "TRIGGER"
    TAKE_PROFIT = "TAKE_PROFIT"
    STOP_LOSS = "STOP_LOSS"


class PlanStatus(Enum):
    UNTRIGGERED = "UNTRIGGERED"
    TRIGGERED = "TRIGGERED"
    CANCELED = "CANCELED"


class BillKind(Enum):
    DEPOSIT = "deposit"
    OPEN_LONG = "position_open_long"
    OPEN_SHORT = "position_open_short"
    CLOSE_LONG = "position_close_long"
    CLOSE_SHORT = "position_close_short"
    FUNDING = "position_funding"
    MARGIN_IN = "margin_move_in"
    MARGIN_OUT = "margin_move_out"
    START_LIQUIDATE = "start_liquidate"
    FINISH_LIQUIDATE = "finish_liquidate"
    SHORTFALL = "order_fix_margin_amount"


class EventKind(Enum):
    """Which private stream an event belongs to."""

    ACCOUNT = "account"
    POSITION = "positions"
    ORDER = "orders"
    FILL = "fill"


class EventCause(Enum):
    ORDER = "OrderUpdate"
    FUNDING = "PositionFundingSettle"
    DEPOSIT = "DepositUpdate"


class RefusalKind(Enum):
    """Why the account engine said no; the dialect turns it into a code and a sentence."""

    STEP_SIZE = "STEP_SIZE"
    PRICE_STEP = "PRICE_STEP"
    PRICE_BAND = "PRICE_BAND"
    MAX_SIZE = "MAX_SIZE"
    MARGIN = "MARGIN"
    TOO_MANY_ORDERS = "TOO_MANY_ORDERS"
    CLOSE_SIZE = "CLOSE_SIZE"
    MARGIN_MODE = "MARGIN_MODE"
    TRIGGER_SIDE = "TRIGGER_SIDE"
    DUPLICATE_CLIENT_OID = "DUPLICATE_CLIENT_OID"
    OPEN_ORDERS = "OPEN_ORDERS"
    NOT_FLAT = "NOT_FLAT"
    LEVERAGE_LIMIT = "LEVERAGE_LIMIT"
    LEVERAGE_UNEQUAL = "LEVERAGE_UNEQUAL"
    NOT_ISOLATED = "NOT_ISOLATED"
    NOT_FOUND = "NOT_FOUND"
    FINAL = "FINAL"
    BALANCE = "BALANCE"  # spot: not enough of the coin that is paid with
    WOULD_TAKE = "WOULD_TAKE"  # spot: a post-only order that would match at once


class Refusal(Exception):
    """The account engine refuses a request; `details` fills the dialect's sentence."""

    def __init__(self, kind: RefusalKind, **details: str) -> None:
        super().__init__(kind.value, details)
        self.kind = kind
        self.details = details


@dataclass(frozen=True, slots=True)
class LeverageSetting:
    """Leverage of one pair: a figure per mode and side, and the mode in force."""

    mode: MarginMode
    cross: Decimal
    isolated_long: Decimal
    isolated_short: Decimal

    def of(self, side: PositionSide) -> Decimal:
        if self.mode is MarginMode.CROSS:
            return self.cross
        return self.isolated_long if side is PositionSide.LONG else self.isolated_short
