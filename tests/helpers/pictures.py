"""Pictures of panels compared the way an eye would: by what covers which place, not pixel by pixel."""

import base64
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtGui import QImage

CELL_PX: Final = 16
TOLERANCE: Final = 16.0  # of 255, the mean of a cell in one colour: edges half a pixel away move it less
ALLOWED: Final = 0.005  # share of the cells that may differ all the same
SIZE_PX: Final = 1  # rounding of a font's height may add a pixel


@dataclass(frozen=True, slots=True)
class Difference:
    """What is not as recorded.

    Attributes:
        words: for a person, "" when the pictures agree.
        cells: rows by columns, true where a cell differs; empty when the sizes do.
    """

    words: str
    cells: np.ndarray


def pixels(image: QImage) -> np.ndarray:
    """Give height by width by (red, green, blue), 0 to 255."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : plain.width() * 3].reshape(plain.height(), plain.width(), 3).astype(np.float32)


def compare(recorded: QImage, now: QImage) -> Difference:
    """Say where two pictures differ more than two machines do."""
    one, other = pixels(recorded), pixels(now)
    none = np.zeros((0, 0), bool)
    if max(abs(one.shape[0] - other.shape[0]), abs(one.shape[1] - other.shape[1])) > SIZE_PX:
        return Difference(f"{other.shape[1]}x{other.shape[0]} px instead of {one.shape[1]}x{one.shape[0]}", none)
    high, wide = min(one.shape[0], other.shape[0]), min(one.shape[1], other.shape[1])
    apart = np.abs(_cells(one[:high, :wide]) - _cells(other[:high, :wide])).max(axis=2) > TOLERANCE
    count = int(apart.sum())
    if count <= ALLOWED * apart.size:
        return Difference("", apart)
    row, column = (int(each[0]) for each in np.nonzero(apart))
    where = f"{count} of {apart.size} places differ, the first at {column * CELL_PX}, {row * CELL_PX} px"
    return Difference(where, apart)


def _cells(whole: np.ndarray) -> np.ndarray:
    """Give the mean colour of each square; what is left over at the right and the bottom is a cell as well."""
    rows, columns = (np.arange(0, size, CELL_PX) for size in whole.shape[:2])
    sums = np.add.reduceat(np.add.reduceat(whole, rows, axis=0), columns, axis=1)
    heights, widths = (np.diff(np.append(at, size)) for at, size in zip((rows, columns), whole.shape, strict=False))
    return sums / (heights[:, None, None] * widths[None, :, None])


def write_page(file: Path, rows: list[tuple[str, QImage | None, QImage, QImage]]) -> None:
    """Write what a person looks through: recorded, now, and now in this machine's own font, side by side.

    Args:
        file: an HTML page with the pictures inside.
        rows: name, recorded or None, now, now in another font.
    """
    parts = ["<!doctype html><meta charset='utf-8'><title>Pictures of the panels</title>"]
    parts.append(
        "<style>body{font:14px sans-serif;background:#ddd}figure{display:inline-block;vertical-align:top;margin:4px}"
        "img{max-width:620px;border:1px solid #777}h2{margin:16px 4px 0}.bad{color:#b00}</style>"
    )
    for name, recorded, now, plain in rows:
        words = "not recorded yet" if recorded is None else compare(recorded, now).words
        parts.append(f"<h2 class='{'bad' if words else ''}'>{escape(name)}: {escape(words or 'as recorded')}</h2>")
        shown = (("recorded", recorded), ("now", now), ("now, this machine's font", plain))
        parts += [f"<figure><figcaption>{title}</figcaption>{_tag(each)}</figure>" for title, each in shown if each]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(parts))


def _tag(image: QImage) -> str:
    octets = QByteArray()
    buffer = QBuffer(octets)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs spell the format as bytes
    return f"<img src='data:image/png;base64,{base64.b64encode(bytes(octets.data())).decode()}'>"
