"""The HTTP side: one dispatcher in front of the endpoint table.

Order of checks: faults, User-Agent (the WAF), path, IP weight, signature, UID
weight, order-call rate, then the handler. Whatever the handler changed is on
disk before the answer leaves.
"""

import asyncio
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from terminal.sim.exchange.terms import Refusal
from terminal.sim.weex.auth import check_request
from terminal.sim.weex.endpoints import ENDPOINTS, Endpoint
from terminal.sim.weex.faults import CHINESE_MESSAGE, Fault
from terminal.sim.weex.fields import Fields, parse_body
from terminal.sim.weex.replies import WeexError, refusal_error
from terminal.sim.weex.store import StateStore
from terminal.sim.weex.venue import Call, OrderCall, Venue

_MAX_BODY = 1_000_000
_WAF_PAGE = b"<html><head><title>521</title></head><body>Web server is down. Error code 521</body></html>"
_PORTAL_PAGE = b"<!DOCTYPE html><html><body><h1>Welcome to the guest network</h1>Please sign in.</body></html>"
_SERVER_ERROR = b"Internal Server Error"


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
        method, path = request.method, request.url.path
        if not request.headers.get("user-agent"):
            return Response(_WAF_PAGE, 521, media_type="text/html")
        endpoint = ENDPOINTS.get((method, path))
        if endpoint is None:
            return _not_found(path)
        self._venue.tick()
        now_ms = self._venue.clock.shown_ms()
        call: Call | None = None
        try:
            self._admit(endpoint, request, body, now_ms)
            call = Call(path, Fields(dict(request.query_params)), Fields(parse_body(body)), body, now_ms)
            result = self._handle(endpoint, call)
            status = 200
        except WeexError as error:
            result, status = error.body(now_ms), error.http_status
        if endpoint.is_logged and call is not None:
            self._log(call, result, status)
        self._store.save_if_changed()
        return Response(orjson.dumps(result), status, media_type="application/json")

    def _admit(self, endpoint: Endpoint, request: Request, body: bytes, now_ms: int) -> None:
        """Rate limits and, for private endpoints, the signature."""
        limits = self._venue.limits
        if not limits.take_ip(endpoint.ip_weight):
            raise _too_many()
        if not endpoint.is_private:
            return
        if len(body) > _MAX_BODY:
            raise WeexError("40017", "Parameter verification failed: the body is too large")
        content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if request.method == "POST" and content_type != "application/json":
            raise WeexError("40007", "Content-Type must be application/json")
        tail = f"{request.method}{request_target(request)}".encode() + body
        clock = self._venue.clock
        check_request(request.headers, tail, self._venue.credentials, now_ms, clock.window_ms)
        if not limits.take_uid(endpoint.uid_weight):
            raise _too_many()
        if endpoint.is_order_call and not limits.take_order_call():
            raise _too_many()

    def _handle(self, endpoint: Endpoint, call: Call) -> Any:
        try:
            return endpoint.handler(self._venue, call)
        except Refusal as refusal:
            raise refusal_error(refusal) from refusal

    def _log(self, call: Call, result: Any, status: int) -> None:
        raw = call.body.raw
        client_oid = raw.get("client_oid") or raw.get("clientOrderId") or raw.get("clientOid") or ""
        answer = result if isinstance(result, dict) else {}
        order_id = answer.get("order_id") or raw.get("orderId") or ""
        rows = raw.get("orderDataList")
        ids = [row.get("client_oid", "") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        code = str(answer.get("code", ""))
        for one in ids or [client_oid]:
            self._venue.calls.add(OrderCall(call.now_ms, call.path, str(one), str(order_id), status, code))

    async def _afflict(self, fault: Fault, request: Request, response: Response | None = None) -> Response | None:
        """Apply a fault; None lets the request (or its answer) pass on."""
        if fault.kind == "delay":
            await asyncio.sleep(fault.delay_ms / 1000)
            return None
        if fault.kind == "drop":
            cut(request)
            return Response(b"", 500)
        if fault.kind == "truncate" and response is not None:
            return _truncated(response)
        return _fault_response(fault, self._venue.clock.shown_ms())


def _truncated(response: Response) -> Response:
    """Half of the body as if it were all of it."""
    half = bytes(response.body)[: len(response.body) // 2]
    return Response(half, response.status_code, media_type="application/json")


def _fault_response(fault: Fault, now_ms: int) -> Response:
    if fault.kind == "521":
        return Response(_WAF_PAGE, 521, media_type="text/html")
    if fault.kind == "500":
        return Response(_SERVER_ERROR, 500, media_type="text/plain")
    if fault.kind == "html":
        return Response(_PORTAL_PAGE, 200, media_type="text/html")
    if fault.kind == "429":
        error = _too_many()
    elif fault.kind == "chinese":
        error = WeexError("40015", fault.message or CHINESE_MESSAGE)
    else:
        error = WeexError(fault.code, fault.message or "System error")
    return Response(orjson.dumps(error.body(now_ms)), error.http_status, media_type="application/json")


def request_target(request: Request) -> str:
    """Path and query exactly as they came over the wire."""
    raw_path = request.scope["raw_path"].decode("latin-1")
    query = request.scope["query_string"].decode("latin-1")
    return f"{raw_path}?{query}" if query else raw_path


def cut(connection: Any) -> None:
    """Cut the TCP connection under a request or stream."""
    connection.scope["state"]["transport"].abort()


def _too_many() -> WeexError:
    return WeexError("429", "Too many requests", 429)


def _not_found(path: str) -> Response:
    body = {"status": 404, "error": "Not Found", "path": path}
    return Response(orjson.dumps(body), 404, media_type="application/json")
