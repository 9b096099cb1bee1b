"""Where each venue listens: its sites, and the only addresses a profile beyond the demo ever uses.

WEEX has one site, and its stream's path names the dialect. HashKey has four: "pro" and "global" are
separate companies with separate keys, each with a sandbox. WOO X has "main", and "staging" for
tests. Bit-Z has none: it closed in 2021 and exists as a built-in exchange only.
"""

from dataclasses import dataclass
from typing import Final

from terminal.domain.errors import ConfigError
from terminal.domain.venues import SIMULATED_ONLY, SITES, venue_title

_HASHKEY: Final = {
    "pro": ("api-pro.hashkey.com", "stream-pro.hashkey.com"),
    "global": ("api-glb.hashkey.com", "stream-glb.hashkey.com"),
    "pro-sandbox": ("api-pro.sim.hashkeydev.com", "stream-pro.sim.hashkeydev.com"),
    "global-sandbox": ("api-glb.sim.hashkeydev.com", "stream-glb.sim.hashkeydev.com"),
}
_WOOX: Final = {
    "main": ("api.woox.io", "wss.woox.io"),
    "staging": ("api.staging.woox.io", "wss.staging.woox.io"),
}


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a venue listens."""

    rest_url: str
    public_stream_url: str
    private_stream_url: str

    @property
    def urls(self) -> tuple[str, str, str]:
        return self.rest_url, self.public_stream_url, self.private_stream_url


def official_endpoints(api_version: str, venue: str = "weex", site: str = "") -> Endpoints:
    """Give the venue's own addresses.

    Raises:
        ConfigError: this venue has none.
    """
    site = site or SITES[venue][0]
    if venue == "hashkey":
        rest, stream = _HASHKEY[site]
        base = f"wss://{stream}"
        return Endpoints(f"https://{rest}", f"{base}/quote/ws/v2", f"{base}/api/v1/ws")
    if venue == "woox":
        rest, stream = _WOOX[site]
        base = f"wss://{stream}/v3"
        return Endpoints(f"https://{rest}", f"{base}/public", f"{base}/private")
    if venue in SIMULATED_ONLY:
        raise ConfigError(
            f"{venue_title(venue)} closed in 2021 and has no address any more. Use it in a demo profile, "
            "where it is a built-in exchange on this machine."
        )
    stream = f"wss://ws-contract.weex.com/{api_version}/ws"
    return Endpoints("https://api-contract.weex.com", f"{stream}/public", f"{stream}/private")
