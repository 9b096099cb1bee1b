"""What the model was shown, as a person reads it: shares in per cent, units, and no figure longer than it is good."""

from dataclasses import replace

from helpers.builders import make_decision
from helpers.market_paths import market
from helpers.snapshot_kit import full_snapshot
from terminal.domain.frozen import BarSpan, SnapshotFrozen
from terminal.domain.instrument import perpetual
from terminal.domain.order_chain import Sealed
from terminal.services.time_machine.input_rows import input_parts


def shown(**changes):
    """Value by title, of the decision's own pair."""
    whole = full_snapshot(market(1, 40))
    views = tuple(replace(view, candles=(), **changes) for view in whole.views)
    frozen = SnapshotFrozen(replace(whole, views=views), (BarSpan(0, 1, 40),) * len(views))
    sealed = Sealed(7, "ab", 1_760_000_000_000, "SnapshotFrozen", "{}", frozen)
    own, *_others = input_parts(sealed, make_decision(instrument_id=perpetual("BTC"), input_json="{}"))
    return {row[0].text: row[1].text for row in own.rows}


def test_shares_are_read_in_per_cent():
    values = shown()
    assert values["Funding rate"] == "0.01 %"
    assert values["Change in 24 h"] == "1.2 %"


def test_figures_have_their_unit_and_a_name_of_their_own():
    values = shown()
    assert values["Mark against index"] == "1.25 bp"
    assert values["Volume of 24 h, USDT"] == "500,000"
    assert values["Book depth bid"] == "90,000 USDT"
    assert "_" not in "".join(values)


def test_an_age_is_no_longer_than_it_is_good_and_a_minus_is_one():
    values = shown(quote_age_s=0.0974678)
    assert values["Age of the quote"] == "0.0975 s"
    assert values["Book imbalance 15"] == "−0.1"
    assert shown(quote_age_s=1_234.5678)["Age of the quote"] == "1,230 s"
