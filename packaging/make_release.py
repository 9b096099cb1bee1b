"""`python3 dev.py package`: bundle, .deb, .tar.xz, parts list, checksums, and a signature when a key is given.

Standard library only. Needs dpkg-deb, tar and xz, which every Debian has.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from release.archive import make_archive
from release.debian import make_deb
from release.environment import make_environment
from release.facts import ROOT, ReleaseError, read_facts
from release.freeze import freeze
from release.sbom import write_sbom
from release.sizes import size_report, too_large
from release.sums import sign, write_sums


def main(argv: list[str]) -> int:
    options = arguments().parse_args(argv)
    try:
        with tempfile.TemporaryDirectory(prefix="alphadesk-package-") as folder:
            return make(options, options.work or Path(folder))
    except ReleaseError as error:
        print(f"dev.py package: {error}", file=sys.stderr)
        return 1


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dev.py package", description="Make the packages of this version.")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", metavar="DIR", help="where they go (default: dist)")
    parser.add_argument("--work", type=Path, metavar="DIR", help="keep the bundle and the environment here, to go on")
    parser.add_argument("--bundle-only", action="store_true", help="only freeze: no .deb, no archive")
    parser.add_argument("--minisign-key", type=Path, metavar="FILE", help="sign SHA256SUMS with this secret key")
    return parser


def make(options: argparse.Namespace, work: Path) -> int:
    """Do all steps; 0 unless something is larger than promised."""
    facts = read_facts()
    work.mkdir(parents=True, exist_ok=True)
    work = work.resolve()
    python = make_environment(work / "environment", facts)
    bundle = freeze(python, work, facts)
    made: list[Path] = []
    if not options.bundle_only:
        out: Path = options.out.resolve()
        out.mkdir(parents=True, exist_ok=True)
        icons = work / "icons"
        made = [make_deb(bundle, icons, out, facts, work), make_archive(bundle, icons, out, facts, work)]
        sums = write_sums([*made, write_sbom(python, work, out, facts)], out)
        if options.minisign_key is not None:
            sign(sums, options.minisign_key, facts)
        print(*sorted(each.name for each in out.iterdir()), sep="\n")
    print(size_report(bundle, made))
    large = too_large(bundle, made)
    print(*large, sep="\n", end="\n" if large else "")
    return 1 if large else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
