"""One table a dialect: what each endpoint costs, and calls built from it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from terminal.net.calls.caller import Call
from terminal.net.limiter import Cost, Lane

TIME: Final = "market/time"
AI_LOG: Final = "order/uploadAiLog"
"""Endpoints both dialects name alike."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Costs by method and name, such as `GET order/detail`; paths are `prefix` + name."""

    prefix: str
    costs: Mapping[str, Cost]

    def path(self, name: str) -> str:
        return self.prefix + name

    def public(self, name: str, **query: str | None) -> Call:
        """Build an unsigned GET, leaving out what is None."""
        return Call("GET", self.path(name), self.costs[f"GET {name}"], query=_present(query), signed=False)

    def get(self, name: str, **query: str | None) -> Call:
        """Build a signed GET, leaving out what is None."""
        return Call("GET", self.path(name), self.costs[f"GET {name}"], query=_present(query))

    def bulk(self, name: str, **query: str | None) -> Call:
        """Build an unsigned GET nobody is in a hurry for."""
        return replace(self.public(name, **query), lane=Lane.BULK)

    def post(
        self, name: str, body: Mapping[str, Any] | bytes, lane: Lane = Lane.READ, *, is_write: bool = True
    ) -> Call:
        """Build a signed POST; bytes are sent as they are. Some POSTs only read: `is_write` False."""
        raw = body if isinstance(body, bytes) else orjson.dumps(body)
        return Call("POST", self.path(name), self.costs[f"POST {name}"], body=raw, lane=lane, is_write=is_write)

    def delete(self, name: str, body: Mapping[str, Any] | None = None, **query: str | None) -> Call:
        """Build a signed DELETE; these are cancels, so they take the exit lane."""
        return Call(
            "DELETE",
            self.path(name),
            self.costs[f"DELETE {name}"],
            query=_present(query),
            body=b"" if body is None else orjson.dumps(body),
            lane=Lane.EXIT,
            is_write=True,
        )


def _present(query: Mapping[str, str | None]) -> tuple[tuple[str, str], ...]:
    return tuple((key, value) for key, value in query.items() if value is not None)
