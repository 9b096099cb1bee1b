"""Connects to the venue a profile names, with the key it is given, the way it names, and no other."""

from websockets.asyncio.client import ClientConnection

from terminal.net.hosts import is_loopback
from terminal.net.route import Route
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.storage.account import AccountKey
from terminal.storage.profiles import Endpoints
from terminal.venues.weex.adapter import Credentials, WeexAdapter

_NO_KEY = AccountKey("", "", "")  # signs nothing: for public market data


def open_adapter(
    endpoints: Endpoints,
    key: AccountKey | None,
    clock: Clock,
    chance: Chance,
    *,
    api_version: str,
    route: Route,
    connection: type[ClientConnection] = ClientConnection,
    account_begins: bool = False,
) -> WeexAdapter:
    """Prepare the adapter; nothing is sent yet. Only an exchange on this machine counts as simulated.

    `account_begins` when the account on the other side begins with this start of the program.

    Raises:
        ConfigError: an address that is neither the venue's own nor on this machine.
    """
    known = key or _NO_KEY
    return WeexAdapter(
        endpoints.rest_url,
        endpoints.public_stream_url,
        endpoints.private_stream_url,
        Credentials(known.key, known.secret, known.passphrase),
        clock,
        chance,
        simulated=is_loopback(endpoints.rest_url),
        keeps_account=not account_begins,
        api_version="v3" if api_version == "v3" else "v2",
        route=route,
        connection=connection,
    )
