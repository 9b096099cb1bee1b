"""A whole trading day on the real loopback exchange, and everything a judge may ask of it afterwards."""

import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from helpers.storm_figures import day_figures_of
from simulation import mutants
from simulation.day_oracles import DayJudge
from simulation.day_world import RESET_MS, DayDisk
from simulation.whole_day import BARS, Day, Prepare, run_day
from terminal.app.cli import main
from terminal.domain.ai_log import AiLogState
from terminal.domain.order import Order, Origin
from terminal.storage.pack.judge_verify import UNTRACED

SEED = 1
ELSEWHERE = {Origin.PROGRAM_STOP, Origin.API_TEST}  # of venues that keep no stops, and of a rehearsal


def live(seed: int, folder: Path, prepare: Prepare | None = None, bars: int = BARS) -> Day:
    """Live through a day in a profile's folder, and judge it."""
    folder.mkdir(parents=True)
    (folder / "chain.key").write_text(f"{DayDisk.key.hex()}\n")
    return run_day(seed, folder, lambda day: DayJudge(day).judge(), prepare, bars)


def without_log(day: Day) -> list[Order]:
    """The orders whose gap a person recorded."""
    core = day.world.engine.core
    gone = [log.client_order_id for log in core.outbox.logs.values() if log.state is AiLogState.GAP]
    return [core.ledger.orders[name] for name in gone]


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """The day, lived through once, and the folder it left behind."""
    folder = tmp_path_factory.mktemp("day") / "profile"
    return live(SEED, folder), folder


def test_a_whole_day(lived, record_property) -> None:
    day, _ = lived
    record_property("day", day_figures_of(day))
    assert day.world.violations == []
    assert (day.restarts, day.crashes) == (2, 1)


def test_the_day_had_everything_in_it(lived) -> None:
    """A day on which nothing happened proves nothing."""
    day, _ = lived
    orders = Counter(order.origin for order in day.world.engine.core.ledger.orders.values())
    assert set(orders) == set(Origin) - ELSEWHERE
    assert day.world.market.settlements_ms == [RESET_MS + hours * 3_600_000 for hours in (0, 8, 16, 24)]
    assert day.done.total() == 17
    assert day.left == []


def test_the_journal_verifies(lived, capsys) -> None:
    assert main(["verify", str(lived[1])]) == 0
    assert "is whole" in capsys.readouterr().out


def test_every_decision_replays(lived, capsys) -> None:
    assert main(["replay", "all", str(lived[1])]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.endswith("decisions replayed, 0 of them differ.")
    assert int(last.split()[0]) >= 50


def test_the_judge_pack_stands_alone(lived, tmp_path, capsys) -> None:
    """Packed by the program, checked by the pack's own verifier, which has nothing but Python."""
    out = tmp_path / "pack.zip"
    assert main(["pack", str(lived[1]), "--out", str(out)]) == 0
    said = capsys.readouterr().out
    with zipfile.ZipFile(out) as pack:
        pack.extractall(tmp_path / "unpacked")
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py"],
        cwd=tmp_path / "unpacked",
        capture_output=True,
        text=True,
        check=False,
    )
    # Nothing was changed; what is not traced is named, and is what happened outside of the program.
    assert (done.returncode, done.stderr) == (UNTRACED, "")
    untraced = [line for line in said.splitlines() if line.startswith("  Order ")]
    allowed = {*lived[0].world.external, *(order.venue_order_id for order in without_log(lived[0]))}
    assert {line.split()[1] for line in untraced} == allowed
    assert all(order_id in done.stdout for order_id in allowed)


def test_an_outbox_that_forgets_one_order_is_found(tmp_path) -> None:
    """The judge must see what it looks for: the same day, up to four in the morning."""
    day = live(SEED, tmp_path / "profile", mutants.forgets_one_log, bars=16)
    assert any(words.startswith("log:") for words in day.world.violations)
