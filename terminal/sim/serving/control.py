"""Control endpoints for tests, unsigned and answered to the loopback only.

POST /_sim/faults   one fault `{"kind": ...}`, a list of them, or `{"clear": true}`;
                    answers with the faults in force (see `faults`)
GET  /_sim/faults   the faults in force
GET  /_sim/state    the exchange's own books (what a venue has: wallet, balances, orders, fills,
                    positions, plans, ai_logs), and the log of order calls with counts per client_oid
GET  /_sim/streams  what the market channels have sent in all, and how many frames wait for slow clients
POST /_sim/reset    `{"balance": "1000"}`: the organiser's reset; cancels and closes all
POST /_sim/close    `{"pair": "BTC", "side": "LONG"}`: a person closes that position on the venue's page;
                    on a spot venue `{"pair": "BTC"}` sells what is free of that coin
"""

from decimal import Decimal, InvalidOperation
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from terminal.sim.exchange.matching_faults import MatchingFaults
from terminal.sim.exchange.terms import Refusal
from terminal.sim.serving.faults import Fault, fault_from
from terminal.sim.serving.store import StateStore
from terminal.sim.serving.streams import Streams
from terminal.sim.serving.venue import ServedVenue

_LOOPBACK = {"127.0.0.1", "::1"}


class ControlApp:
    def __init__(self, venue: ServedVenue, streams: Streams, store: StateStore) -> None:
        self._venue = venue
        self._streams = streams
        self._store = store

    async def answer(self, request: Request) -> Response:
        if request.client is None or request.client.host not in _LOOPBACK:
            return _json({"error": "These endpoints answer to this machine only."}, 403)
        what = (request.method, request.path_params["what"])
        try:
            if what == ("POST", "faults"):
                self.script(orjson.loads(await request.body()))
            elif what == ("POST", "reset"):
                self._reset(orjson.loads(await request.body()))
            elif what == ("POST", "close"):
                self._close_by_hand(orjson.loads(await request.body()))
        except Refusal as refusal:
            return _json({"error": f"The exchange refuses: {refusal.kind.value}."}, 400)
        except (ValueError, TypeError, AttributeError, InvalidOperation) as error:
            return _json({"error": str(error)}, 400)
        if what == ("GET", "streams"):
            return _json({"sent": self._streams.sent, "waiting": self._streams.waiting})
        if what[1] == "faults":
            return _json({"active": self._venue.faults.active()})
        if what in {("GET", "state"), ("POST", "reset"), ("POST", "close")}:
            return _json(self.state())
        return _json({"error": "Use faults, state, streams, reset or close; see terminal.sim.serving.control."}, 404)

    def script(self, raw: Any) -> None:
        """Put faults in force as the control endpoint's JSON says.

        Raises:
            ValueError: not a fault; those before it in a list are in force.
        """
        if isinstance(raw, dict) and raw.get("clear") is True:
            self.clear_faults()
            return
        for one in raw if isinstance(raw, list) else [raw]:
            self.add_fault(fault_from(one))

    def add_fault(self, fault: Fault) -> None:
        """Put one fault in force; some act at once. Raises `ValueError` for a kind this venue has not."""
        self._venue.faults.check(fault)
        clock = self._venue.clock
        if fault.kind == "clock_skew":
            clock.skew_ms = fault.delay_ms
        elif fault.kind == "drop_sockets":
            self._streams.cut_all()
        elif fault.kind in {"late_fill", "partial_fill"}:
            share = Decimal(fault.share) if fault.kind == "partial_fill" else None
            late_ms = clock.exchange_ms(fault.delay_ms)
            self._venue.set_matching_faults(MatchingFaults(late_ms, share, fault.count))
        elif not self._venue.act_on(fault):
            self._venue.faults.add(fault)

    def clear_faults(self) -> None:
        self._venue.faults.clear()
        self._venue.clock.skew_ms = 0
        self._venue.set_matching_faults(MatchingFaults())

    def state(self) -> dict[str, Any]:
        """The exchange's own view, free of any dialect."""
        return {"now_ms": self._venue.now_ms, **self._venue.show_account(), **self._venue.calls.as_json()}

    def _close_by_hand(self, raw: Any) -> None:
        self._venue.tick()
        self._venue.close_by_hand(raw)
        self._store.save_if_changed()

    def _reset(self, raw: Any) -> None:
        self._venue.tick()
        self._venue.reset(Decimal(str(raw.get("balance", self._venue.options.balance))))
        self._store.save_if_changed()


def _json(content: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")
