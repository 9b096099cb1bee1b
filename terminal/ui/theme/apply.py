"""Dress the application: style, palette, font, style sheet."""

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from terminal.ui.theme.fonts import ui_font
from terminal.ui.theme.look import LOOK, Choice
from terminal.ui.theme.qss import style_sheet
from terminal.ui.theme.tokens import Tokens


def apply_theme(app: QApplication, choice: Choice | None = None) -> None:
    """Give every widget of `app` this look, now and live; the built-in one when none is named."""
    LOOK.take(choice or Choice())
    if app.style().name().lower() != "fusion":
        app.setStyle("Fusion")  # the same drawing on every platform
    app.setPalette(palette(LOOK.tokens))
    app.setFont(ui_font())
    app.setStyleSheet(style_sheet(LOOK.tokens))
    LOOK.changed.emit()


def palette(tokens: Tokens) -> QPalette:
    """Give the palette painters and native parts of Fusion read."""
    role = QPalette.ColorRole
    colours = {
        role.Window: tokens.window,
        role.WindowText: tokens.text,
        role.Base: tokens.panel,
        role.AlternateBase: tokens.raised,
        role.Text: tokens.text,
        role.Button: tokens.raised,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.text,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_fill,
        role.ToolTipBase: tokens.raised,
        role.ToolTipText: tokens.text,
        role.PlaceholderText: tokens.muted,
        role.Link: tokens.accent,
        role.Mid: tokens.line,
        role.Dark: tokens.window,
        role.Light: tokens.raised,
    }
    made = QPalette()
    for name, colour in colours.items():
        made.setColor(name, QColor(colour))
    for name in (role.Text, role.WindowText, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, name, QColor(tokens.faint))
    return made
