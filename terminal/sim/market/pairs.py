"""The eight markets of the competition as the simulator opens them.

Steps follow the venue's contract list; start prices are where each market
stands at the moment the simulated exchange starts.
"""

from decimal import Decimal

from terminal.sim.market.types import PairSpec


def _pair(
    base: str,
    tick: str,
    lot: str,
    *,
    price: float,
    volatility: float,
    beta: float,
    turnover: float,
) -> PairSpec:
    return PairSpec(
        base=base,
        tick=Decimal(tick),
        lot=Decimal(lot),
        min_lots=1,
        start_price=price,
        annual_volatility=volatility,
        beta=beta,
        minute_turnover=turnover,
    )


EIGHT_PAIRS: tuple[PairSpec, ...] = (
    _pair("BTC", "0.1", "0.0001", price=90_000.0, volatility=0.42, beta=1.08, turnover=2_500_000.0),
    _pair("ETH", "0.01", "0.001", price=3_000.0, volatility=0.58, beta=1.10, turnover=1_600_000.0),
    _pair("SOL", "0.01", "0.1", price=137.0, volatility=0.72, beta=1.02, turnover=500_000.0),
    _pair("DOGE", "0.00001", "100", price=0.147, volatility=0.85, beta=0.96, turnover=200_000.0),
    _pair("XRP", "0.0001", "10", price=2.04, volatility=0.72, beta=0.94, turnover=300_000.0),
    _pair("ADA", "0.0001", "10", price=0.43, volatility=0.78, beta=0.96, turnover=120_000.0),
    _pair("BNB", "0.01", "0.1", price=874.0, volatility=0.50, beta=0.92, turnover=150_000.0),
    _pair("LTC", "0.01", "0.1", price=83.0, volatility=0.64, beta=0.90, turnover=90_000.0),
)
