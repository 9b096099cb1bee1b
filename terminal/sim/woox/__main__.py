"""`python -m terminal.sim.woox`: the loopback exchange alone, for development."""

import sys

from terminal.sim.serving.program import arguments_of
from terminal.sim.woox.options import ExchangeOptions
from terminal.sim.woox.server import run

if __name__ == "__main__":
    sys.exit(run(ExchangeOptions(**arguments_of("python -m terminal.sim.woox", __doc__, sys.argv[1:]))))
