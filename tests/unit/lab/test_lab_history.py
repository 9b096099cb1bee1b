"""The built-in market's history, and bars from files."""

from pathlib import Path

import numpy as np
import pytest

from helpers.lab_history import BAR_MS, END_MS
from terminal.domain.errors import ConfigError
from terminal.lab.built_in import built_in_market
from terminal.lab.files import COLUMNS, market_from_files
from terminal.lab.market import LabMarket
from terminal.sim.market.pairs import EIGHT_PAIRS


def test_bars_are_whole_and_end_at_the_start_prices(planted: LabMarket) -> None:
    panel = planted.panel
    assert panel.bars == 20 * 96 + 300
    assert np.all(np.diff(panel.open_ms) == BAR_MS)
    assert planted.close_ms(panel.bars - 1) == END_MS
    assert np.all(panel.low <= np.minimum(panel.open, panel.close))
    assert np.all(panel.high >= np.maximum(panel.open, panel.close))
    assert panel.close[:, -1] == pytest.approx([spec.start_price for spec in EIGHT_PAIRS], rel=1e-3)


def test_a_bar_opens_where_the_one_before_closed(planted: LabMarket) -> None:
    assert np.array_equal(planted.panel.open[:, 1:], planted.panel.close[:, :-1])


def test_chunks_do_not_show() -> None:
    """More than a month is made in pieces; the same days of another span have the same returns."""
    long, short = (
        built_in_market(
            seed=3,
            pattern=1.0,
            from_ms=END_MS - days * 96 * BAR_MS,
            to_ms=END_MS,
            training_bars=96,
            specs=EIGHT_PAIRS[:2],
        )
        for days in (40, 5)
    )
    assert np.allclose(long.panel.close[:, -400:], short.panel.close[:, -400:], rtol=2e-4)


def test_funding_is_settled_three_times_a_day(planted: LabMarket) -> None:
    assert np.all(planted.funding_ms % (8 * 3_600_000) == 0)
    assert planted.funding.shape == (8, len(planted.funding_ms))
    assert np.isfinite(planted.funding).all()


def test_files_give_the_same_bars(tmp_path: Path, planted: LabMarket) -> None:
    _write(tmp_path / "BTC.csv", planted, 0)
    _write(tmp_path / "ETH.csv", planted, 1)
    read = market_from_files(tmp_path, from_ms=int(planted.panel.open_ms[50]), to_ms=END_MS)
    assert read.first == 50
    assert not read.simulated
    assert np.array_equal(read.panel.close, planted.panel.close[:2])


def test_a_bar_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "BTC.csv").write_text(",".join(COLUMNS) + "\n1,2,3,x,4,5\n")
    with pytest.raises(ConfigError, match="Line 2"):
        market_from_files(tmp_path, from_ms=0, to_ms=END_MS)


def test_a_gap_is_refused(tmp_path: Path, planted: LabMarket) -> None:
    _write(tmp_path / "BTC.csv", planted, 0, leave_out=40)
    with pytest.raises(ConfigError, match="gap"):
        market_from_files(tmp_path, from_ms=int(planted.panel.open_ms[0]), to_ms=END_MS)


def _write(path: Path, market: LabMarket, row: int, leave_out: int = -1) -> None:
    lines = [",".join(COLUMNS)]
    for bar, candle in enumerate(market.candles(row, 0, market.bars)):
        if bar != leave_out:
            lines.append(",".join(repr(getattr(candle, name)) for name in COLUMNS))
    path.write_text("\n".join(lines) + "\n")
