"""What weighs how much, and whether that is still what was promised."""

from __future__ import annotations

from pathlib import Path

BUNDLE_LIMIT_MB = 320
DEB_LIMIT_MB = 110
_ROWS = 14
_MB = 1_000_000


def folder_bytes(folder: Path) -> int:
    """Sum of all files; a link counts as nothing."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def size_report(bundle: Path, artifacts: list[Path]) -> str:
    """Give the heaviest parts of the bundle and the size of every artifact, a line each."""
    inside = bundle / "_internal"
    parts = [path for path in [*inside.iterdir(), *bundle.iterdir()] if path != inside and not path.is_symlink()]
    weighed = sorted(((folder_bytes(p) if p.is_dir() else p.stat().st_size, p.name) for p in parts), reverse=True)
    lines = [f"{size / _MB:8.1f} MB  {name}" for size, name in weighed[:_ROWS]]
    lines.append(f"{folder_bytes(bundle) / _MB:8.1f} MB  the whole bundle, unpacked (at most {BUNDLE_LIMIT_MB})")
    lines.extend(f"{path.stat().st_size / _MB:8.1f} MB  {path.name}" for path in artifacts)
    return "\n".join(lines)


def too_large(bundle: Path, artifacts: list[Path]) -> list[str]:
    """Give what is larger than promised, in words."""
    found = []
    if folder_bytes(bundle) > BUNDLE_LIMIT_MB * _MB:
        found.append(f"The bundle has {folder_bytes(bundle) / _MB:.0f} MB; promised are {BUNDLE_LIMIT_MB}.")
    found.extend(
        f"{path.name} has {path.stat().st_size / _MB:.0f} MB; promised are {DEB_LIMIT_MB}."
        for path in artifacts
        if path.suffix == ".deb" and path.stat().st_size > DEB_LIMIT_MB * _MB
    )
    return found
