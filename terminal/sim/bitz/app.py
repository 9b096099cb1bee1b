"""The HTTP side: one dispatcher in front of the table of endpoints.

Order of checks: faults, path and method, rate, signature, then the handler. Whatever the
handler changed is on disk before the answer leaves.
"""

import asyncio
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from terminal.sim.bitz import auth
from terminal.sim.bitz.endpoints import ENDPOINTS, Endpoint
from terminal.sim.bitz.envelopes import envelope, refused_by_data, refused_by_status
from terminal.sim.bitz.errors import BitzError, Code, code_of
from terminal.sim.bitz.form import Form, parse_form
from terminal.sim.bitz.venue import BitzVenue, Call
from terminal.sim.exchange.terms import Refusal
from terminal.sim.serving.calls import OrderCall
from terminal.sim.serving.faults import CHINESE_MESSAGE, Fault
from terminal.sim.serving.loopback import cut
from terminal.sim.serving.store import StateStore

_MAX_BODY = 100_000
_HTML_PAGE = b"<!DOCTYPE html><html><body><h1>Welcome to the guest network</h1>Please sign in.</body></html>"
_BROKEN = {"521": 521, "500": 500}


class RestApp:
    """Answers every path that is not `_sim`."""

    def __init__(self, venue: BitzVenue, store: StateStore) -> None:
        self._venue = venue
        self._store = store

    async def answer(self, request: Request) -> Response:
        path = request.url.path
        fault = self._venue.faults.take_for_request(path, after=False)
        if fault is not None:
            answer = await self._afflict(fault, request)
            if answer is not None:
                return answer
        try:
            body = await request.body()
        except ClientDisconnect:
            return Response(b"", 400)  # nobody is there to read it
        response = self._answer(request, body)
        fault = self._venue.faults.take_for_request(path, after=True)
        if fault is not None:
            answer = await self._afflict(fault, request, response)
            if answer is not None:
                return answer
        return response

    def _answer(self, request: Request, body: bytes) -> Response:
        """The undisturbed answer; runs without a pause, so nothing interleaves."""
        path, now_ms = request.url.path, self._venue.clock.shown_ms()
        endpoint = ENDPOINTS.get(path)
        if endpoint is None or request.method not in endpoint.methods:
            return _json(refused_by_status(Code.REQUEST_FAILED, now_ms), 404)
        self._venue.tick()
        call: Call | None = None
        code = 0
        try:
            call = self._admitted(endpoint, request, body, now_ms)
            result = envelope(self._shaped(endpoint.handler(self._venue, call), path), now_ms)
        except (BitzError, Refusal) as error:
            code = code_of(error) if isinstance(error, Refusal) else error.code
            result = self._refused(endpoint, code, now_ms, is_admitted=call is not None)
        if endpoint.is_order_call and call is not None:
            self._log(call, endpoint, result["data"], code)
        self._store.save_if_changed()
        return _json(result)

    def _admitted(self, endpoint: Endpoint, request: Request, body: bytes, now_ms: int) -> Call:
        """Rate limits and, for private calls, the signature. Raises `BitzError`."""
        venue, path = self._venue, request.url.path
        if not venue.limits.take(path):
            raise BitzError(Code.TOO_MANY)
        if len(body) > _MAX_BODY:
            raise BitzError(Code.PARAMETER)
        is_form = request.method == "POST"
        sent = parse_form(body if is_form else request.scope["query_string"])
        if endpoint.is_private:
            if venue.faults.is_active("maintenance", path):
                raise BitzError(Code.MAINTENANCE)
            auth.check(
                sent,
                venue.credentials,
                venue.nonces,
                now_ms,
                venue.clock.window_ms(auth.WINDOW_MS),
                takes_table_order=venue.faults.is_active("table_order"),
            )
        return Call(path, Form(sent), now_ms)

    def _shaped(self, data: Any, path: str) -> Any:
        """Listings come as arrays, unless a switch asks for one of the venue's other ways."""
        faults = self._venue.faults
        if not isinstance(data, list) or not path.startswith("/Contract/"):
            return data
        if len(data) == 1 and faults.is_active("rows_as_object", path):
            return data[0]
        if faults.is_active("rows_as_index", path):
            return {str(number): row for number, row in enumerate(data)}
        return data

    def _refused(self, endpoint: Endpoint, code: int, now_ms: int, *, is_admitted: bool) -> dict[str, Any]:
        in_data = endpoint.refuses_in_data and is_admitted
        if in_data is not self._venue.faults.is_active("swapped_errors"):
            return refused_by_data(code, now_ms)
        return refused_by_status(code, now_ms)

    def _log(self, call: Call, endpoint: Endpoint, data: Any, code: int) -> None:
        found = data.get("orderId", "") if isinstance(data, dict) else ""
        order_id = str(found or call.form.raw.get("entrustSheetId", ""))
        line = OrderCall(call.now_ms, call.path, "", order_id, 200, str(code or 200))
        self._venue.calls.add(line, is_placing=endpoint.is_placing)

    async def _afflict(self, fault: Fault, request: Request, response: Response | None = None) -> Response | None:
        """Apply a fault; None lets the request (or its answer) pass on."""
        now_ms = self._venue.clock.shown_ms()
        if fault.kind == "delay":
            await asyncio.sleep(fault.delay_ms / 1000)
            return None
        if fault.kind == "drop":
            cut(request)
            return Response(b"", 500)
        if fault.kind == "truncate" and response is not None:
            half = bytes(response.body)[: len(response.body) // 2]
            return Response(half, response.status_code, media_type="application/json")
        if fault.kind in _BROKEN:
            return Response(b"Internal Server Error", _BROKEN[fault.kind], media_type="text/plain")
        if fault.kind == "html":
            return Response(_HTML_PAGE, 200, media_type="text/html")
        if fault.kind == "429":
            return _json(refused_by_status(Code.TOO_MANY, now_ms))
        message = fault.message or (CHINESE_MESSAGE if fault.kind == "chinese" else "")
        return _json(refused_by_status(int(fault.code or Code.SYSTEM), now_ms, message))


def _json(content: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")
