"""A profile's proxy: one plain address, or none."""

from importlib.util import find_spec
from typing import Final
from urllib.parse import urlsplit

from terminal.domain.errors import ConfigError

SCHEMES: Final = ("http", "https", "socks5", "socks5h")
# httpx speaks SOCKS with the first, websockets with the second; neither brings it along.
_SOCKS_NEEDS: Final = ("socksio", "python_socks")


def checked_proxy(text: str) -> str | None:
    """Give the address, or None when it is empty.

    Raises:
        ConfigError: no such address, one that carries a password, or a SOCKS one that this
            installation cannot use.
    """
    url = text.strip()
    if not url:
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.username is not None or parts.password is not None:
        raise ConfigError(
            "A proxy address may not carry a user name or password: settings files hold no secrets. "
            "Use a proxy that lets this machine through, or a tunnel on it."
        )
    if parts.scheme not in SCHEMES or not host or port is None or parts.path.strip("/") or parts.query:
        raise ConfigError(
            f"{url!r} is no proxy address. Write it like http://host:3128, https://host:3128 or socks5://host:1080."
        )
    if parts.scheme.startswith("socks") and not all(find_spec(name) for name in _SOCKS_NEEDS):
        raise ConfigError(
            "A SOCKS proxy needs two packages that are not installed: socksio and python-socks. "
            "Install them beside the program, or use an http proxy."
        )
    return url.rstrip("/")
