"""The bundle as a .tar.xz, for Linux machines without Debian's package manager."""

from __future__ import annotations

import shutil
from pathlib import Path

from release.facts import NAME, PACKAGING, ROOT, Facts, run, say


def make_archive(bundle: Path, icons: Path, out: Path, facts: Facts, work: Path) -> Path:
    """Write it into `out`; give its path. It unpacks to one folder that can lie anywhere.

    Raises:
        ReleaseError: tar or xz is not there or failed.
    """
    say("Making the .tar.xz (two minutes)")
    top = f"{NAME}-{facts.version}"
    root = work / "tar"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(bundle, root / top, symlinks=True)
    beside = root / top / "share"
    beside.mkdir()
    for source in (
        PACKAGING / "linux" / f"{NAME}.desktop",
        PACKAGING / "linux" / f"{NAME}.1",
        icons / f"{NAME}-256.png",
    ):
        shutil.copyfile(source, beside / source.name)
    shutil.copyfile(ROOT / "CHANGELOG.md", root / top / "CHANGELOG.md")
    target = out / f"{facts.stem}.tar.xz"
    same = [
        "--sort=name",
        "--owner=0",
        "--group=0",
        "--numeric-owner",
        f"--mtime=@{facts.epoch_s}",
        "--mode=go=rX,u+rw",
    ]
    # Two threads at least: with one, xz writes another stream than with any other number.
    packer = "--use-compress-program=xz -6 -T2"
    run(["tar", *same, packer, "-C", str(root), "-cf", str(target), top], what="Making the .tar.xz")
    shutil.rmtree(root)
    return target
