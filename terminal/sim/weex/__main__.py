"""`python -m terminal.sim.weex`: the loopback exchange alone, for development."""

import argparse
import sys
from decimal import Decimal
from pathlib import Path

from terminal.sim.weex.options import ExchangeOptions
from terminal.sim.weex.server import run


def _options(arguments: list[str]) -> ExchangeOptions:
    parser = argparse.ArgumentParser(prog="python -m terminal.sim.weex", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1, 0 picks a free one")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same market")
    parser.add_argument("--speed", type=float, default=1.0, help="exchange seconds per real second")
    parser.add_argument("--state", type=Path, default=None, help="file the exchange keeps itself in")
    parser.add_argument("--balance", type=Decimal, default=Decimal(1000), help="USDT at first start")
    parser.add_argument("--pattern", type=float, default=1.0, help="strength of the hidden pattern, 0 = none")
    parser.add_argument("--start-ms", type=int, default=None, help="exchange time at first start, Unix ms")
    parser.add_argument("--exit-with-parent", action="store_true", help="stop when stdin ends")
    return ExchangeOptions(**vars(parser.parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(run(_options(sys.argv[1:])))
