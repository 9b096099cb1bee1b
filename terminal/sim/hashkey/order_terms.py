"""From an order's parameters to what the account is asked for; every filter is checked here.

Source: reference sections 5 and 9.
"""

from decimal import Decimal
from enum import Enum, auto

from terminal.sim.exchange.spot.desk import SpotRequest
from terminal.sim.exchange.spot.records import SelfTrade
from terminal.sim.exchange.terms import Refusal, RefusalKind
from terminal.sim.hashkey import errors
from terminal.sim.hashkey.errors import HashKeyError
from terminal.sim.hashkey.filters import PairFilters
from terminal.sim.hashkey.names import SIDES, STP_MODES, TIMES_IN_FORCE
from terminal.sim.hashkey.params import Params
from terminal.sim.hashkey.venue import Venue
from terminal.sim.market.types import BookSide, BookTif

_CLIENT_ID_MAX = 255
_TYPES = {"LIMIT": "LIMIT", "MARKET": "MARKET", "LIMIT_MAKER": "LIMIT_MAKER"}
_ALLOWED = {
    "LIMIT": {BookTif.GTC, BookTif.IOC, BookTif.FOK},
    "MARKET": {BookTif.IOC},
    "LIMIT_MAKER": {BookTif.GTC},
}
_CODES = {
    RefusalKind.BALANCE: errors.NO_BALANCE,
    RefusalKind.DUPLICATE_CLIENT_OID: errors.DUPLICATE_ORDER,
    RefusalKind.WOULD_TAKE: errors.MAKER_WOULD_TAKE,
    RefusalKind.STEP_SIZE: errors.QUANTITY_PRECISION,
    RefusalKind.PRICE_STEP: errors.PRICE_PRECISION,
}


class Dialect(Enum):
    """Which of the create endpoints is spoken.

    V1_1: a market order has a quantity or an amount.
    V1: the older path of the Global site, where a market buy's quantity is an amount.
    TEST: quantity is required for every order and there is no amount.
    """

    V1_1 = auto()
    V1 = auto()
    TEST = auto()


def refused(refusal: Refusal) -> HashKeyError:
    """The account engine's refusal in the venue's words."""
    return HashKeyError(_CODES.get(refusal.kind, errors.BAD_REQUEST))


def request_of(venue: Venue, params: Params, dialect: Dialect) -> SpotRequest:
    """An order as it was sent.

    Raises:
        HashKeyError: with the rule it breaks first.
    """
    pair = venue.pair(params.text("symbol"), errors.UNKNOWN_INSTRUMENT)
    filters = venue.filters[pair]
    side = params.choice("side", SIDES, errors.BAD_SIDE)
    kind = params.choice("type", _TYPES, errors.BAD_TYPE)
    is_market = kind == "MARKET"
    tif = _tif(params, kind)
    client_id = params.optional("newClientOrderId") or params.optional("clientOrderId") or ""
    if len(client_id) > _CLIENT_ID_MAX:
        raise HashKeyError(errors.BAD_CLIENT_ID)
    self_trade = params.optional_choice("stpMode", STP_MODES, errors.ILLEGAL_PARAMETER)
    if venue.is_halted(filters.symbol):
        raise HashKeyError(errors.PAIR_NOT_OPEN)
    size, amount = _quantity(params, dialect, is_market=is_market, is_buy=side is BookSide.BUY)
    price = None if is_market else params.decimal("price", errors.BAD_PRICE)
    if price is not None:
        filters.check_price(price, side, venue.mark(pair))
    _check_worth(venue, filters, size, amount, price)
    if sum(1 for _ in venue.exchange.books.open_orders(pair)) >= filters.max_open:
        raise HashKeyError(errors.TOO_MANY_OPEN)
    return SpotRequest(
        pair=pair,
        client_oid=client_id,
        side=side,
        size=size,
        price=price,
        tif=BookTif.POST_ONLY if kind == "LIMIT_MAKER" else tif,
        amount=amount,
        self_trade=self_trade or SelfTrade.EXPIRE_TAKER,
    )


def _tif(params: Params, kind: str) -> BookTif:
    tif = params.optional_choice("timeInForce", TIMES_IN_FORCE, errors.BAD_TIF)
    if tif is None or (kind == "MARKET" and tif is BookTif.GTC):  # clients send GTC with everything
        return BookTif.IOC if kind == "MARKET" else BookTif.GTC
    if tif not in _ALLOWED[kind]:
        raise HashKeyError(errors.BAD_COMBINATION)
    return tif


def _quantity(params: Params, dialect: Dialect, *, is_market: bool, is_buy: bool) -> tuple[Decimal, Decimal | None]:
    """(size in the base coin, amount in USDT): a market order by amount has size 0."""
    if params.has("amount") and dialect is Dialect.V1_1:
        if params.has("quantity"):
            raise HashKeyError(errors.QUANTITY_AND_AMOUNT)
        if not is_market:
            raise HashKeyError(errors.BAD_COMBINATION)
        return Decimal(0), params.decimal("amount", errors.BAD_QUANTITY)
    quantity = params.decimal("quantity", errors.BAD_QUANTITY)
    if dialect is Dialect.V1 and is_market and is_buy:
        return Decimal(0), quantity
    return quantity, None


def _check_worth(
    venue: Venue, filters: PairFilters, size: Decimal, amount: Decimal | None, price: Decimal | None
) -> None:
    if amount is not None:
        filters.check_amount(amount)
        return
    filters.check_size(size, is_market=price is None)
    filters.check_value(size * (price or venue.last(filters.pair)), is_market=price is None)
