"""`python -m terminal.sim.weex`: the loopback exchange alone, for development."""

import sys

from terminal.sim.serving.program import arguments_of
from terminal.sim.weex.options import ExchangeOptions
from terminal.sim.weex.server import run

if __name__ == "__main__":
    sys.exit(run(ExchangeOptions(**arguments_of("python -m terminal.sim.weex", __doc__, sys.argv[1:]))))
