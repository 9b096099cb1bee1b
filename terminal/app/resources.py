"""Files that come with the program: from the checkout, or from the bundle."""

import sys
from pathlib import Path

import terminal


def resource_path(name: str) -> Path:
    """Give the path of a file of `resources/`; it may not exist when only the wheel was installed."""
    bundle = getattr(sys, "_MEIPASS", None)
    root = Path(bundle) if bundle else Path(terminal.__file__).resolve().parent.parent
    return root / "resources" / name
