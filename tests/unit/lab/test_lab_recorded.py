"""Recorded answers of a language model in the lab: read again from the bytes that were kept, and never asked anew."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from helpers import fake_llm as llm
from helpers import market_paths
from helpers.fake_llm import MODEL
from helpers.language_kit import Desk, language_model
from helpers.store_journal import StoreJournal
from terminal.app.cli import main
from terminal.domain.brain import ModelExchange
from terminal.domain.language_model import LanguageModel, StrategySettings
from terminal.domain.market import Interval
from terminal.domain.snapshot import MarketSnapshot
from terminal.services.review.input_freezer import InputFreezer, frozen_snapshot
from terminal.storage.candles.store import CandleFiles
from terminal.storage.paths import ProfilePaths, profile_paths
from terminal.storage.profile_strategy import save_strategy
from terminal.storage.profiles import strategy_file
from terminal.strategy.bars import BarPanel

DAY_MS = 86_400_000
BARS = 800  # from 2025-10-14 on
ASKED = (580, 600, 620, 640, 680, 700)  # bars known when a cycle asked: five days on, and the day after that
REFUSED = 660
LONG_BTC = llm.deciding(lambda f: llm.answer(f, llm.opening(f, "BTC"), llm.hold(f, "ETH")))


@pytest.fixture(scope="module")
def panel() -> BarPanel:
    return market_paths.market(3, bars=BARS, bases=("BTC", "ETH"))


@pytest.fixture(scope="module")
def answered(panel: BarPanel) -> list[tuple[MarketSnapshot, list[ModelExchange]]]:
    """What a journal holds of some cycles: a real model's code asked a scripted server."""
    with llm.served(LONG_BTC) as server:
        found = [_cycle(panel, bars, server.base_url) for bars in ASKED]
    with llm.served(llm.error(402, "Insufficient balance")) as server:
        found.append(_cycle(panel, REFUSED, server.base_url))
    return sorted(found, key=lambda each: each[0].bar_close_ms)


@pytest.fixture
def home(
    tmp_path: Path,
    panel: BarPanel,
    answered: list[tuple[MarketSnapshot, list[ModelExchange]]],
    monkeypatch: pytest.MonkeyPatch,
) -> ProfilePaths:
    """A demo profile that has kept its bars and recorded the cycles."""
    monkeypatch.setenv("ALPHADESK_HOME", str(tmp_path / "home"))
    paths = profile_paths("demo")
    _keep(paths, panel)
    journal, freezer = StoreJournal(paths.journal), InputFreezer()
    for snapshot, exchanges in answered:
        blocks = tuple(freezer.blocks(snapshot))
        journal.write(*blocks, frozen_snapshot(snapshot), *exchanges)
        freezer.hold(snapshot, *blocks)
    first, (told, *_) = answered[0]
    journal.write(replace(told, exchange_id="xagain", at_ms=first.created_ms + DAY_MS))  # asked again about the past
    journal.close()
    return paths


def test_recorded_answers_are_replayed_on_the_kept_bars(home: ProfilePaths, tmp_path: Path) -> None:
    report = _report(tmp_path, "a")
    assert report["strategist"] == "language:tiny"
    assert report["market"]["source"] == "bars kept by profile demo"
    assert (report["decisions"], report["openings"]) == (6, 6)
    assert report["summary"]["trades"] >= 2
    assert "a bar late" in report["assumptions"][0]
    notes = " ".join(report["notes"])
    assert "7 recorded cycles of language:tiny" in notes
    assert "Failures are no holds: billing 1." in notes
    assert "contaminated_until" in notes
    assert report["calibration"]["rows"] >= 2
    rows = (tmp_path / "a" / "trades.csv").read_text()
    assert "0.62" in rows


def test_the_same_answers_give_the_same_report(home: ProfilePaths, tmp_path: Path) -> None:
    one, two = (_report(tmp_path, name, whole=False) for name in ("one", "two"))
    assert one["version_sha256"] == two["version_sha256"]
    assert {**one, "seconds": 0, "trial": 0} == {**two, "seconds": 0, "trial": 0}


def test_a_locked_day_hides_its_answers_and_is_the_same_version(home: ProfilePaths, tmp_path: Path) -> None:
    locked, whole = _report(tmp_path, "locked", whole=False), _report(tmp_path, "whole")
    assert locked["version_sha256"] == whole["version_sha256"]
    assert (locked["decisions"], whole["decisions"]) == (4, 6)
    assert "5 recorded cycles of language:tiny" in " ".join(locked["notes"])


def test_the_embedded_model_alone_is_measured_on_the_same_days(home: ProfilePaths, tmp_path: Path) -> None:
    """It is fitted on the bars before the first answer, or the report says why it could not be."""
    report = _report(tmp_path, "beside")
    assert "embedded model alone" in [each["name"] for each in report["benchmarks"]]
    assert _run(tmp_path / "early", "language:tiny", "--open-lock-box", first="2025-10-16") == 0
    early = json.loads((tmp_path / "early" / "report.json").read_text())
    assert "embedded model alone" not in [each["name"] for each in early["benchmarks"]]
    told = " ".join(early["notes"])
    assert "The embedded model alone is not among the plain rules: A model needs 500 bars" in told


def test_what_lies_before_the_contaminated_day_counts_for_nothing(home: ProfilePaths, tmp_path: Path) -> None:
    until_ms = market_paths.START_MS + 7 * DAY_MS  # 2025-10-21: four of the cycles came before
    model = LanguageModel("tiny", "http://127.0.0.1:1/v1", MODEL, contaminated_until_ms=until_ms)
    save_strategy(strategy_file("demo"), StrategySettings(models=(model,)))
    report = _report(tmp_path, "part")
    assert report["market"]["from_ms"] == until_ms
    assert report["openings"] == 2
    assert report["contaminated_part"]["to_ms"] == until_ms
    assert report["contaminated_part"]["trades"] >= 1
    page = (tmp_path / "part" / "report.html").read_text()
    assert "<h2>Contaminated</h2>" in page
    assert "counts for nothing" in " ".join(report["verdict"]["sentences"])

    later = replace(model, contaminated_until_ms=until_ms + 30 * DAY_MS)
    save_strategy(strategy_file("demo"), StrategySettings(models=(later,)))
    report = _report(tmp_path, "whole")
    assert report["contaminated"]
    assert not report["gate_earned"]
    assert report["verdict"]["headline"].startswith("Contaminated")
    assert "Nothing below counts towards a promotion" in (tmp_path / "whole" / "report.html").read_text()


def test_nothing_recorded_says_what_to_do(
    home: ProfilePaths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(tmp_path / "x", "language:other") == 1
    assert "No answers of language:other are recorded in this profile" in capsys.readouterr().err
    assert _run(tmp_path / "x", "language:tiny", first="2025-10-15", last="2025-10-17") == 1
    words = capsys.readouterr().err
    assert "There are some from 2025-10-20 to 2025-10-21" in words
    assert not (tmp_path / "x").exists()


def test_other_prices_are_refused(home: ProfilePaths, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _keep(home, market_paths.market(4, bars=BARS, bases=("BTC", "ETH")))
    assert _run(tmp_path / "x", "language:tiny") == 1
    assert "given on other prices than these bars" in capsys.readouterr().err


def test_a_changed_answer_is_a_failure_and_no_decision(home: ProfilePaths, tmp_path: Path, panel: BarPanel) -> None:
    """An answer whose bytes do not fit the inputs frozen beside it is refused, as it would have been live."""
    snapshot = _snapshot(panel, 720)
    with llm.served(LONG_BTC) as server:
        _, (told,) = _cycle(panel, 720, server.base_url)
    journal, freezer = StoreJournal(home.journal), InputFreezer()
    wrong = replace(told, request=told.request.replace("rsi14_15m", "rsi15_15m"))
    journal.write(*freezer.blocks(snapshot), frozen_snapshot(snapshot), wrong)
    journal.close()
    report = _report(tmp_path, "changed")
    assert report["openings"] == 6
    assert "invalid output 1" in " ".join(report["notes"])


def _snapshot(panel: BarPanel, bars: int) -> MarketSnapshot:
    return market_paths.snapshot(panel.first(bars), cycle_id=f"c-{bars}", snapshot_id=f"s-{bars}")


def _cycle(panel: BarPanel, bars: int, base_url: str) -> tuple[MarketSnapshot, list[ModelExchange]]:
    snapshot = _snapshot(panel, bars)
    desk = Desk(replace(language_model(_At(base_url))))
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(desk.decide(snapshot))
    exchanges = [replace(each, at_ms=snapshot.created_ms, exchange_id=f"x{bars}") for each in desk.exchanges]
    return snapshot, exchanges


class _At:
    """All that a model's settings need of a server."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url


def _keep(paths: ProfilePaths, panel: BarPanel) -> None:
    store = CandleFiles(paths.candles, "WEEX", simulated=True)
    for row, name in enumerate(panel.instruments):
        store.write(name, Interval.M15, market_paths.candles(panel, row))


def _run(out: Path, name: str, *more: str, first: str = "2025-10-20", last: str = "2025-10-22") -> int:
    asked = ["backtest", "--from", first, "--to", last, "--strategist", name, "--out", str(out), "--progress"]
    return main([*asked, *more])


def _report(folder: Path, name: str, *, whole: bool = True) -> dict:
    assert _run(folder / name, "language:tiny", *(("--open-lock-box",) if whole else ())) == 0
    return json.loads((folder / name / "report.json").read_text())
