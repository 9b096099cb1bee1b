"""Tells whether this program ever ran for this user: then the guide opens by itself."""

import os
from collections.abc import Mapping

from terminal.storage.paths import data_root
from terminal.storage.profiles import profile_folder


def is_first_start(environ: Mapping[str, str] = os.environ) -> bool:
    """True while there is neither a journal nor a profile of this user's. Ask before a session makes one."""
    if any(profile_folder(environ).glob("*.toml")):
        return False
    return not any(data_root(environ).glob("profiles*/*/journal.sqlite"))
