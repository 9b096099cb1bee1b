"""SIGKILL at any moment: every acknowledged record is there, and the chain holds."""

import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from journal_records import KEY

from terminal.storage.journal import verify

ROUNDS = 15

# Three committers at once, so that kills also land inside shared flushes. Each line is
# printed only after its commit returned.
CHILD = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from journal_records import KEY, note, opened

async def committer(journal, who):
    number = 0
    while True:
        number += 1
        text = f"{sys.argv[3]}/{who}/{number}"
        head = await journal.commit(note(text), note(text + "/pair"))
        print(head.seq, text, flush=True)

async def main():
    journal = await opened(Path(sys.argv[1]))
    await asyncio.gather(*(committer(journal, who) for who in range(3)))

with asyncio.Runner() as runner:
    runner.run(main())
"""


def killed_round(path: Path, number: int, chance: random.Random) -> dict[int, str]:
    """Run a child, kill it after some acknowledged commits, and give what it acknowledged."""
    command = [sys.executable, "-c", CHILD, str(path), str(Path(__file__).parent), str(number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(chance.randint(1, 120))]
        child.send_signal(signal.SIGKILL)
        lines += child.stdout.readlines()
    assert child.returncode == -signal.SIGKILL
    whole = [line.split() for line in lines if line.endswith("\n")]
    return {int(seq): text for seq, text in whole}


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_every_acknowledged_record_survives_a_kill(tmp_path):
    path = tmp_path / "journal.sqlite"
    chance = random.Random(11)  # noqa: S311 - a repeatable test
    acknowledged: dict[int, str] = {}
    for number in range(ROUNDS):
        acknowledged |= killed_round(path, number, chance)
        result = verify(path, KEY)
        assert result.is_good, result.reason
        assert result.records >= max(acknowledged)
    with closing(sqlite3.connect(path)) as db:
        texts = dict(db.execute("SELECT seq, json_extract(body, '$.text') FROM event"))
    assert len(acknowledged) > ROUNDS
    for seq, text in acknowledged.items():
        assert (texts[seq - 1], texts[seq]) == (text, f"{text}/pair")
    assert len(texts) % 2 == 0  # no call was written by half
