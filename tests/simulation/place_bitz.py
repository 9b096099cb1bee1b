"""Bit-Z in the storm: no ids of ours at the venue, no stream, and all that can be known is asked for."""

from collections.abc import Callable
from contextvars import ContextVar
from decimal import Decimal
from itertools import count
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import orjson

from simulation.place import Answer, ContractPlace, Leaving
from terminal.ports.venue import PreparedOrder, SubmitOutcome
from terminal.sim.bitz.contracts import PAIR_OF_ID, PAIRS
from terminal.sim.bitz.server import BitzFront, new_venue
from terminal.sim.bitz.venue import BitzAccount, BitzOptions
from terminal.sim.exchange.records import Order
from terminal.sim.exchange.terms import Effect, PositionSide
from terminal.sim.serving.control import ControlApp
from terminal.sim.serving.faults import Fault
from terminal.sim.serving.server import app_of
from terminal.sim.serving.store import StateStore
from terminal.venues.bitz.adapter import BitzAdapter, Credentials

_PLACE = "/Contract/addContractTrade"
_WRITES = (_PLACE, "/Contract/cancelContractTrade")
_sending: ContextVar[tuple[str, bool]] = ContextVar("sending", default=("", False))
"""Whose order leaves in this task, and whether it only closes: the bytes of a placement do not say."""


def _refused(code: int, words: str) -> Answer:
    return Answer(
        200, orjson.dumps({"status": code, "msg": words, "data": "", "time": 0, "microtime": "", "source": "api"})
    )


class _Bitz(BitzAdapter):
    """Says in the task that sends it whose order it is."""

    async def submit_order(self, prepared: PreparedOrder) -> SubmitOutcome:
        """Let the wire know whose order it is."""
        token = _sending.set((prepared.client_order_id, prepared.is_exit))
        try:
            return await super().submit_order(prepared)
        finally:
            _sending.reset(token)


class BitzPlace(ContractPlace):
    """The wire knows whose order each is: the program must find that out by itself."""

    name = "bitz"
    place_path = _PLACE
    hedge_mode = False
    keeps_ids = False
    has_streams = False
    specs = tuple(PAIRS)
    own_kinds: ClassVar = {
        "-106": 3.0,
        "-106_after": 3.0,
        "-200032": 2.0,
        "-200032_after": 3.0,
        "text_after": 2.0,
        "text": 1.0,
    }
    answers: ClassVar = {
        **{"-106" + after: _refused(-106, "Network Error-2") for after in ("", "_after")},
        **{"-200032" + after: _refused(-200032, "System error.") for after in ("", "_after")},
        **{"text" + after: Answer(200, b"Network error, please retry") for after in ("", "_after")},
        "strange": _refused(-99999, "try again"),
        "429": _refused(-110, "The number of access requests exceeded"),
        "429_wait": Answer(429, b"slow down", {"Retry-After": "3"}),
    }
    misbehaviour = (
        Fault("rows_as_index", count=3),
        Fault("rows_as_object", count=3),
        Fault("swapped_errors", count=3),
        Fault("halt", path=_PLACE),
    )
    exchange: BitzAccount

    def __init__(self, seed: int, start_ms: int, market: Any, world_s: Callable[[], float]) -> None:
        venue = new_venue(BitzOptions(seed=seed, start_ms=start_ms), market, world_s)
        self.venue, self.exchange, self._keys = venue, venue.exchange, venue.credentials
        front = BitzFront(venue)
        self.streams = front.streams
        store = StateStore(venue, None)
        self.control = ControlApp(venue, self.streams, store)
        self.app = app_of(self.control, front.routes(store))
        self.secrets = (self._keys.secret,)
        self._names: dict[str, str] = {}
        self._opens: dict[str, bool] = {}
        self._nameless = count(1)

    def adapter(self, clock: Any, chance: Any, transport: Any) -> BitzAdapter:
        address = "127.0.0.1:9"
        return _Bitz(
            f"http://{address}",
            f"ws://{address}/",
            f"ws://{address}/",
            Credentials(self._keys.key, self._keys.secret),
            clock,
            chance,
            simulated=True,
            transport=transport,
        )

    def is_write(self, _method: str, path: str) -> bool:
        return path in _WRITES

    def leaving(self, path: str, body: bytes) -> Leaving | None:
        if path != _PLACE:
            return None
        fields = dict(parse_qsl(body.decode()))
        name, is_exit = _sending.get()
        buys = fields["direction"] == "1"
        side = PositionSide.LONG if buys is not is_exit else PositionSide.SHORT
        return Leaving(
            name or f"nameless{next(self._nameless)}", PAIR_OF_ID[int(fields["contractId"])], not is_exit, side
        )

    def answered(self, leaving: Leaving, answer: bytes) -> None:
        data = orjson.loads(answer).get("data")
        if isinstance(data, dict) and data.get("orderId"):
            order_id = str(data["orderId"])
            self._names[order_id], self._opens[order_id] = leaving.key, leaving.opens

    def key_at_venue(self, order: Order) -> str:
        return self._names.get(order.order_id, "")

    def is_opening(self, order: Order) -> bool:
        return self._opens.get(order.order_id, order.effect is Effect.OPEN)

    def hand_size(self, pair: str) -> Decimal:
        return self.exchange.rules[pair].lot * 3
