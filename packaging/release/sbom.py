"""The parts list (CycloneDX 1.6) of what really was packed, from PyInstaller's own list of files.

Written by us rather than by a scanner of the environment: that one lists what was installed, names the
registry it came from, and does not know the system's libraries that were packed.
"""

from __future__ import annotations

import ast
import json
import platform
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from release.facts import NAME, Facts, ReleaseError, say
from release.licences import BUILDERS
from release.sums import sha256_of

_OWNERS = """
import json, sys
from importlib.metadata import distributions
rows = []
for each in distributions():
    told = each.metadata.get("License-Expression") or ""
    rows.append([each.metadata["Name"], each.version, told, [str(f.locate()) for f in each.files or ()]])
json.dump(rows, sys.stdout)
"""


def write_sbom(python: Path, work: Path, out: Path, facts: Facts) -> Path:
    """Write the list into `out`; give its path.

    Raises:
        ReleaseError: the environment cannot be read.
    """
    say("Writing the parts list")
    packed = packed_files(work / "work" / NAME)
    components = [*_python_parts(python, packed), *_system_parts(packed)]
    record = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(facts.epoch_s, UTC).isoformat(),
            "component": {
                "type": "application",
                "bom-ref": NAME,
                "name": NAME,
                "version": facts.version,
                "description": facts.summary,
                "licenses": [{"license": {"id": "MIT"}}],
            },
        },
        "components": components,
        "dependencies": [{"ref": NAME, "dependsOn": [each["bom-ref"] for each in components]}],
    }
    target = out / f"{facts.stem}.cdx.json"
    target.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    return target


def packed_files(work: Path) -> set[str]:
    """Give the source paths of everything in the bundle, from the lists PyInstaller leaves in its work folder."""
    found: set[str] = set()
    for name in ("PYZ-00.toc", "COLLECT-00.toc", "EXE-00.toc"):
        for entry in _entries(ast.literal_eval((work / name).read_text("utf-8"))):
            if entry[2] != "SYMLINK":
                found.add(entry[1])
    return found


def _entries(value: object) -> list[tuple[str, str, str]]:
    """Find all (name, path, kind) in a nested list."""
    if isinstance(value, tuple) and len(value) == 3 and all(isinstance(part, str) for part in value):
        return [value]
    if isinstance(value, (list, tuple)):
        return [entry for part in value for entry in _entries(part)]
    return []


def _python_parts(python: Path, packed: set[str]) -> list[dict[str, Any]]:
    done = subprocess.run([str(python), "-c", _OWNERS], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ReleaseError(f"The environment cannot be read:\n{done.stderr}")
    version = platform.python_version()
    parts = [_part("Python", version, f"pkg:generic/python@{version}", "PSF-2.0")]
    for name, number, told, files in sorted(json.loads(done.stdout), key=lambda row: row[0].lower()):
        if name.lower() not in BUILDERS and not packed.isdisjoint(files):
            plain = re.sub(r"[-_.]+", "-", name).lower()
            parts.append(_part(name, number, f"pkg:pypi/{plain}@{number}", told))
    return parts


def _system_parts(packed: set[str]) -> list[dict[str, Any]]:
    """List the build machine's own libraries that came along, with the Debian package each is from."""
    parts = []
    for path in sorted({Path(each).resolve() for each in packed if re.match(r"/(usr/)?lib/", each)}):
        owner = _debian_owner(path)
        name, version = owner or (path.name, "")
        purl = f"pkg:deb/debian/{name}@{version}" if owner else f"pkg:generic/{path.name}"
        part = _part(path.name, version, purl, "")
        part["hashes"] = [{"alg": "SHA-256", "content": sha256_of(path)}]
        parts.append(part)
    return parts


def _debian_owner(path: Path) -> tuple[str, str] | None:
    if shutil.which("dpkg-query") is None:
        return None
    # Debian's own list knows a file by the path it was installed under, before /lib became a link.
    for each in (str(path), str(path).removeprefix("/usr")):
        told = subprocess.run(["dpkg-query", "-S", each], capture_output=True, text=True, check=False).stdout
        if told:
            name = told.partition(":")[0]
            show = ["dpkg-query", "-W", "-f=${Version}\n", name]
            return name, subprocess.run(show, capture_output=True, text=True, check=False).stdout.split("\n")[0]
    return None


def _part(name: str, version: str, purl: str, licence: str) -> dict[str, Any]:
    part: dict[str, Any] = {"type": "library", "bom-ref": f"{purl}#{name}", "name": name, "purl": purl}
    if version:
        part["version"] = version
    if licence:
        part["licenses"] = [{"expression": licence}]
    return part
