"""Makes names in a folder durable. It knows nothing else, so that who needs it imports nothing else."""

import os
from pathlib import Path


def flush_folder(folder: Path) -> None:
    """Make a new name in a folder durable; Windows does so by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
