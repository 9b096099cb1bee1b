"""`python -m terminal.sim.hashkey`: the loopback exchange alone, for development."""

import sys

from terminal.sim.hashkey.options import ExchangeOptions
from terminal.sim.hashkey.server import run
from terminal.sim.serving.program import arguments_of

if __name__ == "__main__":
    sys.exit(run(ExchangeOptions(**arguments_of("python -m terminal.sim.hashkey", __doc__, sys.argv[1:]))))
