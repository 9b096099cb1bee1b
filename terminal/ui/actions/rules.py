"""What a key may be used for: the words of each refusal."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence

from terminal.ui.actions.table import BY_ID, HAS_FOCUS, Action, Effect, Where

_MAIN: Final = frozenset({Where.WINDOW, Where.REVIEW, *HAS_FOCUS})
_HOLDING: Final = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)
# What a text field does with a key by itself; a shortcut on it would be silent there.
_FIELD_KEYS: Final = tuple(
    getattr(QKeySequence.StandardKey, name)
    for name in (
        "Copy", "Cut", "Paste", "Undo", "Redo", "SelectAll", "Delete", "Backspace", "DeleteStartOfWord",
        "DeleteEndOfWord", "DeleteEndOfLine", "DeleteCompleteLine", "MoveToNextChar", "MoveToPreviousChar",
        "MoveToNextWord", "MoveToPreviousWord", "MoveToStartOfLine", "MoveToEndOfLine", "MoveToStartOfDocument",
        "MoveToEndOfDocument", "SelectNextChar", "SelectPreviousChar", "SelectNextWord", "SelectPreviousWord",
        "SelectStartOfLine", "SelectEndOfLine", "SelectStartOfDocument", "SelectEndOfDocument",
    )
)  # fmt: skip
_PLAIN: Final = frozenset({Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab})


def normal(key: str) -> str:
    """Write a key as Qt does, "" for what is no single chord."""
    sequence = QKeySequence(key)
    if sequence.count() != 1 or chord(key).key() == Qt.Key.Key_unknown:
        return ""
    return sequence.toString(QKeySequence.SequenceFormat.PortableText)


def is_typed(key: str) -> bool:
    """True for a key that writes something or moves in a field: no function key, and no Ctrl, Alt or Meta held."""
    pressed = chord(key)
    return not pressed.keyboardModifiers() & _HOLDING and not Qt.Key.Key_F1 <= pressed.key() <= Qt.Key.Key_F35


def why_not(action: Action, keys: tuple[str, ...], now: Mapping[str, tuple[str, ...]]) -> str:
    """Say why an action may not have these keys while the others have `now`; "" when it may."""
    for key in keys:
        words = _why_not_one(action, key, now)
        if words:
            return words
    if action.effect is Effect.STOPS and not keys:
        return f"This must always have a key: {action.words}."
    return ""


def _why_not_one(action: Action, key: str, now: Mapping[str, tuple[str, ...]]) -> str:
    if not key:
        return "This is no key that can be used. Press one key, with Ctrl, Alt or Shift if you like."
    if chord(key).key() in _PLAIN:
        return f"{key} closes things and moves between controls, and keeps doing so. Choose another key."
    if action.effect is Effect.SENDS and is_typed(key):
        return f"{key} alone may not send an order. Hold Ctrl or Alt with it, or use a function key."
    if action.where in {Where.ANYWHERE, Where.WINDOW} and is_typed(key):
        return f"{key} alone would be typed into fields. Hold Ctrl or Alt with it, or use a function key."
    if action.where is Where.ANYWHERE and _field_uses(key):
        return f"A text field uses {key} itself, so it would do nothing while you type. Choose another key."
    for other_id, taken in now.items():
        other = BY_ID[other_id]
        if other_id != action.action_id and key in taken and _meet(action.where, other.where):
            return f"{key} is taken ({other.where.value}): {other.words}. Change that one first."
    return ""


def _meet(one: Where, other: Where) -> bool:
    """True when both would hear a key at the same time; a panel with the keyboard goes before the review desk."""
    if one is other or Where.ANYWHERE in {one, other}:
        return True
    if Where.WINDOW in {one, other}:
        return {one, other} <= _MAIN
    return False


def _field_uses(key: str) -> bool:
    return any(QKeySequence(key) in QKeySequence.keyBindings(standard) for standard in _FIELD_KEYS)


def chord(key: str) -> QKeyCombination:
    """Give the one chord a key is."""
    first: QKeyCombination = QKeySequence(key)[0]  # type: ignore[index]  # the stubs leave the operator out
    return first
