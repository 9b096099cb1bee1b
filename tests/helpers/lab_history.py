"""Small histories of the built-in market for tests of the lab."""

from terminal.lab.built_in import built_in_market
from terminal.lab.market import LabMarket
from terminal.sim.market.pairs import EIGHT_PAIRS

BAR_MS = 900_000
END_MS = 1_788_220_800_000  # 2026-09-01 00:00 UTC


def history(days: int, *, pattern: float, seed: int = 7, training: int = 300, pairs: int = 8) -> LabMarket:
    return built_in_market(
        seed=seed,
        pattern=pattern,
        from_ms=END_MS - days * 96 * BAR_MS,
        to_ms=END_MS,
        training_bars=training,
        specs=EIGHT_PAIRS[:pairs],
    )
