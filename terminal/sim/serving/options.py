"""How a loopback exchange is started; a venue adds its own limits to `StartOptions`."""

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StartOptions:
    """Settings of one run.

    Attributes:
        port: 0 = any free one.
        speed: exchange seconds per real second.
        state: where the exchange keeps itself; None = nowhere.
        pattern: strength of the hidden pattern in prices, 0 = none.
        start_ms: exchange time at first start; None = the machine's clock.
        anchor_ms: when the shared market stands at its start prices; None = at
            the first start. Exchanges that are to show one market take the
            `genesis_ms` of the first of them.
        ping_interval_s: real seconds between the server's pings.
        history_minutes: length of the candle history at first start.
        rate: market messages a second in total (load mode); 0 = as the market goes.
    """

    port: int = 0
    seed: int = 1
    speed: float = 1.0
    state: Path | None = None
    balance: Decimal = Decimal(1000)
    pattern: float = 1.0
    start_ms: int | None = None
    anchor_ms: int | None = None
    exit_with_parent: bool = False
    ping_interval_s: float = 15.0
    history_minutes: int = 75_600
    rate: int = 0


@dataclass(frozen=True, slots=True)
class Credentials:
    """The one key an exchange accepts; `passphrase` is "" where the venue knows none."""

    key: str
    secret: str
    passphrase: str


def credentials_for(seed: int, venue: str = "weex", *, passphrase: bool = True) -> Credentials:
    """A key that is the same for the same seed and venue; worthless outside the loopback."""

    def derive(part: str) -> str:
        return hashlib.sha256(f"loopback-{venue}/{seed}/{part}".encode()).hexdigest()

    phrase = derive("passphrase")[:12] if passphrase else ""
    return Credentials(f"{venue}_sim_{derive('key')[:24]}", derive("secret")[:48], phrase)
