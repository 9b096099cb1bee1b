"""The one style sheet, built from tokens.

Widgets choose among roles with dynamic properties instead of carrying styles:

* labels: `tone` = muted, accent, up, down, amber, ai, rise, fall; `size` = hint, title, figure
* frames: `role` = panel, card; `banner` = muted, accent, amber
* buttons: `kind` = quiet, segment, pair, close, small, unit, quote, side, up, down, ai,
  rise, fall, danger, fill; `tall` where money is at stake, `snug` where long words stand in a row
* chips (labels): `chip` = accent, up, down, amber, ai, rise, fall, quiet

`set_role` changes such a property on a living widget.
"""

from PySide6.QtWidgets import QWidget

from terminal.ui.theme.fonts import BASE_PX, FIGURE_PX, HINT_PX, TITLE_PX
from terminal.ui.theme.look import scaled
from terminal.ui.theme.tokens import BUTTON_HEIGHT, GAP, MEANINGS, RADIUS, RADIUS_CONTROL, Tokens

_QT_OWN = {"size": "textSize"}  # Qt has a property of that name on every widget


def set_role(widget: QWidget, name: str, value: str) -> None:
    """Set a style property and restyle the widget; does nothing when it is already so."""
    name = _QT_OWN.get(name, name)
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)


def style_sheet(tokens: Tokens) -> str:
    """Write the whole style sheet for one palette."""
    return "\n".join(
        (_base(tokens), _labels(tokens), _buttons(tokens), _inputs(tokens), _views(tokens), _chrome(tokens))
    )


def _edge(colour: str) -> str:
    """Give a colour thinned to a quiet border."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 45%)"


def _base(t: Tokens) -> str:
    return f"""
QWidget {{ color: {t.text}; font-size: {scaled(BASE_PX)}px; }}
QMainWindow, QDialog {{ background: {t.window}; }}
QFrame[role="panel"] {{ background: {t.panel}; border: 1px solid {t.line}; border-radius: {RADIUS}px; }}
QFrame[role="card"] {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: {RADIUS}px; }}
QFrame[banner="muted"] {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: {RADIUS_CONTROL}px; }}
QFrame[banner="accent"] {{ background: {t.accent_ground}; border: 1px solid {t.accent};
  border-radius: {RADIUS_CONTROL}px; }}
QFrame[banner="amber"] {{ background: {t.amber_ground}; border: 1px solid {t.amber};
  border-radius: {RADIUS_CONTROL}px; }}
QFrame[role="rule"] {{ background: {t.line}; border: none; max-height: 1px; min-height: 1px; }}
QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.line}; padding: 6px; }}
"""


def _labels(t: Tokens) -> str:
    tones = "\n".join(f'QLabel[tone="{name}"] {{ color: {getattr(t, name)}; }}' for name in ("muted", *MEANINGS))
    chips = "\n".join(
        f'QLabel[chip="{name}"] {{ color: {getattr(t, name)}; background: {getattr(t, name + "_ground")}; }}'
        for name in MEANINGS
    )
    return f"""
{tones}
QLabel[textSize="hint"] {{ font-size: {scaled(HINT_PX)}px; }}
QLabel[textSize="title"] {{ font-size: {scaled(TITLE_PX)}px; font-weight: 600; }}
QLabel[textSize="figure"] {{ font-size: {scaled(FIGURE_PX)}px; font-weight: 600; }}
QLabel[strong="true"] {{ font-weight: 600; }}
QLabel[chip] {{ border-radius: {RADIUS_CONTROL}px; padding: 3px 8px;
  font-weight: 600; font-size: {scaled(HINT_PX)}px; }}
QLabel[chip="quiet"] {{ color: {t.muted}; background: {t.raised}; }}
{chips}
QLabel[chip][part="upper"] {{ padding: 3px 10px 0 10px; border-bottom-left-radius: 0;
  border-bottom-right-radius: 0; }}
QLabel[chip][part="lower"] {{ padding: 0 10px 3px 10px; border-top-left-radius: 0; border-top-right-radius: 0;
  font-weight: 400; }}
"""


def _buttons(t: Tokens) -> str:
    meanings = "\n".join(
        f"""
QPushButton[kind="{name}"] {{ color: {getattr(t, name)}; background: {getattr(t, name + "_ground")};
  border-color: {_edge(getattr(t, name))}; }}
QPushButton[kind="{name}"]:hover {{ background: {t.raised}; }}
QPushButton[kind="{name}"]:pressed {{ background: {t.panel}; }}"""
        for name in MEANINGS
    )
    return f"""
QPushButton {{ color: {t.text}; background: {t.raised}; border: 1px solid {t.line};
  border-radius: {RADIUS_CONTROL}px; padding: 4px 10px; outline: none; }}
QPushButton:hover {{ border-color: {t.faint}; }}
QPushButton:pressed {{ background: {t.panel}; }}
QPushButton:focus {{ border-color: {t.accent}; }}
QPushButton[tall="true"] {{ min-height: {scaled(BUTTON_HEIGHT) - 10}px; }}
QPushButton[snug="true"] {{ padding: 4px; }}
QPushButton[kind="quiet"] {{ background: transparent; border-color: transparent; color: {t.muted}; padding: 4px 8px; }}
QPushButton[kind="quiet"]:hover {{ color: {t.text}; background: {t.raised}; }}
QPushButton[kind="quiet"]:checked {{ color: {t.text}; background: {t.raised}; }}
{meanings}
QPushButton[kind="fill"] {{ color: {t.on_fill}; background: {t.up}; border-color: {t.up}; font-weight: 600; }}
QPushButton[kind="fill"]:hover {{ border-color: {t.text}; }}
QPushButton[kind="danger"] {{ color: {t.down}; background: {t.down_ground}; border-color: {_edge(t.down)}; }}
QPushButton[kind="segment"] {{ color: {t.muted}; background: {t.panel}; border: 1px solid {t.line}; }}
QPushButton[kind="segment"]:hover {{ color: {t.text}; border-color: {t.faint}; }}
QPushButton[kind="segment"]:checked {{ color: {t.text}; background: {t.accent_ground}; border-color: {t.accent}; }}
QPushButton[kind="segment"][alarm="amber"]:checked {{ color: {t.amber}; background: {t.amber_ground};
  border-color: {t.amber}; }}
QPushButton[kind="segment"][alarm="down"]:checked {{ color: {t.down}; background: {t.down_ground};
  border-color: {t.down}; }}
QPushButton[kind="pair"] {{ color: {t.muted}; background: transparent; border-color: transparent;
  padding: 4px 0; font-size: {scaled(HINT_PX)}px; }}
QPushButton[kind="pair"]:hover {{ color: {t.text}; background: {t.raised}; }}
QPushButton[kind="pair"]:checked {{ color: {t.text}; background: {t.raised}; border-color: {t.line}; }}
QPushButton[kind="close"] {{ padding: 0 2px; }}
QPushButton[kind="small"] {{ padding: 4px 8px; }}
QPushButton[kind="small"][alarm="amber"] {{ color: {t.amber}; background: {t.amber_ground};
  border-color: {_edge(t.amber)}; }}
QPushButton[kind="unit"] {{ color: {t.muted}; background: transparent; border: none; padding: 0;
  font-size: {scaled(HINT_PX)}px; text-align: left; }}
QPushButton[kind="unit"]:hover, QPushButton[kind="unit"]:focus {{ color: {t.text}; }}
QPushButton[kind="unit"]:disabled {{ color: {t.muted}; background: transparent; }}
QPushButton[kind="quote"] {{ background: {t.panel}; padding: 2px 0; font-size: {scaled(HINT_PX)}px; }}
QPushButton[kind="quote"]:hover {{ background: {t.raised}; border-color: {t.faint}; }}
QPushButton[kind="quote"][stale="true"] {{ color: {t.muted}; }}
QPushButton[kind="quote"]:checked {{ background: {t.accent_ground}; border-color: {t.accent}; }}
QPushButton[kind="side"] {{ color: {t.muted}; background: {t.panel}; font-weight: 600; }}
QPushButton[kind="side"]:hover {{ color: {t.text}; border-color: {t.faint}; }}
QPushButton[kind="side"][side="up"]:checked {{ color: {t.rise}; background: {t.rise_ground};
  border-color: {_edge(t.rise)}; }}
QPushButton[kind="side"][side="down"]:checked {{ color: {t.fall}; background: {t.fall_ground};
  border-color: {_edge(t.fall)}; }}
QPushButton[kind="ai"] {{ padding: 0 4px; font-size: {scaled(HINT_PX)}px; font-weight: 600; }}
QPushButton[kind]:focus {{ border-color: {t.accent}; }}
QPushButton[kind="fill"]:focus {{ border-color: {t.text}; }}
QPushButton:disabled, QPushButton[kind]:disabled {{ color: {t.faint}; background: {t.panel}; border-color: {t.line}; }}
QPushButton::menu-indicator {{ width: 0; }}
"""


def _inputs(t: Tokens) -> str:
    return f"""
QLineEdit, QPlainTextEdit, QTextEdit {{ background: {t.field}; border: 1px solid {t.line};
  border-radius: {RADIUS_CONTROL}px; padding: 4px 8px; selection-background-color: {t.accent};
  selection-color: {t.on_fill}; }}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus {{ border-color: {t.accent}; }}
QLineEdit[slim="true"] {{ padding: 0 6px; border-radius: 4px; font-size: {scaled(HINT_PX)}px; }}
QComboBox {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: {RADIUS_CONTROL}px;
  padding: 4px 8px; selection-background-color: {t.accent_ground}; }}
QComboBox:hover {{ border-color: {t.faint}; }}
QComboBox:focus, QComboBox:on {{ border-color: {t.accent}; }}
QComboBox:disabled {{ color: {t.faint}; background: {t.panel}; }}
QComboBox::drop-down {{ border: none; width: 20px; }}
QComboBox::down-arrow {{ width: 0; height: 0; border-left: 4px solid {t.raised}; border-right: 4px solid {t.raised};
  border-top: 5px solid {t.muted}; margin-right: 6px; }}
QComboBox QAbstractItemView {{ background: {t.raised}; border: 1px solid {t.line}; padding: 4px;
  selection-background-color: {t.accent_ground}; }}
QAbstractSpinBox {{ background: {t.field}; border: 1px solid {t.line}; border-radius: {RADIUS_CONTROL}px;
  padding: 4px 8px; selection-background-color: {t.accent}; selection-color: {t.on_fill}; }}
QAbstractSpinBox:focus {{ border-color: {t.accent}; }}
QAbstractSpinBox:disabled {{ color: {t.faint}; background: {t.panel}; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button, QDateEdit::drop-down {{ border: none; width: 18px; }}
QAbstractSpinBox::up-arrow {{ width: 0; height: 0; border-left: 4px solid {t.field};
  border-right: 4px solid {t.field}; border-bottom: 5px solid {t.muted}; }}
QAbstractSpinBox::down-arrow {{ width: 0; height: 0; border-left: 4px solid {t.field};
  border-right: 4px solid {t.field}; border-top: 5px solid {t.muted}; }}
QCheckBox {{ spacing: 8px; }}
QCheckBox::indicator {{ width: 14px; height: 14px; border: 1px solid {t.muted}; border-radius: 4px;
  background: {t.field}; }}
QCheckBox::indicator:hover, QCheckBox::indicator:focus {{ border-color: {t.text}; }}
QCheckBox::indicator:checked {{ background: {t.accent}; border-color: {t.accent}; }}
QCheckBox::indicator:disabled {{ border-color: {t.line}; background: {t.panel}; }}
QLineEdit[compact="true"] {{ padding: 1px 6px; border-radius: 4px; border-color: {t.accent}; }}
QLineEdit[flash="true"] {{ border-color: {t.amber}; color: {t.amber}; }}
QLineEdit:disabled {{ color: {t.faint}; background: {t.panel}; }}
QSlider::groove:horizontal {{ background: {t.line}; height: 4px; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ background: {t.accent}; border-radius: 2px; }}
QSlider::sub-page:horizontal:disabled {{ background: {t.line}; }}
QSlider::handle:horizontal {{ background: {t.text}; width: 12px; margin: -4px 0; border-radius: 6px; }}
QSlider::handle:horizontal:focus {{ background: {t.accent}; }}
QSlider::handle:horizontal:disabled {{ background: {t.faint}; }}
QMenu {{ background: {t.raised}; border: 1px solid {t.line}; padding: 4px; }}
QMenu::item {{ padding: 5px 18px; border-radius: 4px; }}
QMenu::item:selected {{ background: {t.accent_ground}; }}
QMenu::item:disabled {{ color: {t.faint}; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: 4px 6px; }}
"""


def _views(t: Tokens) -> str:
    return f"""
QAbstractItemView {{ background: transparent; border: none; outline: none;
  selection-background-color: {t.raised}; selection-color: {t.text}; }}
QHeaderView {{ background: transparent; border: none; }}
QHeaderView::section {{ background: transparent; color: {t.muted}; border: none;
  border-bottom: 1px solid {t.line}; padding: 0 8px; height: {scaled(26)}px; font-size: {scaled(HINT_PX)}px; }}
QHeaderView[snug="true"]::section {{ padding: 0 4px; }}
QHeaderView::up-arrow, QHeaderView::down-arrow {{ image: none; width: 0; height: 0; }}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 8px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 8px; margin: 0; }}
QScrollBar::handle {{ background: {t.line}; border-radius: 4px; min-height: 24px; min-width: 24px; }}
QScrollBar::handle:hover {{ background: {t.faint}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""


def _chrome(t: Tokens) -> str:
    return f"""
QStatusBar {{ background: {t.window}; border: none; }}
QStatusBar::item {{ border: none; }}
QMainWindow::separator {{ background: {t.window}; width: {GAP}px; height: {GAP}px; }}
QMainWindow::separator:hover {{ background: {t.line}; }}
QTabBar {{ background: transparent; border: none; }}
QTabBar::tab {{ background: transparent; color: {t.muted}; border: none; border-bottom: 2px solid transparent;
  padding: 8px 12px 7px 12px; }}
QTabBar[narrow="true"]::tab {{ padding: 8px 4px 7px 4px; }}
QTabBar[narrow="true"] {{ font-size: {scaled(HINT_PX)}px; }}
QTabBar::tab:hover {{ color: {t.text}; }}
QTabBar::tab:selected {{ color: {t.text}; border-bottom-color: {t.accent}; font-weight: 600; }}
QTabWidget::pane {{ border: none; }}
QSplitter::handle {{ background: {t.window}; }}
"""
