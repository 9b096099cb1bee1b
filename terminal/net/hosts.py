"""The base-URL allow list: where this program may send a key.

Only a venue's official hosts over TLS, and this machine for the built-in exchanges
(competition rule R11). One venue's key never goes to another's host.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from terminal.domain.errors import ConfigError
from terminal.domain.rules import named_rule


@dataclass(frozen=True, slots=True)
class VenueHosts:
    """A venue's official hosts, reached over TLS only; none for a venue that exists on this machine alone."""

    rest: tuple[str, ...] = ()
    stream: tuple[str, ...] = ()


WEEX_HOSTS: Final = VenueHosts(("api-contract.weex.com",), ("ws-contract.weex.com",))
HASHKEY_HOSTS: Final = VenueHosts(  # two sites, each with a sandbox
    ("api-pro.hashkey.com", "api-glb.hashkey.com", "api-pro.sim.hashkeydev.com", "api-glb.sim.hashkeydev.com"),
    (
        "stream-pro.hashkey.com",
        "stream-glb.hashkey.com",
        "stream-pro.sim.hashkeydev.com",
        "stream-glb.sim.hashkeydev.com",
    ),
)
WOOX_HOSTS: Final = VenueHosts(
    ("api.woox.io", "api.staging.woox.io"),
    ("wss.woox.io", "wss.staging.woox.io"),
)
BITZ_HOSTS: Final = VenueHosts()  # closed in 2021; whoever owns its names now must never see a key
ALL_OFFICIAL: Final = frozenset(
    host for venue in (WEEX_HOSTS, HASHKEY_HOSTS, WOOX_HOSTS, BITZ_HOSTS) for host in (*venue.rest, *venue.stream)
)
"""Every venue's; each adapter lets its own through only."""
LOOPBACK_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_CLEAR_SCHEMES: Final = {"https": "http", "wss": "ws"}


def rest_url(url: str, hosts: VenueHosts = WEEX_HOSTS) -> str:
    """Check a REST base URL and give it without the trailing slash.

    Raises:
        ConfigError: any host but an official one or this machine.
    """
    checked = _checked(url, "https", hosts.rest)
    if urlsplit(checked).path:
        raise ConfigError(f"The address {url} must not carry a path; use only https://host.")
    return checked


def stream_url(url: str, hosts: VenueHosts = WEEX_HOSTS) -> str:
    """Check a WebSocket URL.

    Raises:
        ConfigError: any host but an official one or this machine.
    """
    return _checked(url, "wss", hosts.stream)


def is_loopback(url: str) -> bool:
    """Tell whether a URL points at this machine."""
    return urlsplit(url).hostname in LOOPBACK_HOSTS


def _checked(url: str, tls_scheme: str, official: tuple[str, ...]) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ConfigError(f"The address {url!r} cannot be read. Correct it in the settings.") from error
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ConfigError(f"The address of {parts.hostname} must be only scheme, host, port and path.")
    if parts.scheme == tls_scheme and parts.hostname in official and port in {None, 443}:
        return url.rstrip("/")
    if parts.scheme == _CLEAR_SCHEMES[tls_scheme] and parts.hostname in LOOPBACK_HOSTS:
        return url.rstrip("/")
    only = "".join(f"{tls_scheme}://{host} or " for host in official)
    raise ConfigError(
        f"{named_rule(11, 'official API')}: the address {url} is not allowed. "
        f"Keys are sent only to {only}the built-in exchange on this machine. Correct the address in the settings."
    )
