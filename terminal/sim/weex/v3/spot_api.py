"""The few spot endpoints a v3 client reads before it gets to the contracts.

This exchange has no spot market: the answers keep the documented shapes and
are empty, so that a client finds contracts only. Source: reference, ccxt rows.
"""

from typing import Any

from terminal.sim.weex.venue import Call, Venue


def ping(_venue: Venue, _call: Call) -> dict[str, Any]:
    return {}


def coins(_venue: Venue, _call: Call) -> list[Any]:
    """Coins that can be paid in or out: none."""
    return []


def exchange_info(_venue: Venue, _call: Call) -> dict[str, list[Any]]:
    return {"symbols": []}
