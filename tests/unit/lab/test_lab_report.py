"""A run from the command line to the page, and the ledger that counts it."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.lab_history import END_MS, history
from terminal.app.cli import main
from terminal.domain.errors import StorageError
from terminal.lab.html import page_of
from terminal.lab.market import LabMarket
from terminal.lab.report import report_of
from terminal.lab.request import LabRequest
from terminal.lab.run import LabResult, LabRun
from terminal.lab.verdict import verdict_of
from terminal.storage.lab_ledger import LabLedger, Trial

REQUEST = LabRequest("ema-cross", from_ms=0, to_ms=END_MS)


@pytest.fixture(scope="module")
def result() -> LabResult:
    return LabRun(REQUEST, history(10, pattern=1.5), lambda *_: None).go(trial=3, versions=3)


def test_the_command_writes_a_report_and_counts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALPHADESK_HOME", str(tmp_path / "home"))
    arguments = ["backtest", "--from", "2026-08-25", "--to", "2026-09-01", "--strategist", "random", "--progress"]
    for number in (1, 2):
        out = tmp_path / f"run{number}"
        assert main([*arguments, "--seed", str(number), "--out", str(out)]) == 0
        report = json.loads((out / "report.json").read_text())
        assert report["trial"] == number
        assert report["versions_tried"] == number
        rows = (out / "trades.csv").read_text().splitlines()
        assert len(rows) == report["summary"]["trades"] + 1
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert told[-1]["report"].endswith("report.json")
    assert max(each.get("done", 0.0) for each in told) == 1.0


def test_the_same_seed_and_history_give_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two profiles that know nothing of each other; only how long it took may differ."""
    found = []
    for name in ("one", "two"):
        monkeypatch.setenv("ALPHADESK_HOME", str(tmp_path / name))
        out = tmp_path / name / "run"
        arguments = ["--from", "2026-08-27", "--to", "2026-09-01", "--strategist", "ema-cross", "--out", str(out)]
        assert main(["backtest", *arguments, "--progress"]) == 0
        text = (out / "report.json").read_bytes()
        assert b'"seconds":' in text
        found.append((re.sub(rb'"seconds": [\d.]+', b"", text), (out / "trades.csv").read_bytes()))
    assert capsys.readouterr().out
    assert found[0] == found[1]
    assert len(found[0][1].splitlines()) > 10


@pytest.mark.parametrize("strategist", ["embedded", "random"])
def test_a_fit_and_a_draw_come_out_the_same_again(strategist: str) -> None:
    request = replace(REQUEST, strategist=strategist, seed=5, retrain_days=4)
    texts = [
        json.dumps(report_of(LabRun(request, history(8, pattern=1.5, training=640, pairs=3), _quietly).go(1, 1)))
        for _ in range(2)
    ]
    assert texts[0] == texts[1]
    report = json.loads(texts[0])
    assert report["summary"]["trades"] > 0
    folds = report["by_fold"]
    assert len(folds) == (2 if strategist == "embedded" else 0)
    assert sum(each["trades"] for each in folds) in {0, report["summary"]["trades"]}
    assert sum(each["forecasts"] for each in folds) == (report["calibration"] or {"rows": 0})["rows"]
    assert sum(each["trades"] for each in report["by_regime"]) == report["summary"]["trades"]


def test_a_wrong_time_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALPHADESK_HOME", str(tmp_path))
    wrong = ["backtest", "--from", "2026-09-01", "--to", "2026-08-01", "--out", str(tmp_path / "x")]
    assert main(wrong) == 1
    assert "--to must come after --from" in capsys.readouterr().err


def test_the_page_needs_nothing_from_anywhere(result: LabResult) -> None:
    page = page_of(result)
    assert not re.findall(r"(?:src|href)\s*=|@import|url\(|<script", page)
    assert page.count("<svg") >= 2
    assert "says nothing about real markets" in page


def test_the_report_is_plain_json(result: LabResult) -> None:
    report = json.loads(json.dumps(report_of(result), allow_nan=False))
    assert report["summary"]["trades"] == len(result.record.trades)
    names = [each["name"] for each in report["benchmarks"]]
    assert names == ["flat", "buy and hold, equal weight", "random, same turnover", "the same trades inverted"]
    assert report["equity"][-1][1] == pytest.approx(report["summary"]["end_equity"], abs=0.01)


def test_risk_10_a_contaminated_time_proves_nothing(result: LabResult) -> None:
    seen = replace(result, request=replace(REQUEST, contaminated_until_ms=END_MS))
    assert verdict_of(seen).headline.startswith("Contaminated")
    assert not report_of(seen)["gate_earned"]


def test_the_verdict_of_nothing_claims_nothing(plain_market: LabMarket) -> None:
    found = LabRun(replace(REQUEST, strategist="flat"), plain_market, lambda *_: None).go(1, 1)
    assert "opened nothing" in verdict_of(found).headline


def test_risk_10_another_setting_is_another_version(plain_market: LabMarket) -> None:
    shas = {
        LabRun(request, plain_market, lambda *_: None).version_sha
        for request in (REQUEST, replace(REQUEST, slippage_bp=1.0), replace(REQUEST, latency_bars=1))
    }
    assert len(shas) == 3


def test_a_changed_ledger_is_seen(tmp_path: Path) -> None:
    ledger = LabLedger(tmp_path)
    for number in (1, 2, 3):
        ledger.add(_trial(number))
    assert ledger.versions("v9") == 4
    file = tmp_path / "lab-ledger.jsonl"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([lines[0].replace('"trades": 5', '"trades": 6'), *lines[1:]]) + "\n")
    with pytest.raises(StorageError, match="Line 1"):
        ledger.trials()
    file.write_text("\n".join([lines[0], lines[2]]) + "\n")
    with pytest.raises(StorageError, match="Line 2"):
        ledger.add(_trial(3))


def test_a_run_counted_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    ledger = LabLedger(tmp_path)
    ledger.add(_trial(1))
    with pytest.raises(StorageError, match="Another run"):
        ledger.add(_trial(1))


def _quietly(_done: float, _words: str) -> None:
    """Nobody watches."""


def _trial(number: int) -> Trial:
    return Trial(
        number,
        0,
        "random",
        f"v{number}",
        "here",
        0,
        1,
        5,
        -1.0,
        None,
        0.1,
        0.2,
        0.0,
        earned=False,
        headline="",
        report="",
    )
