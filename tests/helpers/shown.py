"""Everything a window shows or tells a screen reader, as one text."""

from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget


def texts_of(window: QWidget) -> str:
    """Give every visible word of a window, its tooltips and accessible names included."""
    parts = [window.windowTitle()]
    for widget in (window, *window.findChildren(QWidget)):
        parts += [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()]
        if isinstance(widget, QLineEdit):
            parts += [widget.displayText(), widget.placeholderText()]
        elif isinstance(widget, QLabel | QAbstractButton):
            parts.append(widget.text())
    return "\n".join(parts)
