"""Where the packaged program begins; in the source tree that is `python -m terminal`."""

import sys
from multiprocessing import freeze_support

if __name__ == "__main__":
    freeze_support()  # first: a training process is this very program, called again, and must load nothing else
    from terminal.app.cli import main

    sys.exit(main())
