"""The base-URL allow list: where this program may send a key.

Only the venue's official hosts over TLS, and this machine for the built-in exchange
(competition rule R11).
"""

from typing import Final
from urllib.parse import urlsplit

from terminal.domain.errors import ConfigError
from terminal.domain.rules import named_rule

OFFICIAL_HOSTS: Final = {"https": "api-contract.weex.com", "wss": "ws-contract.weex.com"}
LOOPBACK_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_CLEAR_SCHEMES: Final = {"https": "http", "wss": "ws"}


def rest_url(url: str) -> str:
    """Check a REST base URL and give it without the trailing slash.

    Raises:
        ConfigError: any host but the official one or this machine.
    """
    checked = _checked(url, "https")
    if urlsplit(checked).path:
        raise ConfigError(f"The address {url} must not carry a path; use only https://host.")
    return checked


def stream_url(url: str) -> str:
    """Check a WebSocket URL.

    Raises:
        ConfigError: any host but the official one or this machine.
    """
    return _checked(url, "wss")


def is_loopback(url: str) -> bool:
    """Tell whether a URL points at this machine."""
    return urlsplit(url).hostname in LOOPBACK_HOSTS


def _checked(url: str, tls_scheme: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ConfigError(f"The address {url!r} cannot be read. Correct it in the settings.") from error
    official = OFFICIAL_HOSTS[tls_scheme]
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ConfigError(f"The address of {parts.hostname} must be only scheme, host, port and path.")
    if parts.scheme == tls_scheme and parts.hostname == official and port in {None, 443}:
        return url.rstrip("/")
    if parts.scheme == _CLEAR_SCHEMES[tls_scheme] and parts.hostname in LOOPBACK_HOSTS:
        return url.rstrip("/")
    raise ConfigError(
        f"{named_rule(11, 'official API')}: the address {url} is not allowed. "
        f"Keys are sent only to {tls_scheme}://{official} "
        f"or to the built-in exchange on this machine. Correct the address in the settings."
    )
