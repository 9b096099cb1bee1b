"""Puts keys on acts: one call of `bind` per panel, and the keys follow the person's own map.

Qt decides who hears a key: keys of the window and the review desk are shortcuts; keys of a panel
that has the keyboard (chart, ladder, tables) are taken from it before any shortcut hears them, so
that its Space or its arrows never do something elsewhere.
"""

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from terminal.ui.actions.book import ActionBook
from terminal.ui.actions.rules import chord
from terminal.ui.actions.table import BY_ID, HAS_FOCUS, Action, Where
from terminal.ui.widgets.hold_button import HoldButton

Act = Callable[[], object]
TYPING: Final = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox, QComboBox)
SPACE: Final = "Space"
PRESSED_BY_SPACE: Final = (QAbstractButton, HoldButton, *TYPING)


def bind(book: ActionBook, owner: QWidget, acts: Mapping[str, Act]) -> None:
    """Offer acts by action id and let their keys run them while `owner` can hear them.

    Raises:
        KeyError: the table has no such action: add it there.
    """
    for action_id, act in acts.items():
        book.offer(action_id, act)
    focused = {name: act for name, act in acts.items() if BY_ID[name].where in HAS_FOCUS}
    if focused:
        _FocusKeys(book, owner, focused)
    for action_id in acts.keys() - focused.keys():
        ShortcutKeys(book, owner, BY_ID[action_id], acts[action_id])


def menu_action(book: ActionBook, menu: QMenu, window: QWidget, action_id: str, text: str, act: Act) -> QAction:
    """Put an action into a menu of the window: its key works in the whole window and stands beside the words.

    Raises:
        KeyError: the table has no such action: add it there.
    """
    book.offer(action_id, act)
    made = menu.addAction(text)
    made.setShortcutVisibleInContextMenu(True)
    made.setAutoRepeat(False)
    made.triggered.connect(lambda _checked=False: act())  # the state of a checkable action is not for the act
    window.addAction(made)  # a menu of a button hears no shortcut by itself
    _MenuKeys(book, made, action_id)
    return made


class _MenuKeys(QObject):
    """Keeps the shortcuts of a menu's action true; lives as long as the action."""

    def __init__(self, book: ActionBook, act: QAction, action_id: str) -> None:
        super().__init__(act)
        self._keymap = book.keymap
        self._act = act
        self._action_id = action_id
        book.keymap.changed.connect(self._set_keys)
        self._set_keys()

    def _set_keys(self) -> None:
        self._act.setShortcuts([QKeySequence(key) for key in self._keymap.keys_of(self._action_id)])


class ShortcutKeys(QObject):
    """The shortcuts of one action in one widget's window; they follow the key map."""

    def __init__(
        self,
        book: ActionBook,
        owner: QWidget,
        action: Action,
        act: Act,
        context: Qt.ShortcutContext = Qt.ShortcutContext.WindowShortcut,
    ) -> None:
        super().__init__(owner)
        self._owner = owner
        self._keymap = book.keymap
        self._action = action
        self._act = act
        self._context = context
        self._shortcuts: list[QShortcut] = []
        book.keymap.changed.connect(self._set_keys)
        self._set_keys()

    def _set_keys(self) -> None:
        keys = self._keymap.keys_of(self._action.action_id)
        if [short.key() for short in self._shortcuts] == [QKeySequence(key) for key in keys]:
            return
        for short in self._shortcuts:
            short.setEnabled(False)
            short.deleteLater()
        self._shortcuts = [self._shortcut(key) for key in keys]

    def _shortcut(self, key: str) -> QShortcut:
        short = _SpaceKey(self._owner) if key == SPACE else QShortcut(QKeySequence(key), self._owner)
        short.setContext(self._context)
        short.setAutoRepeat(self._action.repeats)
        short.activated.connect(self._pressed)
        if self._action.where is Where.ANYWHERE:
            short.activatedAmbiguously.connect(self._pressed)  # a dialog that blocks nothing: both would hear it
        return short

    def _pressed(self) -> None:
        if self._action.where is Where.REVIEW and isinstance(QApplication.focusWidget(), TYPING):
            return
        self._act()


class _SpaceKey(QShortcut):
    """Space as a shortcut that gives way to whatever is pressed by Space."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__(QKeySequence(SPACE), owner)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus)
            self._on_focus(None, app.focusWidget())

    def _on_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        self.setEnabled(not isinstance(now, PRESSED_BY_SPACE))


class _FocusKeys(QObject):
    """Keys of the widget that has the keyboard, and of what lies inside it; never of a field in it."""

    def __init__(self, book: ActionBook, owner: QWidget, acts: Mapping[str, Act]) -> None:
        super().__init__(owner)
        self._keymap = book.keymap
        self._acts = dict(acts)
        self._by_chord: dict[int, str] = {}
        book.keymap.changed.connect(self._set_keys)
        self._set_keys()
        owner.installEventFilter(self)

    def _set_keys(self) -> None:
        self._by_chord = {
            chord(key).toCombined(): action_id for action_id in self._acts for key in self._keymap.keys_of(action_id)
        }

    def _meant(self, event: QKeyEvent) -> str | None:
        """Find the action of a key; for signs Shift may be part of how the keyboard writes them."""
        pressed = event.keyCombination().toCombined() & ~Qt.KeyboardModifier.KeypadModifier.value
        found = self._by_chord.get(pressed)
        if found is None and not Qt.Key.Key_A.value <= event.key() <= Qt.Key.Key_Z.value:
            found = self._by_chord.get(pressed & ~Qt.KeyboardModifier.ShiftModifier.value) if _is_sign(event) else None
        return found

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        del watched
        kind = event.type()
        if kind not in {QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress} or not isinstance(event, QKeyEvent):
            return False
        action_id = self._meant(event)
        if action_id is None or isinstance(QApplication.focusWidget(), TYPING):
            return False
        event.accept()
        if kind is QEvent.Type.KeyPress and (BY_ID[action_id].repeats or not event.isAutoRepeat()):
            self._acts[action_id]()
        return True


def _is_sign(event: QKeyEvent) -> bool:
    return len(event.text()) == 1 and event.text().isprintable() and not event.text().isspace()
