"""Figures made by array arithmetic read as the formatter writes them, and land where text would."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QImage, QPainter

from terminal.ui import formatting as f
from terminal.ui.theme.fonts import ui_font
from terminal.ui.widgets.depth.glyphs import NOTHING, SIGNS, GlyphBatch, GlyphSheet, clock_times, figures


def read(codes):
    return ["".join(SIGNS[sign] for sign in row[::-1] if sign != NOTHING) for row in codes.tolist()]


@given(st.lists(st.integers(0, 10**15), min_size=1, max_size=6), st.integers(0, 8))
def test_figures_read_as_the_formatter_writes_them(values, decimals):
    written = read(figures(np.array(values), decimals))
    assert written == [f.number(Decimal(value).scaleb(-decimals), decimals) for value in values]


def test_where_nothing_is_nothing_is_written():
    assert read(figures(np.array([-1, 5, -1]), 2)) == ["", "0.05", ""]
    assert figures(np.array([], np.int64), 1).shape[0] == 0


def test_times_have_two_digits_each():
    assert read(clock_times(np.array([0, 3_723, 86_399]))) == ["00:00:00", "01:02:03", "23:59:59"]


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0, 2.5])
def test_glyphs_end_at_the_right_edge_and_stand_in_their_line(qapp, ratio):
    picture = QImage(round(120 * ratio), round(60 * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    picture.setDevicePixelRatio(ratio)
    picture.fill(QColor("black"))
    sheet = GlyphSheet(ui_font(), QColor("white"), ratio)
    painter = QPainter(picture)
    GlyphBatch().draw(painter, sheet, figures(np.array([8888, 8]), 0), 100.0, np.array([4.0, 34.0]))
    painter.end()
    lit = np.array(
        [[picture.pixelColor(x, y).lightness() > 90 for x in range(picture.width())] for y in range(picture.height())]
    )
    first, second = lit[: round(30 * ratio)], lit[round(30 * ratio) :]
    columns = [np.flatnonzero(part.any(axis=0)) for part in (first, second)]
    assert 96 * ratio < columns[0].max() < 100 * ratio
    assert columns[0].max() == columns[1].max()  # the last digits stand under each other
    digit = sheet.advances[8] * ratio
    assert 3 * digit < columns[0].max() - columns[0].min() < 4.5 * digit
    assert columns[1].max() - columns[1].min() < digit
