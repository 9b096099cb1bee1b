"""Building calls and reading what their envelopes hold."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

import orjson
from pydantic import BaseModel

from terminal.domain.errors import MalformedReply
from terminal.net.calls.caller import Call, Caller, unreadable
from terminal.net.calls.paging import Page
from terminal.net.limiter import Lane
from terminal.net.wire.decode import parse, parse_list
from terminal.venues.woox.codes import VENUE
from terminal.venues.woox.rest.limits import cost_of
from terminal.venues.woox.wire.orders import Meta

_Model = TypeVar("_Model", bound=BaseModel)
_PREFIX: Final = "/v3/"


def public(name: str, *, lane: Lane = Lane.READ, **query: str | None) -> Call:
    """Build an unsigned GET, leaving out what is None."""
    return Call("GET", _PREFIX + name, cost_of("GET", name), query=_present(query), lane=lane, signed=False)


def get(name: str, *, lane: Lane = Lane.READ, **query: str | None) -> Call:
    """Build a signed GET, leaving out what is None."""
    return Call("GET", _PREFIX + name, cost_of("GET", name), query=_present(query), lane=lane)


def sending(method: str, name: str, body: Mapping[str, Any] | bytes, lane: Lane = Lane.READ) -> Call:
    """Build a signed POST or PUT; bytes are sent as they are."""
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return Call(method, _PREFIX + name, cost_of(method, name), body=raw, lane=lane, is_write=True)


def delete(name: str, **query: str | None) -> Call:
    """Build a signed DELETE; these are cancels, so they take the exit lane."""
    return Call("DELETE", _PREFIX + name, cost_of("DELETE", name), query=_present(query), lane=Lane.EXIT, is_write=True)


class Asker:
    """Sends calls and reads `data` of their answers. Everything raises `VenueError`."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller

    async def whole(self, call: Call, model: type[_Model]) -> _Model:
        """Read the envelope itself: for answers that carry their time beside the data."""
        return _read(call, model, await self.caller.read(call))

    async def data(self, call: Call, model: type[_Model]) -> _Model:
        """Read one object."""
        return _read(call, model, _data(call, await self.caller.read(call)))

    async def rows(self, call: Call, model: type[_Model]) -> list[_Model]:
        """Read a list that comes whole."""
        return _rows(call, model, _data(call, await self.caller.read(call)))

    async def raw_rows(self, call: Call) -> list[dict[str, Any]]:
        """Read a list whose rows are not looked at yet."""
        rows = _data(call, await self.caller.read(call)).get("rows")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise unreadable(MalformedReply("The answer holds no list."), call, VENUE)
        return rows

    async def page(self, call: Call, model: type[_Model]) -> Page[_Model]:
        """Read one page of a list; without a word on the whole, a page that is not empty may have another after it."""
        data = _data(call, await self.caller.read(call))
        rows = _rows(call, model, data)
        if not isinstance(data.get("meta"), dict):
            return Page(rows, has_more=bool(rows))
        meta = _read(call, Meta, data["meta"])
        return Page(rows, has_more=bool(rows) and meta.page * meta.size < meta.total)

    async def write(self, call: Call, model: type[_Model]) -> _Model:
        """Send once and read one object."""
        return _read(call, model, _data(call, await self.caller.write(call)))

    async def order(self, call: Call) -> None:
        """Send once; only that it was taken matters."""
        await self.caller.write(call)


def _present(query: Mapping[str, str | None]) -> tuple[tuple[str, str], ...]:
    return tuple((key, value) for key, value in query.items() if value is not None)


def _data(call: Call, envelope: Any) -> dict[str, Any]:
    data = envelope.get("data")
    if not isinstance(data, dict):
        raise unreadable(MalformedReply("The answer holds no data."), call, VENUE)
    return data


def _rows(call: Call, model: type[_Model], data: dict[str, Any]) -> list[_Model]:
    if not isinstance(data.get("rows"), list):
        raise unreadable(MalformedReply("The answer holds no list."), call, VENUE)
    try:
        return parse_list(model, data["rows"])
    except MalformedReply as error:
        raise unreadable(error, call, VENUE) from error


def _read(call: Call, model: type[_Model], value: Any) -> _Model:
    try:
        return parse(model, value)
    except MalformedReply as error:
        raise unreadable(error, call, VENUE) from error
