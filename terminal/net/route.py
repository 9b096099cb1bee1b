"""How requests leave this machine: through which proxy, and with which kind of address."""

import socket
from dataclasses import dataclass
from enum import Enum
from typing import Final


class IpFamily(Enum):
    """Kind of address a connection may use. A venue's key is bound to one: the other comes from another address."""

    ANY = "any"
    IPV4 = "ipv4"
    IPV6 = "ipv6"


_FROM: Final = {IpFamily.IPV4: "0.0.0.0", IpFamily.IPV6: "::"}  # noqa: S104 - an outgoing socket's own side, nothing listens
_SOCKET: Final = {
    IpFamily.ANY: socket.AF_UNSPEC,
    IpFamily.IPV4: socket.AF_INET,
    IpFamily.IPV6: socket.AF_INET6,
}


@dataclass(frozen=True, slots=True)
class Route:
    """The way out. `proxy` is a checked address or None; the environment's proxies are never used."""

    proxy: str | None = None
    ip_family: IpFamily = IpFamily.ANY

    @property
    def socket_family(self) -> socket.AddressFamily:
        """The family for a socket that is opened directly."""
        return _SOCKET[self.ip_family]

    @property
    def local_address(self) -> str | None:
        """The socket's own side, which holds a client library to the family (N18); None leaves it free."""
        return _FROM.get(self.ip_family)


DIRECT: Final = Route()
