"""Draws resources/icon.svg in every size a system asks for; run in the environment that holds Qt.

python draw_icons.py DIR makes DIR/alphadesk-SIZE.png, DIR/alphadesk.ico and DIR/alphadesk.icns.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgRenderer

SOURCE = Path(__file__).resolve().parent.parent / "resources" / "icon.svg"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
ICO_SIZES = (16, 24, 32, 48, 64, 256)
ICNS_KINDS = {16: b"icp4", 32: b"icp5", 64: b"icp6", 128: b"ic07", 256: b"ic08", 512: b"ic09"}


def main(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    pictures = {size: draw(size) for size in SIZES}
    for size, png in pictures.items():
        (folder / f"alphadesk-{size}.png").write_bytes(png)
    (folder / "alphadesk.ico").write_bytes(ico({size: pictures[size] for size in ICO_SIZES}))
    (folder / "alphadesk.icns").write_bytes(icns({size: pictures[size] for size in ICNS_KINDS}))
    return 0


def draw(size: int) -> bytes:
    """Give the icon as PNG, `size` pixels wide and high, on a transparent ground."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(SOURCE)).render(painter)
    painter.end()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not QImageWriter(buffer, b"png").write(image):
        sys.exit(f"{SOURCE} could not be drawn.")
    return bytes(content.data())


def ico(pictures: dict[int, bytes]) -> bytes:
    """Give a Windows icon file that holds PNGs, as Windows Vista and newer read them."""
    head = struct.pack("<3H", 0, 1, len(pictures))
    at = len(head) + 16 * len(pictures)
    entries = b""
    for size, png in pictures.items():
        side = size % 256  # 0 stands for 256
        entries += struct.pack("<4B2H2I", side, side, 0, 0, 1, 32, len(png), at)
        at += len(png)
    return head + entries + b"".join(pictures.values())


def icns(pictures: dict[int, bytes]) -> bytes:
    """Give an Apple icon file that holds PNGs."""
    parts = b"".join(ICNS_KINDS[size] + struct.pack(">I", len(png) + 8) + png for size, png in pictures.items())
    return b"icns" + struct.pack(">I", len(parts) + 8) + parts


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
