"""Listen keys over REST. Source: reference section 8."""

from terminal.sim.hashkey.errors import illegal
from terminal.sim.hashkey.venue import Call, Venue


def make(venue: Venue, _call: Call) -> dict[str, str]:
    return {"listenKey": venue.listen_keys.make()}


def renew(venue: Venue, call: Call) -> dict[str, str]:
    if not venue.listen_keys.renew(call.params.text("listenKey")):
        raise illegal("listenKey")
    return {}


def end(venue: Venue, call: Call) -> dict[str, str]:
    """Take the key back; its sockets are closed with the next push."""
    if not venue.listen_keys.end(call.params.text("listenKey")):
        raise illegal("listenKey")
    return {}
