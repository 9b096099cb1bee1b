"""How the HashKey exchange is started."""

from dataclasses import dataclass

from terminal.sim.serving.options import StartOptions


@dataclass(frozen=True, slots=True)
class ExchangeOptions(StartOptions):
    """Settings of one run.

    Attributes:
        ping_interval_s: real seconds between the server's pings on a private stream.
        queries_per_s: signed queries within a second.
        orders_per_s: order calls within a second.
        more_pairs: list SOL and XRP too; ADA and BNB are never listed.
        signs_raw_batch: also accept a batch whose signature covers its JSON body.
    """

    ping_interval_s: float = 30.0
    queries_per_s: int = 2
    orders_per_s: int = 10
    more_pairs: bool = False
    signs_raw_batch: bool = False
