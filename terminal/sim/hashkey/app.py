"""The HTTP side: one dispatcher in front of the endpoint table.

Order of checks: block and faults, path, key, limits, time, signature, then the
handler. Whatever the handler changed is on disk before the answer leaves.
"""

import asyncio
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from terminal.sim.hashkey import errors
from terminal.sim.hashkey.auth import check_key, check_signature, check_time
from terminal.sim.hashkey.call_log import log_lines
from terminal.sim.hashkey.endpoint import Endpoint, Security
from terminal.sim.hashkey.endpoints import ENDPOINTS
from terminal.sim.hashkey.errors import HashKeyError, sentence
from terminal.sim.hashkey.params import Params, form
from terminal.sim.hashkey.venue import Call, Venue
from terminal.sim.serving.faults import CHINESE_MESSAGE, Fault
from terminal.sim.serving.loopback import cut
from terminal.sim.serving.store import StateStore

_MAX_BODY = 1_000_000
_PORTAL_PAGE = b"<!DOCTYPE html><html><body><h1>Welcome to the guest network</h1>Please sign in.</body></html>"
_GATEWAY_PAGE = b"<html><head><title>521</title></head><body>Web server is down. Error code 521</body></html>"
_BLOCKED = 418


class RestApp:
    """Answers every path that is not `_sim` and not a stream."""

    def __init__(self, venue: Venue, store: StateStore) -> None:
        self._venue = venue
        self._store = store

    async def answer(self, request: Request) -> Response:
        path, faults = request.url.path, self._venue.faults
        if self._venue.limits.is_blocked or faults.take("418", path) is not None:
            return Response(b"", _BLOCKED)
        fault = faults.take_for_request(path, after=False)
        answer = None if fault is None else await _afflict(fault, request)
        if answer is not None:
            return answer
        response = self._answer(request, await request.body())
        fault = faults.take_for_request(path, after=True)
        answer = None if fault is None else await _afflict(fault, request, response)
        return response if answer is None else answer

    def _answer(self, request: Request, body: bytes) -> Response:
        """The undisturbed answer; runs without a pause, so nothing interleaves."""
        path, now_ms = request.url.path, self._venue.clock.shown_ms()
        endpoint = ENDPOINTS.get((request.method, path))
        if endpoint is None:
            return _json({"timestamp": now_ms, "status": 404, "error": "Not Found", "path": path}, 404)
        self._venue.tick()
        call: Call | None = None
        try:
            params = self._admit(endpoint, request, body, now_ms)
            call = Call(path, Params(params), body, now_ms)
            result, status = endpoint.handler(self._venue, call), 200
        except HashKeyError as error:
            result, status = error.body(), error.http_status
        if endpoint.is_logged and call is not None:
            for line in log_lines(call, endpoint, result, status):
                self._venue.calls.add(line, is_placing=endpoint.is_placing)
        self._store.save_if_changed()
        return _json(result, status)

    def _admit(self, endpoint: Endpoint, request: Request, body: bytes, now_ms: int) -> dict[str, str]:
        """The request's parameters, the query's over the body's, once the caller may ask this."""
        if len(body) > _MAX_BODY:
            raise HashKeyError(errors.BAD_REQUEST)
        query = bytes(request.scope["query_string"])
        params = form(query) if endpoint.is_json else form(body) | form(query)
        if endpoint.security is Security.NONE:
            return params
        check_key(request.headers, self._venue.credentials)
        if not self._venue.limits.take(endpoint.kind):
            raise HashKeyError(errors.RATE_LIMIT)
        check_time(params, now_ms, self._venue.clock.speed)
        check_signature(
            self._venue.credentials.secret,
            query,
            body,
            is_json=endpoint.is_json,
            signs_raw_batch=self._venue.signs_raw_batch,
        )
        return params


async def _afflict(fault: Fault, request: Request, response: Response | None = None) -> Response | None:
    """Apply a fault; None lets the request (or its answer) pass on."""
    if fault.kind == "delay":
        await asyncio.sleep(fault.delay_ms / 1000)
        return None
    if fault.kind == "drop":
        cut(request)
        return Response(b"", 500)
    if fault.kind == "truncate" and response is not None:
        whole = bytes(response.body)
        return Response(whole[: len(whole) // 2], response.status_code, media_type="application/json")
    return _fault_response(fault)


def _fault_response(fault: Fault) -> Response:
    if fault.kind == "521":
        return Response(_GATEWAY_PAGE, 521, media_type="text/html")
    if fault.kind == "500":
        return Response(b"Internal Server Error", 500, media_type="text/plain")
    if fault.kind == "html":
        return Response(_PORTAL_PAGE, 200, media_type="text/html")
    if fault.kind == "429":
        error = HashKeyError(errors.RATE_LIMIT)
        return _json(error.body(), error.http_status)
    code = fault.code or errors.INTERNAL_ERROR
    usual = CHINESE_MESSAGE if fault.kind == "chinese" else sentence(code)
    return _json({"code": code, "msg": fault.message or usual}, 400)


def _json(content: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")
