"""The newest fifth of a history: locked until somebody opens it on purpose, and every opening is counted."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.lab_history import BAR_MS, END_MS, history
from terminal.app.cli import main
from terminal.lab.lock_box import boxed, locked_words
from terminal.lab.market import LabMarket
from terminal.storage.lab_ledger import FILE, LabLedger

DAY_MS = 96 * BAR_MS
ASKED = ["backtest", "--from", "2026-08-22", "--to", "2026-09-01", "--strategist", "ema-cross", "--progress"]
BOX_MS = END_MS - 2 * DAY_MS  # a fifth of ten days


@pytest.fixture(scope="module")
def ten_days() -> LabMarket:
    return history(10, pattern=1.0, pairs=2)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALPHADESK_HOME", str(tmp_path / "home"))
    return tmp_path


def _run(home: Path, name: str, *more: str) -> dict[str, Any]:
    assert main([*ASKED, "--out", str(home / name), *more]) == 0
    found: dict[str, Any] = json.loads((home / name / "report.json").read_text("utf-8"))
    return found


def test_a_locked_market_ends_before_its_box_and_has_no_later_price(ten_days: LabMarket) -> None:
    market, box = boxed(ten_days, is_open=False)
    assert box is not None
    assert (box.from_ms, box.to_ms) == (BOX_MS, END_MS)
    assert market.close_ms(market.bars - 1) == BOX_MS
    assert market.first == ten_days.first
    assert market.panel.close.shape[1] == ten_days.bars - 2 * 96
    assert np.array_equal(market.panel.close, ten_days.panel.close[:, : market.bars])
    assert int(market.funding_ms[-1]) <= BOX_MS


def test_an_open_box_leaves_the_market_whole(ten_days: LabMarket) -> None:
    market, box = boxed(ten_days, is_open=True)
    assert market is ten_days
    assert box is not None
    assert box.is_open
    assert locked_words(box) == "2026-08-30 to 2026-09-01 UTC"


def test_a_single_day_is_cut_within_the_day_and_three_bars_are_not() -> None:
    _, box = boxed(history(1, pattern=0.0, pairs=1), is_open=False)
    assert box is not None
    assert box.to_ms - box.from_ms == 20 * BAR_MS  # a fifth of 96 bars, rounded up
    day = history(1, pattern=0.0, pairs=1)
    few = day.until(day.first + 2)
    assert boxed(few, is_open=False) == (few, None)


def test_risk_10_nothing_of_the_box_is_in_a_report_that_did_not_open_it(home: Path) -> None:
    report = _run(home, "closed")
    assert report["market"]["to_ms"] == BOX_MS
    assert report["equity"][-1][0] == BOX_MS
    assert report["lock_box"]["is_open"] is False
    assert report["by_lock_box"] == []
    assert any("2026-08-30 to 2026-09-01 UTC, is locked" in each for each in report["verdict"]["sentences"])
    rows = (home / "closed" / "trades.csv").read_text("utf-8").splitlines()
    exits = rows[0].split(",").index("exit_ms")
    assert len(rows) > 10
    assert all(int(row.split(",")[exits]) <= BOX_MS for row in rows[1:])
    page = (home / "closed" / "report.html").read_text("utf-8")
    assert "is locked and in no figure of this page" in page


def test_risk_10_a_second_opening_of_one_version_is_told_as_such(home: Path) -> None:
    _run(home, "closed")
    first, second = _run(home, "one", "--open-lock-box"), _run(home, "two", "--open-lock-box")
    assert first["lock_box"] == {"from_ms": BOX_MS, "to_ms": END_MS, "is_open": True, "openings": 0, "seen": 0}
    assert [each["name"] for each in first["by_lock_box"]] == ["before it", "lock-box"]
    assert sum(each["trades"] for each in first["by_lock_box"]) == first["summary"]["trades"]
    assert any("By the ledger this version had not seen it before" in each for each in first["verdict"]["sentences"])
    assert (second["lock_box"]["openings"], second["lock_box"]["seen"]) == (1, 1)
    assert any(
        "once for this very version before, so it proves less" in each for each in second["verdict"]["sentences"]
    )
    assert "It proves less each time" in (home / "two" / "report.html").read_text("utf-8")


def test_another_version_is_told_that_the_time_was_seen(home: Path) -> None:
    _run(home, "one", "--open-lock-box")
    other = _run(home, "two", "--open-lock-box", "--slippage-bp", "1")
    assert (other["lock_box"]["openings"], other["lock_box"]["seen"]) == (0, 1)
    assert any(
        "1 run before this one had been shown some of that time" in each for each in other["verdict"]["sentences"]
    )
    elsewhere = _run(home, "three", "--open-lock-box", "--seed", "8")
    assert (elsewhere["lock_box"]["openings"], elsewhere["lock_box"]["seen"]) == (0, 0)


def test_lines_of_an_earlier_program_stay_valid(home: Path) -> None:
    """They say nothing of a lock-box, and their seals are those of what they say."""
    _run(home, "one")
    (ledger,) = list((home / "home").rglob(FILE))
    parts = json.loads(ledger.read_text("utf-8"))
    del parts["trial"]["opened_lock_box"]
    parts["seal"] = sha256(json.dumps(parts["trial"], sort_keys=True).encode()).hexdigest()
    ledger.write_text(json.dumps(parts, sort_keys=True) + "\n", "utf-8")
    assert _run(home, "two")["trial"] == 2
    assert [each.opened_lock_box for each in LabLedger(ledger.parent).trials()] == [False, False]
