"""`python -m terminal`: the same as the `alphadesk` command."""

import sys

from terminal.app.cli import main

if __name__ == "__main__":
    sys.exit(main())
