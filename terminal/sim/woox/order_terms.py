"""Reading an order: the venue's own checks before the account engine sees it.

Source: reference sections 4, 7 and 8.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.sim.exchange.order_desk import OrderRequest
from terminal.sim.exchange.spot.desk import SpotRequest
from terminal.sim.exchange.spot.records import SelfTrade
from terminal.sim.exchange.terms import Effect, MarginMode, PositionSide
from terminal.sim.market.types import BookSide, BookTif
from terminal.sim.woox.errors import WooError, malformed, missing, unsupported_symbol
from terminal.sim.woox.fields import Fields
from terminal.sim.woox.instruments import LISTINGS, RULES, TERMS, Listing
from terminal.sim.woox.venue import Venue

SIDES: Final = {side.value: side for side in BookSide}
MARGIN_MODES: Final = {mode.value: mode for mode in MarginMode}
CLIENT_ID_MAX: Final = 2**63 - 1
_LIMITS: Final = {"LIMIT": BookTif.GTC, "IOC": BookTif.IOC, "FOK": BookTif.FOK, "POST_ONLY": BookTif.POST_ONLY}
_AT_BOOK: Final = {"ASK": BookSide.SELL, "BID": BookSide.BUY}
_TAG_MAX: Final = 64
Direction = tuple[PositionSide, Effect]


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """An order as it was asked for; `price` None = market, `amount` in place of a size buys or sells for that much."""

    listing: Listing
    side: BookSide
    tif: BookTif
    price: Decimal | None
    size: Decimal
    amount: Decimal | None
    client_oid: str  # "" = none
    reduce_only: bool
    margin_mode: MarginMode | None
    direction: Direction  # of a contract

    def contract_request(self) -> OrderRequest:
        return OrderRequest(
            pair=self.listing.pair,
            client_oid=self.client_oid,
            side=self.direction[0],
            effect=self.direction[1],
            size=self.size,
            price=self.price,
            tif=self.tif,
            margin_mode=self.margin_mode,
            reduce_only=self.reduce_only,
        )

    def spot_request(self) -> SpotRequest:
        return SpotRequest(
            pair=self.listing.pair,
            client_oid=self.client_oid,
            side=self.side,
            size=self.size,
            price=self.price,
            tif=self.tif,
            amount=self.amount,
            self_trade=SelfTrade.ALLOW,
        )


def listing_of(fields: Fields) -> Listing:
    """The product an order names."""
    symbol = fields.text("symbol")
    if symbol not in LISTINGS:
        raise unsupported_symbol(symbol)
    return LISTINGS[symbol]


def optional_listing(fields: Fields) -> Listing | None:
    return listing_of(fields) if fields.has("symbol") else None


def client_id(fields: Fields, name: str = "clientOrderId") -> str:
    """The client's whole number as text, "" when there is none: 0 means none."""
    if not fields.has(name):
        return ""
    try:
        number = fields.integer(name, 0, CLIENT_ID_MAX)
    except WooError as error:
        raise WooError(317164, "Invalid client order id") from error
    return str(number) if number else ""


def order_terms(venue: Venue, fields: Fields) -> OrderTerms:
    """Read and check an order.

    Raises:
        WooError: a field is missing or malformed, or breaks a rule of the instrument.
    """
    listing = listing_of(fields)
    side = fields.choice("side", SIDES)
    if len(fields.optional_text("orderTag") or "") > _TAG_MAX:
        raise malformed("orderTag")
    tif, price = _kind(venue, listing, fields)
    amount = _amount(listing, side, price, fields)
    size = Decimal(0) if amount is not None else fields.decimal("quantity")
    reduce_only = fields.boolean("reduceOnly")
    terms = OrderTerms(
        listing=listing,
        side=side,
        tif=tif,
        price=price,
        size=size,
        amount=amount,
        client_oid=client_id(fields),
        reduce_only=reduce_only,
        margin_mode=fields.optional_choice("marginMode", MARGIN_MODES),
        direction=direction(side, fields, one_way=venue.is_one_way or listing.is_spot, reduce_only=reduce_only),
    )
    _check_steps(terms)
    _check_value(venue, terms)
    return terms


def direction(side: BookSide, fields: Fields, *, one_way: bool, reduce_only: bool) -> Direction:
    """What an order does to the position; in the hedge mode it says which of the two it is about.

    Raises:
        WooError: the position side does not fit the mode.
    """
    named = fields.optional_text("positionSide") or "BOTH"
    if named not in {"BOTH", "LONG", "SHORT"}:
        raise WooError(302195, "The position side you’ve used is invalid")
    if one_way is not (named == "BOTH"):
        raise WooError(302186, "The position side you’ve used is not compatible with your current position mode.")
    buys = side is BookSide.BUY
    if one_way:
        wanted = PositionSide.LONG if buys is not reduce_only else PositionSide.SHORT
        return wanted, Effect.CLOSE if reduce_only else Effect.OPEN
    wanted = PositionSide(named)
    opens = buys is (wanted is PositionSide.LONG)
    if reduce_only and opens:
        raise WooError(302138, "Insufficient position for reduce only order.")
    return wanted, Effect.OPEN if opens else Effect.CLOSE


def _kind(venue: Venue, listing: Listing, fields: Fields) -> tuple[BookTif, Decimal | None]:
    """Time in force and price by the order's type; the price of a market order is ignored."""
    kind = fields.text("type")
    if kind == "MARKET":
        return BookTif.IOC, None
    if kind in _LIMITS:
        return _LIMITS[kind], fields.decimal("price")
    if kind not in _AT_BOOK:
        raise malformed("type")
    level = fields.optional_integer("bidAskLevel", 1, 1, 20)
    levels = venue.books.levels(listing, _AT_BOOK[kind], level, rpi=False)
    if len(levels) < level:
        raise WooError(-1012, "The place/cancel order request is rejected by internal module.")
    return BookTif.GTC, RULES[listing.pair].price(levels[-1][0])


def _amount(listing: Listing, side: BookSide, price: Decimal | None, fields: Fields) -> Decimal | None:
    """The quote amount of a market order. Buying coins at market, without margin, needs it."""
    if not fields.has("amount"):
        if listing.is_spot and side is BookSide.BUY and price is None:
            raise WooError(-1012, "Amount is required for buy market orders when margin disabled.")
        if not fields.has("quantity"):
            raise missing("quantity")
        return None
    if fields.has("quantity"):
        raise malformed("quantity and amount")
    if price is not None or not listing.is_spot:
        raise malformed("amount")
    if side is BookSide.SELL:
        raise WooError(302150, "Quantity is required for sell market orders when margin disabled.")
    amount = fields.decimal("amount")
    if amount <= 0:
        raise malformed("amount")
    return amount


def _check_steps(terms: OrderTerms) -> None:
    rules = RULES[terms.listing.pair]
    if terms.price is not None:
        if terms.price <= 0:
            raise WooError(302114, "Order price too small")
        if rules.ticks(terms.price) is None:
            raise WooError(-1103, "The order price is not following the tick size rule for the symbol.")
    if terms.amount is not None:
        return
    if rules.lots(terms.size) is None:
        raise WooError(-1104, "The order quantity is not following the step size rule for the symbol.")
    if terms.size < rules.min_size:
        raise WooError(302115, "Order quantity too small")


def _check_value(venue: Venue, terms: OrderTerms) -> None:
    """Smallest value (what reduces is free of it) and the bands around the middle price."""
    limits, pair = TERMS[terms.listing.product], terms.listing.pair
    middle = middle_price(venue, terms.listing)
    value = terms.size * (terms.price or middle) if terms.amount is None else terms.amount
    if value < limits.min_notional and not terms.reduce_only:
        raise WooError(-1102, "The order value (price * size) is too small.")
    if terms.price is None:
        return
    step = RULES[pair].tick
    if terms.side is BookSide.BUY and terms.price > middle * limits.buy_cap + step:
        share = (limits.buy_cap - 1) * 100
        raise WooError(-1105, f"Price is {share:f}% too high from the mid price.")
    if terms.side is BookSide.SELL and terms.price < middle * limits.sell_floor - step:
        share = (1 - limits.sell_floor) * 100
        raise WooError(-1105, f"Price is {share:f}% too low from the mid price.")


def middle_price(venue: Venue, listing: Listing) -> Decimal:
    """Between the best bid and ask of the whole book; the last price when a side is empty."""
    rules, book = RULES[listing.pair], venue.market.book(listing.pair)
    bid, ask = book.best_bid, book.best_ask
    if bid is None or ask is None:
        return rules.price(venue.market.last(listing.pair))
    return (rules.price(bid) + rules.price(ask)) / 2
