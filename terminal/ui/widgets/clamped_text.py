"""Plain text that wraps and stops after a number of lines with an ellipsis; never reads markup."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from terminal.ui.theme.fonts import BASE_PX, ui_font
from terminal.ui.theme.look import LIVE, LOOK
from terminal.ui.theme.tokens import Tokens
from terminal.ui.widgets.plain_text import visible


class ClampedText(QWidget):
    """A paragraph of at most `max_lines` lines; the whole text is its tooltip's and its reader's.

    `tone` names a colour of the tokens.
    """

    def __init__(self, max_lines: int, tone: str = "text", pixel_size: int = BASE_PX, tokens: Tokens = LIVE) -> None:
        super().__init__()
        self._max_lines = max_lines
        self._tokens = tokens
        self._tone = tone
        self._text = ""
        self._pixel_size = pixel_size
        self._set_font()
        LOOK.changed.connect(self._on_look)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def _set_font(self) -> None:
        self._font = ui_font(self._pixel_size)  # the style sheet would set the widget's own
        self._metrics = QFontMetrics(self._font)

    def _on_look(self) -> None:
        self._set_font()
        if self.minimumHeight() == self.maximumHeight():
            self.set_max_lines(self._max_lines)
        self.updateGeometry()
        self.update()

    @property
    def text(self) -> str:
        """The text as shown, with hidden characters written out."""
        return self._text

    @property
    def tone(self) -> str:
        return self._tone

    def lines_height(self, lines: int) -> int:
        """Give the height of that many lines."""
        return lines * self._line_height()

    def set_max_lines(self, lines: int) -> None:
        """Stop after another number of lines, and take exactly their height."""
        self._max_lines = lines
        self.setFixedHeight(self.lines_height(lines))
        self.update()

    def set_text(self, text: str, tone: str | None = None) -> None:
        shown = visible(text)
        if shown == self._text and tone in {None, self._tone}:
            return
        self._text, self._tone = shown, tone or self._tone
        self.setAccessibleName(shown)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(200))

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self._line_height())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return len(self._lines(width)) * self._line_height()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event  # a paragraph is drawn as a whole
        painter = QPainter(self)
        painter.setPen(QColor(getattr(self._tokens, self._tone)))
        painter.setFont(self._font)
        y = float(self._metrics.ascent() + 1)
        for line in self._lines(self.width()):
            painter.drawText(QPointF(0, y), line)
            y += self._line_height()
        painter.end()

    def _line_height(self) -> int:
        return self._metrics.height() + 1

    def _lines(self, width: int) -> list[str]:
        """Break the text for a width; the last line is cut with an ellipsis when there is more."""
        lines: list[str] = []
        for paragraph in self._text.split("\n"):
            rest = paragraph
            for length in _breaks(paragraph, self._font, width):
                if len(lines) == self._max_lines - 1:
                    lines.append(self._metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width))
                    return lines
                lines.append(rest[:length].rstrip())
                rest = rest[length:]
        return lines


def _breaks(paragraph: str, font: QFont, width: int) -> list[int]:
    """Give the length of each wrapped line of one paragraph."""
    layout = QTextLayout(paragraph, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    lengths = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(20, width))
        lengths.append(line.textLength())
    layout.endLayout()
    return lengths or [0]
