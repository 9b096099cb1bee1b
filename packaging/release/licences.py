"""The licence texts of everything that is packed, in one file."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from release.facts import ReleaseError

_HEAD = """Alpha Desk is packed together with the libraries below. Their licences follow, as they came with them.
Qt and PySide6 are used under the LGPL version 3: their libraries lie as files of their own in _internal/PySide6 and
may be replaced by others of the same interface. Their sources: https://code.qt.io
"""
_COLLECT = """
import json, re, sys
from importlib.metadata import distributions
found = []
for each in distributions():
    files = each.files or ()
    texts = [f for f in files if re.search(r"(^|/)(LICEN[CS]E|COPYING|NOTICE|AUTHORS)[^/]*$", str(f), re.I)]
    texts = [f for f in texts if f.suffix not in (".py", ".pyc")]
    texts = {str(f): f.locate().read_text("utf-8", "replace") for f in texts}
    meta = each.metadata
    told = meta.get("License-Expression") or meta.get("License") or ""
    found.append([meta["Name"], each.version, told.splitlines()[0] if told else "", texts])
json.dump(sorted(found, key=lambda row: row[0].lower()), sys.stdout)
"""
BUILDERS = frozenset({"altgraph", "pip", "pyinstaller", "pyinstaller-hooks-contrib", "setuptools", "wheel"})


def licence_texts(python: Path) -> str:
    """Give them for everything installed beside `python`, but what only builds.

    Raises:
        ReleaseError: the environment cannot be read.
    """
    done = subprocess.run([str(python), "-c", _COLLECT], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ReleaseError(f"The licences could not be collected:\n{done.stderr}")
    parts = [_HEAD]
    for name, version, told, texts in json.loads(done.stdout):
        if name.lower() in BUILDERS:
            continue
        parts.append(f"{'=' * 100}\n{name} {version}{f' ({told})' if told else ''}\n")
        parts.extend(f"-- {path}\n\n{text.strip()}\n" for path, text in texts.items())
    return "\n".join(parts)
