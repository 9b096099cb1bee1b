"""A .deb from a bundle: files where Debian wants them, and what the machine must bring itself.

No script runs at installation or removal: what the package manager put there it takes away again.
"""

from __future__ import annotations

import gzip
import os
import shutil
from pathlib import Path

from release.facts import NAME, PACKAGING, ROOT, Facts, run, say

# What the bundle leaves to the machine: its drivers, fonts and desktop (see bundle_contents).
DEPENDS = (
    "libc6 (>= 2.34)",
    "libstdc++6 (>= 11)",
    "libgcc-s1",
    "libgl1",
    "libegl1",
    "libdbus-1-3",
    "libexpat1",
    "libfontconfig1",
    "libfreetype6",
    "libglib2.0-0 | libglib2.0-0t64",
    "libpng16-16 | libpng16-16t64",
    "libsystemd0",
    "libuuid1",
    "libx11-6",
    "libx11-xcb1",
    "libxcb-randr0",
    "libxcb-render0",
    "libxcb-shm0",
    "libxcb-sync1",
    "libxcb-xfixes0",
    "libxcb1",
    "libxext6",
    "libxrender1",
    "fonts-dejavu-core | fonts-inter | fonts-liberation | fonts-noto-core",
)
RECOMMENDS = ("libwayland-client0", "libwayland-cursor0", "libwayland-egl1", "gnome-keyring | kwalletmanager")
_ZSTD_LEVEL = "12"


def make_deb(bundle: Path, icons: Path, out: Path, facts: Facts, work: Path) -> Path:
    """Write the package into `out`; give its path.

    Raises:
        ReleaseError: dpkg-deb is not there or failed.
    """
    say("Making the .deb")
    root = work / "deb"
    shutil.rmtree(root, ignore_errors=True)
    lay_out(root, bundle, icons)
    control = root / "DEBIAN" / "control"
    control.parent.mkdir()
    control.write_text(control_text(facts, _kilobytes(root)), "utf-8")
    for path in [root, *root.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    target = out / f"{facts.stem}.deb"
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(facts.epoch_s)}
    options = ["--root-owner-group", "-Zzstd", f"-z{_ZSTD_LEVEL}", "--build"]
    run(["dpkg-deb", *options, str(root), str(target)], what="Making the .deb", env=environment)
    shutil.rmtree(root)
    return target


def lay_out(root: Path, bundle: Path, icons: Path) -> None:
    """Put every file where it will lie on the machine."""
    share, own = root / "usr" / "share", root / "usr" / "lib" / NAME
    shutil.copytree(bundle, own, symlinks=True)
    (root / "usr" / "bin").mkdir(parents=True)
    (root / "usr" / "bin" / NAME).symlink_to(f"../lib/{NAME}/{NAME}")
    _copy(PACKAGING / "linux" / f"{NAME}.desktop", share / "applications" / f"{NAME}.desktop")
    _copy(ROOT / "resources" / "icon.svg", share / "icons/hicolor/scalable/apps" / f"{NAME}.svg")
    for picture in icons.glob(f"{NAME}-*.png"):
        size = picture.stem.rpartition("-")[2]
        _copy(picture, share / f"icons/hicolor/{size}x{size}/apps" / f"{NAME}.png")
    _pack(PACKAGING / "linux" / f"{NAME}.1", share / "man" / "man1" / f"{NAME}.1.gz")
    _pack(ROOT / "CHANGELOG.md", share / "doc" / NAME / "changelog.gz")
    _copy(ROOT / "LICENSE", share / "doc" / NAME / "copyright")
    with (share / "doc" / NAME / "copyright").open("a", encoding="utf-8") as ours:
        ours.write(f"\nThe libraries packed with it: /usr/lib/{NAME}/_internal/THIRD-PARTY-LICENCES.txt\n")


def control_text(facts: Facts, installed_kb: int) -> str:
    return (
        f"Package: {NAME}\n"
        f"Version: {facts.version}\n"
        f"Architecture: {facts.machine}\n"
        "Maintainer: The Alpha Desk team <alphadesk@localhost>\n"
        f"Installed-Size: {installed_kb}\n"
        f"Depends: {', '.join(DEPENDS)}\n"
        f"Recommends: {', '.join(RECOMMENDS)}\n"
        "Section: misc\n"
        "Priority: optional\n"
        "Description: trading terminal where a person reviews what the AI proposes\n"
        f" {facts.summary}\n"
        " .\n"
        " Without an account it opens a demo on a built-in exchange: no key, no network.\n"
    )


def _kilobytes(root: Path) -> int:
    return sum(path.lstat().st_size for path in root.rglob("*")) // 1024


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _pack(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # No name and no time inside, or each build would differ.
    target.write_bytes(gzip.compress(source.read_bytes(), 9, mtime=0))
