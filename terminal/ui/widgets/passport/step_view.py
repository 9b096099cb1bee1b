"""One step of a passport in full: words, what to do, and every paper behind it, to the byte."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from terminal.domain.passport import DotState
from terminal.domain.passport_messages import Paper, PassportStep
from terminal.ui.theme.fonts import mono_font
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.passport import DOT_ROLE
from terminal.ui.viewmodels.passport_text import no_papers, paper_line, paper_seal, step_head, step_source, step_todo
from terminal.ui.widgets.plain_text import one_line, visible

_LINES_PX = 128
_PAPERS_PX = 118
_LINE_CHARS = 110  # about as many fit in a line
_FRAME_PX = 22  # border, padding and margin of a text field


class StepView(QWidget):
    """Shows one step. Every text can be selected, and copied whole with a button."""

    def __init__(self) -> None:
        super().__init__()
        self.papers: tuple[Paper, ...] = ()
        self.head, self.source, self.words, self.todo, self.seal = (_label() for _ in range(5))
        set_role(self.head, "strong", "true")
        set_role(self.source, "tone", "muted")
        set_role(self.todo, "tone", "down")
        set_role(self.seal, "tone", "muted")
        set_role(self.seal, "size", "hint")
        self.lines = _reader("The step in words")
        self.list = QTreeWidget()
        self.list.setAccessibleName("Papers of this step")
        self.list.setColumnCount(2)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.list.currentItemChanged.connect(self._show_paper)
        self.bytes = _reader("Exact text of the paper")
        self.bytes.setFont(mono_font())
        self.copy_text = self._button("Copy text", lambda: self._copy("text"))
        self.copy_seal = self._button("Copy seal", lambda: self._copy("mac"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self.head, self.source, self.words, self.todo, self.lines, self.list):
            column.addWidget(widget)
        room = QWidget()  # keeps its place when there is nothing to read
        inside = QVBoxLayout(room)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.bytes)
        column.addWidget(room, 1)
        row = QHBoxLayout()
        row.addWidget(self.seal, 1)
        row.addWidget(self.copy_seal)
        row.addWidget(self.copy_text)
        column.addLayout(row)

    @staticmethod
    def _button(words: str, act: object) -> QPushButton:
        button = QPushButton(words)
        button.setAccessibleName(words)
        button.setAutoDefault(False)
        button.clicked.connect(act)
        return button

    def show_step(self, step: PassportStep, number: int) -> None:
        """Show a step; the paper a person reads stays chosen while it is there."""
        role = DOT_ROLE[step.dot.state]
        self.head.setText(step_head(step, number))
        set_role(self.head, "tone", "muted" if role == "faint" else role)
        self._put(self.source, step_source(step))
        self._put(self.words, step.dot.words[:1].upper() + step.dot.words[1:])
        set_role(self.words, "tone", "down" if step.dot.state is DotState.BROKEN else "")
        self._put(self.todo, step_todo(step))
        self.lines.setVisible(bool(step.lines))
        _fill(self.lines, "\n".join(step.lines))
        shown = sum(1 + len(line) // _LINE_CHARS for line in step.lines)
        self.lines.setFixedHeight(min(_LINES_PX, self.lines.fontMetrics().lineSpacing() * shown + _FRAME_PX))
        self._fill_papers(step)

    @staticmethod
    def _put(label: QLabel, text: str) -> None:
        label.setText(visible(text))
        label.setVisible(bool(text))

    def _fill_papers(self, step: PassportStep) -> None:
        now = self.paper
        self.papers = step.papers
        self.list.blockSignals(True)  # refilling is no choice
        self.list.clear()
        for paper in step.papers:
            item = QTreeWidgetItem([one_line(text) for text in paper_line(paper)])
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.list.addTopLevelItem(item)
        self.list.blockSignals(False)
        self.list.setVisible(bool(step.papers))
        self.list.setFixedHeight(min(_PAPERS_PX, self.list.sizeHintForRow(0) * len(step.papers) + 2))
        at = next((at for at, paper in enumerate(step.papers) if now and _same(paper, now)), 0)
        chosen = self.list.topLevelItem(at)
        if chosen is not None:
            self.list.setCurrentItem(chosen)
        self._show_paper(nothing=no_papers(step))

    @property
    def paper(self) -> Paper | None:
        """The paper shown now."""
        at = self.list.currentIndex().row()
        return self.papers[at] if 0 <= at < len(self.papers) else None

    def _show_paper(self, *_: object, nothing: str = "") -> None:
        paper = self.paper
        for button in (self.copy_text, self.copy_seal):
            button.setEnabled(paper is not None)
        self.bytes.setVisible(paper is not None)
        self.seal.setText(nothing if paper is None else paper_seal(paper))
        _fill(self.bytes, "" if paper is None else paper.text)

    def _copy(self, what: str) -> None:
        paper = self.paper
        if paper is not None:
            QGuiApplication.clipboard().setText(paper.text if what == "text" else paper.mac)


def _same(one: Paper, other: Paper) -> bool:
    return (one.seq, one.title) == (other.seq, other.title)


def _fill(reader: QPlainTextEdit, text: str) -> None:
    """Change a reader's text only when it is another: the place a person reads stays."""
    shown = visible(text)
    if reader.toPlainText() != shown:
        reader.setPlainText(shown)
        # Its lines are broken anew once it has its width: begin at the top then too.
        QTimer.singleShot(0, reader, lambda: reader.verticalScrollBar().setValue(0))


def _reader(name: str) -> QPlainTextEdit:
    reader = QPlainTextEdit()
    reader.setReadOnly(True)
    reader.setAccessibleName(name)
    reader.setTabChangesFocus(True)
    return reader


def _label() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
