"""How a loopback exchange is started."""

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ExchangeOptions:
    """Settings of one run.

    Attributes:
        port: 0 = any free one.
        speed: exchange seconds per real second.
        state: where the exchange keeps itself; None = nowhere.
        pattern: strength of the hidden pattern in prices, 0 = none.
        start_ms: exchange time at first start; None = the machine's clock.
        weight_per_10s: size of the IP and of the UID bucket.
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
    exit_with_parent: bool = False
    weight_per_10s: int = 500
    orders_per_s: int = 10
    ping_interval_s: float = 15.0
    history_minutes: int = 75_600
    rate: int = 0


@dataclass(frozen=True, slots=True)
class Credentials:
    """The one key this exchange accepts."""

    key: str
    secret: str
    passphrase: str


def credentials_for(seed: int) -> Credentials:
    """A key that is the same for the same seed; worthless outside the loopback."""

    def derive(part: str) -> str:
        return hashlib.sha256(f"loopback-weex/{seed}/{part}".encode()).hexdigest()

    return Credentials(f"weex_sim_{derive('key')[:24]}", derive("secret")[:48], derive("passphrase")[:12])
