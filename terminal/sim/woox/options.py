"""How a WOO X loopback exchange is started."""

from dataclasses import dataclass

from terminal.sim.serving.options import StartOptions


@dataclass(frozen=True, slots=True)
class ExchangeOptions(StartOptions):
    """Settings of one run.

    Attributes:
        generosity: how many times the documented rate limits are allowed (tests that only read).
        idle_s: real seconds without a frame of the client after which a stream is cut.
        listen_key_ms: how long a listen key lives, exchange time.
    """

    generosity: int = 1
    idle_s: float = 60.0
    listen_key_ms: int = 86_400_000
