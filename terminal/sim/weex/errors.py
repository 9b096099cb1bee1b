"""What can be wrong with a request, before a dialect gives it a code and a sentence."""

from dataclasses import dataclass
from enum import Enum, auto

from terminal.sim.exchange.terms import Refusal, RefusalKind


class Problem(Enum):
    """Why the protocol refuses a request; `RefusalKind` holds the account engine's reasons."""

    KEY_MISSING = auto()
    SIGN_MISSING = auto()
    TIMESTAMP_MISSING = auto()
    PASSPHRASE_MISSING = auto()
    TIMESTAMP_INVALID = auto()
    TIMESTAMP_EXPIRED = auto()
    KEY_WRONG = auto()
    PASSPHRASE_WRONG = auto()
    SIGNATURE_WRONG = auto()
    CONTENT_TYPE = auto()
    TOO_MANY = auto()
    BODY_TOO_LARGE = auto()
    BODY_NOT_JSON = auto()
    BODY_NOT_OBJECT = auto()
    EMPTY = auto()  # name
    INVALID = auto()  # name
    RANGE = auto()  # name, low, high
    CLIENT_ID = auto()  # name
    UNKNOWN_SYMBOL = auto()
    UNKNOWN_INTERVAL = auto()
    PAIR_FORBIDDEN = auto()
    ORDER_NOT_FOUND = auto()
    LOGS_SWITCHED_OFF = auto()
    SYSTEM = auto()
    # The rest is known to v3 only.
    SIDE = auto()
    ORDER_TYPE = auto()
    TIME_IN_FORCE = auto()
    METHOD = auto()  # method
    NEITHER_ID = auto()
    COMBINATION = auto()
    START_AFTER_END = auto()
    TIME_SPAN = auto()  # days
    SEPARATED_MODE = auto()


class WeexError(Exception):
    """A refused request; `details` fill the dialect's sentence."""

    def __init__(self, problem: Problem, **details: str) -> None:
        super().__init__(problem.name, details)
        self.problem = problem
        self.details = details


@dataclass(frozen=True, slots=True)
class Rejection:
    """A refusal as a dialect words it."""

    code: str
    message: str
    http_status: int = 400


def empty(name: str) -> WeexError:
    return WeexError(Problem.EMPTY, name=name)


def invalid(name: str) -> WeexError:
    return WeexError(Problem.INVALID, name=name)


def business_sentence(refusal: Refusal) -> str:
    """What the venue says about a refused order; both dialects word it alike.

    Source: reference sections 6.1 and 10.2; sentences that no document quotes
    follow the pattern of those that one does.
    """
    if refusal.kind is RefusalKind.TRIGGER_SIDE:
        return _trigger_sentence(refusal.details)
    return _SENTENCES[refusal.kind].format_map(refusal.details)


def _trigger_sentence(details: dict[str, str]) -> str:
    action = "buy long" if details["side"] == "LONG" else "sell short"
    short = "tp" if details["which"] == "take profit" else "sl"
    return (
        f"INVALID_ARGUMENT: The {action} order {details['which']} param triggerPrice must be {details['relation']} "
        f"than price {details['price']}. Current order open {short} param trigger price is {details['trigger']}"
    )


_SENTENCES = {
    RefusalKind.STEP_SIZE: (
        "INVALID_ARGUMENT: The order size must be greater than 0 and matches the stepSize '{step}' requirement. "
        "Current size is '{size}'"
    ),
    RefusalKind.PRICE_STEP: (
        "INVALID_ARGUMENT: The order price must be greater than 0 and matches the tickSize '{step}' requirement. "
        "Current price is '{price}'"
    ),
    RefusalKind.PRICE_BAND: (
        "INVALID_ARGUMENT: The order price {price} must not be {relation} than the price limit {limit}"
    ),
    RefusalKind.MAX_SIZE: "INVALID_ARGUMENT: The order size {size} must not be greater than {limit}",
    RefusalKind.MARGIN: "FAILED_PRECONDITION: The order margin available amount not enough",
    RefusalKind.TOO_MANY_ORDERS: "FAILED_PRECONDITION: The open order count limit exceed. Limit is 200",
    RefusalKind.CLOSE_SIZE: (
        "FAILED_PRECONDITION: The close size {size} must not be greater than the available position size {held}"
    ),
    RefusalKind.DUPLICATE_CLIENT_OID: "INVALID_ARGUMENT: Duplicate client order id {client_oid}",
    RefusalKind.OPEN_ORDERS: "FAILED_PRECONDITION: The leverage cannot be changed, there are open orders",
    RefusalKind.NOT_FLAT: "FAILED_PRECONDITION: The margin mode cannot be changed while there are positions or orders",
    RefusalKind.NOT_ISOLATED: "FAILED_PRECONDITION: The position is not an isolated position",
}
