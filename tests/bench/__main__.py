"""`python3 dev.py bench [--only NAME] [--runs N] [--json FILE] [--record]`: measures, prints a table, writes rows.

Timings on a shared machine are noisy: medians, and every run is in the JSON. `--record`
keeps the rows in docs/performance.json and renders docs/performance.md from them.
"""

import argparse
import logging
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parent.parent))

from bench import (
    approve,
    backtest,
    chart,
    decision,
    decoding,
    depth,
    fresh,
    gate,
    kill,
    memory,
    reconcile,
    recording,
    references,
    restart,
    startup,
    time_machine,
    training,
    ui,
    verify,
)
from bench.record import record
from bench.rows import Row, print_table, write_json

BENCHES = {
    "startup": startup.measure,
    "approve": approve.measure,
    "gate": gate.measure,
    "decision": decision.measure,
    "decoding": decoding.measure,
    "depth": depth.measure,
    "training": training.measure,
    "backtest": backtest.measure,
    "chart": chart.measure,
    "restart": restart.measure,
    "reconcile": reconcile.measure,
    "verify": verify.measure,
    "time_machine": time_machine.measure,
    "kill": kill.measure,
    "memory": memory.measure,
    "recording": recording.measure,
    "references": references.measure,
    "fresh": fresh.measure,
    "ui": ui.measure,
}


def main() -> int:
    logging.getLogger("qt").addHandler(logging.NullHandler())  # Qt's remarks on the offscreen platform
    parser = argparse.ArgumentParser(prog="dev.py bench")
    parser.add_argument("--only", choices=sorted(BENCHES), help="one group (memory and fresh take 10 minutes, ui 20)")
    parser.add_argument(
        "--runs",
        type=int,
        choices=range(1, 10),
        metavar="N",
        help="other than the usual number of runs of recording, references and ui (with 1 ui takes 6 minutes)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows here")
    parser.add_argument("--record", action="store_true", help="keep the rows for docs/performance.md")
    options = parser.parse_args()
    if options.runs:  # the page tells of each row how many there were
        recording.RUNS = references.ROUNDS = ui.RUNS = options.runs
    rows: list[Row] = []
    for name in [options.only] if options.only else list(BENCHES):
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        rows.extend(BENCHES[name]())
    print_table(rows)
    if options.json:
        write_json(rows, options.json)
    if options.record:
        record(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
