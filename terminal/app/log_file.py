"""The program's log file: warnings and our own words, never a secret."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from terminal.net.redact import SecretFilter, quiet_libraries

MAX_BYTES: Final = 2_000_000
KEPT: Final = 3


def start_log(path: Path) -> SecretFilter:
    """Send log records to `path`; give the filter that must be told of every secret."""
    secrets = SecretFilter()
    handler = RotatingFileHandler(path, maxBytes=MAX_BYTES, backupCount=KEPT, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.addFilter(secrets)
    root = logging.getLogger()
    for old in [each for each in root.handlers if isinstance(each, RotatingFileHandler)]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    quiet_libraries()
    return secrets
