"""The HTTP side. Order of checks: faults, path, rate limit, maintenance, signature, then the handler.

Whatever the handler changed is on disk before the answer leaves.
"""

import asyncio
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request
from starlette.responses import Response

from terminal.sim.exchange.terms import Refusal
from terminal.sim.serving.calls import OrderCall
from terminal.sim.serving.faults import CHINESE_MESSAGE, Fault
from terminal.sim.serving.loopback import cut
from terminal.sim.serving.store import StateStore
from terminal.sim.woox.auth import check_request
from terminal.sim.woox.endpoints import Endpoint, endpoint_of
from terminal.sim.woox.errors import GATEWAY, WooError, internal, maintenance, of_refusal, too_many
from terminal.sim.woox.fields import Fields, parse_body
from terminal.sim.woox.venue import Call, Stamped, Venue

_PORTAL_PAGE: Final = b"<!DOCTYPE html><html><body><h1>Welcome to the guest network</h1>Please sign in.</body></html>"
_STATUS_PATH: Final = "/v3/public/systemInfo"
_CANCEL: Final = ("DELETE", "/v3/trade/order")
_CLOSED: Final = 2  # the maintenance that closes everything
_SENT_IDS: Final = ("clientOrderId", "clientAlgoOrderId")
_ORDER_IDS: Final = ("orderId", "algoOrderId")


class RestApp:
    """Answers every path that is not `_sim` and not a stream."""

    def __init__(self, venue: Venue, store: StateStore) -> None:
        self._venue = venue
        self._store = store

    async def answer(self, request: Request) -> Response:
        path = request.url.path
        fault = self._venue.faults.take_for_request(path, after=False)
        if fault is not None:
            answer = await self._afflict(fault, request)
            if answer is not None:
                return answer
        body = await request.body()
        response = self._answer(request, body)
        fault = self._venue.faults.take_for_request(path, after=True)
        if fault is not None:
            answer = await self._afflict(fault, request, response)
            if answer is not None:
                return answer
        return response

    def _answer(self, request: Request, body: bytes) -> Response:
        """The undisturbed answer; runs without a pause, so nothing interleaves."""
        now_ms = self._venue.clock.shown_ms()
        endpoint = endpoint_of(request.method, request.url.path)
        if endpoint is None:
            return _json({"success": False, "message": f"no such path {request.url.path[:60]}"}, 404)
        self._venue.tick()
        call: Call | None = None
        status = 200
        try:
            fields = self._fields(request, body)
            self._admit(endpoint, request, body, fields, now_ms)
            call = Call(request.url.path, fields, now_ms)
            result = _success(endpoint, endpoint.handler(self._venue, call), now_ms)
        except (WooError, Refusal) as error:
            refusal = error if isinstance(error, WooError) else of_refusal(error)
            result, status = refusal.body, refusal.http_status
        if endpoint.is_logged and call is not None:
            self._log(call, endpoint, result, status)
        self._store.save_if_changed()
        return _json(result, status)

    def _fields(self, request: Request, body: bytes) -> Fields:
        """A GET and a DELETE have their parameters in the query, the others in a JSON body."""
        if request.method not in {"GET", "DELETE"}:
            return Fields(parse_body(body))
        sent = dict(request.query_params)
        is_cancel = (request.method, request.url.path) == _CANCEL
        if is_cancel and body and not sent and self._venue.faults.is_active("seed_cancel"):
            form = dict(parse_qsl(body.decode("utf-8", "replace")))
            return Fields({"orderId" if name == "order_id" else name: value for name, value in form.items()})
        return Fields(sent)

    def _admit(self, endpoint: Endpoint, request: Request, body: bytes, fields: Fields, now_ms: int) -> None:
        """Rate limit, maintenance and, for private endpoints, the signature."""
        path, venue = request.url.path, self._venue
        symbol = str(fields.raw.get("symbol", "")) if endpoint.per_symbol else ""
        if not endpoint.is_private and not self._take(request, endpoint, symbol):
            raise too_many()
        closed = venue.maintenance
        if closed == _CLOSED and path != _STATUS_PATH:
            raise maintenance()
        if endpoint.is_private:
            target = request_target(request)
            headers, credentials = request.headers, venue.credentials
            check_request(headers, request.method, target, body, credentials, now_ms, venue.window_ms)
            if not self._take(request, endpoint, symbol):
                raise too_many()
        if closed and endpoint.trades:
            raise maintenance()

    def _take(self, request: Request, endpoint: Endpoint, symbol: str) -> bool:
        name = f"{request.method} {request.url.path} {symbol}"
        return self._venue.limits.take(name, endpoint.count, endpoint.span_s)

    def _log(self, call: Call, endpoint: Endpoint, result: dict[str, Any], status: int) -> None:
        data = result.get("data")
        answer = data if isinstance(data, dict) else {}
        line = OrderCall(
            time_ms=call.now_ms,
            path=call.path,
            client_oid=_first(call.fields.raw, _SENT_IDS),
            order_id=_first(answer, _ORDER_IDS) or _first(call.fields.raw, _ORDER_IDS),
            http_status=status,
            code=str(result.get("code", "")),
        )
        self._venue.calls.add(line, is_placing=endpoint.is_placing)

    async def _afflict(self, fault: Fault, request: Request, response: Response | None = None) -> Response | None:
        """Apply a fault; None lets the request (or its answer) pass on."""
        if fault.kind == "delay":
            await asyncio.sleep(fault.delay_ms / 1000)
            return None
        if fault.kind == "drop":
            cut(request)
            return Response(b"", 500)
        if fault.kind == "truncate" and response is not None:
            half = bytes(response.body)[: len(response.body) // 2]
            return Response(half, response.status_code, media_type="application/json")
        return _fault_response(fault)


def _fault_response(fault: Fault) -> Response:
    match fault.kind:
        case "521" | "500":
            return Response(b"Internal Server Error", int(fault.kind), media_type="text/plain")
        case "html":
            return Response(_PORTAL_PAGE, 200, media_type="text/html")
        case "gateway":
            return _json(GATEWAY, 200)
        case "429":
            return _refused(too_many())
        case "codeless":
            return _refused(WooError(None, fault.message or "invalid request"))
        case "chinese":
            return _refused(WooError(-1000, CHINESE_MESSAGE, 500))
    if not fault.code:
        return _refused(internal())
    return _refused(WooError(int(fault.code), fault.message or "System error"))


def _success(endpoint: Endpoint, data: Any, now_ms: int) -> dict[str, Any]:
    if endpoint.is_bare:
        return {"success": True, **data}
    if data is None:
        return {"success": True, "timestamp": now_ms}
    if isinstance(data, Stamped):
        return {"success": True, "data": data.data, "timestamp": data.time_ms}
    return {"success": True, "data": data, "timestamp": now_ms}


def _first(raw: Any, names: tuple[str, ...]) -> str:
    """The first of these fields that holds something, as text."""
    return next((str(raw[name]) for name in names if raw.get(name)), "")


def _refused(error: WooError) -> Response:
    return _json(error.body, error.http_status)


def _json(content: Any, status: int) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")


def request_target(request: Request) -> str:
    """Path and query exactly as they came over the wire."""
    raw_path = request.scope["raw_path"].decode("latin-1")
    query = request.scope["query_string"].decode("latin-1")
    return f"{raw_path}?{query}" if query else raw_path
