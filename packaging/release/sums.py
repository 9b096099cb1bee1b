"""SHA256SUMS over the artifacts, and a minisign signature of it when a key is given."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

from release.facts import Facts, ReleaseError, say

SUMS = "SHA256SUMS"


def write_sums(files: list[Path], out: Path) -> Path:
    """Write one line a file, as `sha256sum --check` reads them; give the path."""
    target = out / SUMS
    lines = [f"{sha256_of(path)}  {path.name}\n" for path in sorted(files)]
    target.write_text("".join(lines), "ascii")
    return target


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sign(sums: Path, key: Path, facts: Facts) -> Path:
    """Sign the sums; minisign asks for the key's password on the terminal. Gives the signature's path.

    Raises:
        ReleaseError: minisign is not there, or did not sign.
    """
    if shutil.which("minisign") is None:
        raise ReleaseError("minisign is not installed (Debian: apt install minisign). The files are made, not signed.")
    say("Signing")
    note = f"alphadesk {facts.version}"
    command = ["minisign", "-S", "-s", str(key), "-m", str(sums), "-t", note, "-c", "signature of the Alpha Desk team"]
    if subprocess.call(command) != 0:
        raise ReleaseError(f"minisign did not sign with {key}. The files are made, not signed.")
    return sums.with_name(f"{SUMS}.minisig")
