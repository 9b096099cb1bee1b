"""Index basis, funding rates and open interest."""

from decimal import Decimal

import numpy as np

from terminal.sim.market.pairs import EIGHT_PAIRS
from terminal.sim.market.reference import FUNDING_MS, Reference, next_funding_ms

SETTLED = 1_764_000_000_000 // FUNDING_MS * FUNDING_MS


def test_settlements_are_at_00_08_and_16_utc():
    hours = {next_funding_ms(SETTLED + i * FUNDING_MS) // 3_600_000 % 24 for i in range(3)}
    assert hours == {0, 8, 16}
    assert next_funding_ms(SETTLED) == SETTLED + FUNDING_MS
    assert next_funding_ms(SETTLED + FUNDING_MS - 1) == SETTLED + FUNDING_MS


def test_rates_vary_within_the_cap_and_on_the_step():
    reference = Reference(4, EIGHT_PAIRS)
    rates = {reference.settled_rate(row, SETTLED - k * FUNDING_MS) for row in range(8) for k in range(100)}
    assert max(rates) <= Decimal("0.0005")
    assert min(rates) >= Decimal("-0.0005")
    assert len(rates) > 100
    assert min(rates) < 0 < max(rates)
    assert all(rate == rate.quantize(Decimal("0.000001")) for rate in rates)


def test_estimate_arrives_at_the_settled_rate():
    reference = Reference(4, EIGHT_PAIRS)
    for row in range(8):
        late = reference.funding_rate(row, SETTLED - 1)
        assert late == reference.settled_rate(row, SETTLED)


def test_basis_is_small_and_open_interest_plausible():
    reference = Reference(4, EIGHT_PAIRS)
    basis = reference.basis(29_400_000, 5_000)
    assert basis.shape == (8, 5_000)
    assert np.abs(basis).max() < 0.001
    assert basis.std() > 0.00005
    for row, spec in enumerate(EIGHT_PAIRS):
        value = reference.open_interest(row, SETTLED) * float(spec.lot) * spec.start_price
        assert 100 < value / spec.minute_turnover < 1_000
