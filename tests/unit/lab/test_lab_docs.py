"""What the README says of the two reports in docs/lab is what stands in them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
REPORTS = ROOT / "docs" / "lab"


def _words() -> str:
    return " ".join((ROOT / "README.md").read_text("utf-8").split())


def _report(name: str) -> dict[str, Any]:
    return json.loads((REPORTS / name / "report.json").read_text("utf-8"))


def test_the_planted_figures_are_those_of_the_report() -> None:
    found = re.search(r"earned ([+-]\d+) bp a trade after costs \(([\d,]+) trades, (\d+) days\)", _words())
    assert found, "README names the result of the planted market"
    bound = _report("planted")["summary"]["net_bp"]
    assert found[1] == f"{bound['mean']:+.0f}"
    assert found[2] == f"{bound['rows']:,}"
    assert found[3] == str(bound["days"])


def test_the_gate_and_the_ema_cross_are_told_as_they_stand() -> None:
    report = _report("planted")
    own = report["summary"]["growth"] / report["summary"]["drawdown"]
    cross = next(each for each in report["benchmarks"] if each["name"].startswith("EMA"))
    lacking = [row["name"] for row in report["gate"] if not row["ok"]]
    assert "less for its falls than a plain EMA cross" in _words()
    assert cross["ratio"] > own
    assert "so the promotion gate refuses it" in _words()
    assert not report["gate_earned"]
    assert lacking == ["EMA cross"]


def test_nothing_was_opened_where_nothing_is_planted() -> None:
    report = _report("nothing-planted")
    assert "where nothing is planted it found nothing and opened nothing" in _words()
    assert report["summary"]["trades"] == 0
    assert not report["market"]["planted"]
    assert not report["gate_earned"]


@pytest.mark.parametrize("name", ["planted", "nothing-planted"])
def test_page_and_data_are_of_one_run(name: str) -> None:
    report = _report(name)
    page = (REPORTS / name / "report.html").read_text("utf-8")
    assert f"(docs/lab/{name}/report.html)" in _words()
    assert report["verdict"]["headline"] in page
    assert all(sentence in page for sentence in report["verdict"]["sentences"])
    assert not re.findall(r"(?:src|href)\s*=|@import|url\(|<script", page)
    assert "says nothing about real markets" in page or "hold nothing to find" in page
