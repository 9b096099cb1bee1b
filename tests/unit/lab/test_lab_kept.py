"""The lab on the bars a profile has kept: the same bars, and clear words where days are missing."""

import json
from pathlib import Path

import numpy as np
import pytest

from helpers.lab_history import BAR_MS, END_MS, history
from terminal.app.cli import main
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.errors import ConfigError
from terminal.domain.instrument import perpetual
from terminal.domain.market import Interval
from terminal.lab.kept import KeptBars
from terminal.lab.market import LabMarket
from terminal.storage.candles.store import CandleFiles
from terminal.storage.paths import profile_paths

DAY_MS = 96 * BAR_MS
FROM_MS = END_MS - 3 * DAY_MS


@pytest.fixture(scope="module")
def made() -> LabMarket:
    return history(4, pattern=1.0, training=384)


def _store(folder: Path, market: LabMarket, *, cut: dict[str, tuple[int, int]] | None = None) -> CandleFiles:
    """Keep a market's bars as a desk does; `cut` gives other bounds for some pairs, (0, 0) keeps none."""
    store = CandleFiles(folder, "WEEX", simulated=True)
    for row, name in enumerate(market.instruments):
        low, high = (cut or {}).get(name.split("-")[0], (0, market.bars))
        if high > low:
            store.write(name, Interval.M15, market.candles(row, low, high))
    return store


def _kept(store: CandleFiles) -> KeptBars:
    return KeptBars(store, ALLOWED_INSTRUMENTS, {}, name="mine", simulated=True, planted=True)


def test_the_kept_bars_are_the_market(tmp_path: Path, made: LabMarket) -> None:
    market = _kept(_store(tmp_path, made)).market(from_ms=FROM_MS, to_ms=END_MS, training_bars=300)
    rows = [market.instruments.index(name) for name in made.instruments]
    assert (market.first, market.bars) == (300, 300 + 3 * 96)
    assert market.close_ms(market.bars - 1) == END_MS
    assert np.array_equal(market.panel.close[rows], made.panel.close[:, -market.bars :])
    assert market.simulated
    assert market.planted
    assert any("No funding history" in note for note in market.notes)
    assert any("never recorded" in note for note in market.notes)


def test_recorded_contract_rules_are_used(tmp_path: Path, made: LabMarket) -> None:
    rules = {name: rule for name, rule in zip(made.instruments, made.rules, strict=True) if name != perpetual("BTC")}
    kept = KeptBars(_store(tmp_path, made), ALLOWED_INSTRUMENTS, rules, name="mine", simulated=True)
    market = kept.market(from_ms=FROM_MS, to_ms=END_MS, training_bars=10)
    assert any("fees of BTC were never recorded" in note for note in market.notes)


def test_missing_days_are_named_and_so_are_those_that_are_there(tmp_path: Path, made: LabMarket) -> None:
    store = _store(tmp_path, made, cut={"ETH": (0, made.bars - 96), "SOL": (made.bars - 2 * 96, made.bars)})
    with pytest.raises(ConfigError) as caught:
        _kept(store).market(from_ms=FROM_MS, to_ms=END_MS, training_bars=10)
    words = str(caught.value)
    assert "ETH lacks 2026-08-31" in words
    assert "SOL lacks 2026-08-29. " in words
    assert "All of them are there from 2026-08-30 to 2026-08-30" in words


def test_days_without_any_common_one_are_said(tmp_path: Path, made: LabMarket) -> None:
    store = _store(tmp_path, made, cut={"ETH": (0, 200), "SOL": (made.bars - 100, made.bars)})
    with pytest.raises(ConfigError, match="No whole day is there for all of them yet"):
        _kept(store).market(from_ms=FROM_MS, to_ms=END_MS, training_bars=10)


def test_a_pair_that_was_never_kept_is_left_out_and_named(tmp_path: Path, made: LabMarket) -> None:
    store = _store(tmp_path, made, cut={"LTC": (0, 0)})
    market = _kept(store).market(from_ms=FROM_MS, to_ms=END_MS, training_bars=10)
    assert perpetual("LTC") not in market.instruments
    assert "LTC is left out: no bars of it are kept." in market.notes


def test_a_damaged_file_is_left_out_and_named(tmp_path: Path, made: LabMarket) -> None:
    store = _store(tmp_path, made)
    file = store.path(perpetual("ADA"), Interval.M15)
    file.write_bytes(file.read_bytes()[:-9])
    market = _kept(store).market(from_ms=FROM_MS, to_ms=END_MS, training_bars=10)
    assert perpetual("ADA") not in market.instruments
    assert any(note.startswith("ADA is left out: the file is damaged") for note in market.notes)


def test_nothing_kept_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="has kept no bars yet"):
        _kept(CandleFiles(tmp_path, "WEEX", simulated=True)).market(from_ms=FROM_MS, to_ms=END_MS, training_bars=10)


def test_the_command_replays_the_profiles_own_bars(
    tmp_path: Path, made: LabMarket, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALPHADESK_HOME", str(tmp_path / "home"))
    _store(profile_paths("demo").candles, made)
    arguments = ["backtest", "--from", "2026-08-29", "--strategist", "ema-cross", "--source", "cache", "--progress"]
    assert main([*arguments, "--to", "2026-09-01", "--out", str(tmp_path / "run"), "--open-lock-box"]) == 0
    report = json.loads((tmp_path / "run" / "report.json").read_text())
    assert report["market"]["source"] == "bars kept by profile demo"
    assert report["market"]["bars"] == 3 * 96
    assert "no rates are known" in " ".join(report["assumptions"])
    assert any("No funding history is kept" in note for note in report["notes"])
    assert main([*arguments, "--to", "2026-09-03", "--out", str(tmp_path / "more")]) == 1
    assert "2026-09-01 to 2026-09-02" in capsys.readouterr().err
    assert not (tmp_path / "more").exists()
