"""The HTTP side: one dispatcher in front of the dialects' endpoint tables.

Order of checks: faults, User-Agent (the WAF), path, IP weight, signature, UID
weight, order-call rate, then the handler. Whatever the handler changed is on
disk before the answer leaves.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from terminal.sim.exchange.terms import Refusal
from terminal.sim.serving.calls import OrderCall
from terminal.sim.serving.faults import CHINESE_MESSAGE, Fault
from terminal.sim.serving.loopback import cut
from terminal.sim.serving.store import StateStore
from terminal.sim.weex.auth import check_request, request_tail
from terminal.sim.weex.dialect import Dialect, Endpoint
from terminal.sim.weex.errors import Problem, Rejection, WeexError
from terminal.sim.weex.fields import Fields, parse_body
from terminal.sim.weex.venue import Call, Venue

_MAX_BODY = 1_000_000
_WAF_PAGE = b"<html><head><title>521</title></head><body>Web server is down. Error code 521</body></html>"
_PORTAL_PAGE = b"<!DOCTYPE html><html><body><h1>Welcome to the guest network</h1>Please sign in.</body></html>"
_SERVER_ERROR = b"Internal Server Error"


class RestApp:
    """Answers every path that is not `_sim` and not a stream.

    Args:
        dialects: a path belongs to the first whose prefix it has, else to the first of all.
    """

    def __init__(self, venue: Venue, store: StateStore, dialects: Sequence[Dialect]) -> None:
        self._venue = venue
        self._store = store
        self._dialects = dialects

    async def answer(self, request: Request) -> Response:
        path = request.url.path
        dialect = next((known for known in self._dialects if path.startswith(known.prefixes)), self._dialects[0])
        fault = self._venue.faults.take_for_request(path, after=False)
        if fault is not None:
            answer = await self._afflict(fault, request, dialect)
            if answer is not None:
                return answer
        body = await request.body()
        response = self._answer(request, body, dialect)
        fault = self._venue.faults.take_for_request(path, after=True)
        if fault is not None:
            answer = await self._afflict(fault, request, dialect, response)
            if answer is not None:
                return answer
        return response

    def _answer(self, request: Request, body: bytes, dialect: Dialect) -> Response:
        """The undisturbed answer; runs without a pause, so nothing interleaves."""
        method, path = request.method, request.url.path
        if not request.headers.get("user-agent"):
            return Response(_WAF_PAGE, 521, media_type="text/html")
        now_ms = self._venue.clock.shown_ms()
        endpoint = dialect.endpoints.get((method, path))
        if endpoint is None:
            if dialect.names_methods and path in dialect.paths:
                return _refused(dialect, dialect.refuse(WeexError(Problem.METHOD, method=method)), now_ms)
            return _json(dialect.not_found(path, now_ms), 404)
        self._venue.tick()
        call: Call | None = None
        try:
            self._admit(endpoint, request, body, now_ms)
            call = Call(path, Fields(dict(request.query_params)), Fields(parse_body(body)), body, now_ms)
            result = endpoint.handler(self._venue, call)
            status = 200
        except (WeexError, Refusal) as error:
            rejection = dialect.refuse(error)
            result, status = dialect.envelope(rejection, now_ms), rejection.http_status
        if endpoint.is_logged and call is not None:
            self._log(call, endpoint, dialect, result, status)
        self._store.save_if_changed()
        return _json(result, status)

    def _admit(self, endpoint: Endpoint, request: Request, body: bytes, now_ms: int) -> None:
        """Rate limits and, for private endpoints, the signature."""
        limits = self._venue.limits
        if not limits.take_ip(endpoint.ip_weight):
            raise WeexError(Problem.TOO_MANY)
        if not endpoint.is_private:
            return
        if len(body) > _MAX_BODY:
            raise WeexError(Problem.BODY_TOO_LARGE)
        content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if (request.method == "POST" or body) and content_type != "application/json":
            raise WeexError(Problem.CONTENT_TYPE)
        tail = request_tail(request.method, request_target(request), body)
        check_request(request.headers, tail, self._venue.credentials, now_ms, self._venue.window_ms)
        if not limits.take_uid(endpoint.uid_weight):
            raise WeexError(Problem.TOO_MANY)
        if endpoint.is_order_call and not limits.take_order_call():
            raise WeexError(Problem.TOO_MANY)

    def _log(self, call: Call, endpoint: Endpoint, dialect: Dialect, result: Any, status: int) -> None:
        names = dialect.log_names
        sent = {**call.query.raw, **call.body.raw}
        answer = result if isinstance(result, dict) else {}
        order_id = _first(answer, names.order_ids) or _first(sent, names.order_ids)
        rows = sent.get(names.rows)
        inner = (
            [_first(row, names.client_ids) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        )
        code = str(answer.get("code", ""))
        for client_id in inner or [_first(sent, names.client_ids)]:
            line = OrderCall(call.now_ms, call.path, client_id, order_id, status, code)
            self._venue.calls.add(line, is_placing=endpoint.is_placing)

    async def _afflict(
        self, fault: Fault, request: Request, dialect: Dialect, response: Response | None = None
    ) -> Response | None:
        """Apply a fault; None lets the request (or its answer) pass on."""
        if fault.kind == "delay":
            await asyncio.sleep(fault.delay_ms / 1000)
            return None
        if fault.kind == "drop":
            cut(request)
            return Response(b"", 500)
        if fault.kind == "truncate" and response is not None:
            return _truncated(response)
        return _fault_response(fault, dialect, self._venue.clock.shown_ms())


def _first(raw: Mapping[str, Any], names: Sequence[str]) -> str:
    """The first of these fields that holds something, as text."""
    return next((str(raw[name]) for name in names if raw.get(name)), "")


def _truncated(response: Response) -> Response:
    """Half of the body as if it were all of it."""
    half = bytes(response.body)[: len(response.body) // 2]
    return Response(half, response.status_code, media_type="application/json")


def _fault_response(fault: Fault, dialect: Dialect, now_ms: int) -> Response:
    if fault.kind == "521":
        return Response(_WAF_PAGE, 521, media_type="text/html")
    if fault.kind == "500":
        return Response(_SERVER_ERROR, 500, media_type="text/plain")
    if fault.kind == "html":
        return Response(_PORTAL_PAGE, 200, media_type="text/html")
    if fault.kind == "429":
        return _refused(dialect, dialect.refuse(WeexError(Problem.TOO_MANY)), now_ms)
    message = fault.message or (CHINESE_MESSAGE if fault.kind == "chinese" else "System error")
    system = dialect.refuse(WeexError(Problem.SYSTEM))
    if fault.kind == "chinese" or not fault.code:
        return _refused(dialect, replace(system, message=message), now_ms)
    return _refused(dialect, Rejection(fault.code, message), now_ms)


def _refused(dialect: Dialect, rejection: Rejection, now_ms: int) -> Response:
    return _json(dialect.envelope(rejection, now_ms), rejection.http_status)


def _json(content: Any, status: int) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")


def request_target(request: Request) -> str:
    """Path and query exactly as they came over the wire."""
    raw_path = request.scope["raw_path"].decode("latin-1")
    query = request.scope["query_string"].decode("latin-1")
    return f"{raw_path}?{query}" if query else raw_path
