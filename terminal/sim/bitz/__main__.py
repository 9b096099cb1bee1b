"""`python -m terminal.sim.bitz`: the loopback exchange alone, for development."""

import sys

from terminal.sim.bitz.server import run
from terminal.sim.bitz.venue import BitzOptions
from terminal.sim.serving.program import arguments_of

if __name__ == "__main__":
    sys.exit(run(BitzOptions(**arguments_of("python -m terminal.sim.bitz", __doc__, sys.argv[1:]))))
