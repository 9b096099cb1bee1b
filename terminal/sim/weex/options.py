"""How the WEEX exchange is started."""

from dataclasses import dataclass

from terminal.sim.serving.options import StartOptions


@dataclass(frozen=True, slots=True)
class ExchangeOptions(StartOptions):
    """Settings of one run.

    Attributes:
        weight_per_10s: size of the IP and of the UID bucket.
        orders_per_s: order calls within a second.
    """

    weight_per_10s: int = 500
    orders_per_s: int = 10
