"""The contracts of the catalogue: ids, steps, and what one contract is.

Only 101 = `BTC_USD` is in the venue's documents; the other ids and all sizes are simulated,
linear and settled in USDT. One lot of the market is one contract. Source: reference section 3.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Final

from terminal.sim.exchange.rules import ContractRules
from terminal.sim.market.pairs import EIGHT_PAIRS

MAX_LEVERAGE: Final = 20
SETTLE: Final = "USDT"

# pair: contract id, contract size in base coin, price step
_CONTRACTS: Final = {
    "BTC": (101, "0.001", "0.5"),
    "ETH": (102, "0.01", "0.05"),
    "SOL": (103, "0.1", "0.01"),
    "DOGE": (104, "100", "0.00001"),
    "XRP": (105, "10", "0.0001"),
    "ADA": (106, "10", "0.0001"),
    "BNB": (107, "0.01", "0.01"),
    "LTC": (108, "0.1", "0.01"),
}
PAIRS: Final = tuple(
    replace(spec, tick=Decimal(_CONTRACTS[spec.base][2]), lot=Decimal(_CONTRACTS[spec.base][1])) for spec in EIGHT_PAIRS
)
CONTRACT_IDS: Final = {pair: contract[0] for pair, contract in _CONTRACTS.items()}
PAIR_OF_ID: Final = {contract_id: pair for pair, contract_id in CONTRACT_IDS.items()}
PAIR_OF_SPOT: Final = {f"{pair.lower()}_usdt": pair for pair in _CONTRACTS}


def pair_name(pair: str) -> str:
    """`BTC_USD`: the venue writes USD although the figures are USDT."""
    return f"{pair}_USD"


def contracts_in(rules: ContractRules, size: Decimal) -> int:
    """A size in base coin as contracts."""
    return rules.lots(size) or 0
