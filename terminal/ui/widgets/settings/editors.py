"""One control a kind of setting: a field, a choice, a tick, or a row of buttons. All speak text."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QPushButton, QWidget

from terminal.domain.setting import NO, YES, Setting, SettingKind, parts_of
from terminal.ui.theme.qss import set_role

FIELD_PX = 120
LONG_PX = 300
_SHORT = frozenset({SettingKind.WHOLE, SettingKind.FIGURE, SettingKind.SHARE, SettingKind.SECONDS})


class Editor(QWidget):
    """What every control has.

    Signals:
        edited: a person changed it; `show_value` does not.
    """

    edited = Signal()

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.setting = setting
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(4)

    @property
    def value(self) -> str:
        """What stands in it, as a person types it; each kind of editor has its own."""
        raise NotImplementedError

    def show_value(self, text: str) -> None:
        """Show this value; each kind of editor has its own way."""
        raise NotImplementedError


class FieldEditor(Editor):
    """Typed text."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.field = QLineEdit()
        self.field.setAccessibleName(setting.title)
        shape = "YYYY-MM-DD HH:MM" if setting.kind is SettingKind.MOMENT else "not set"
        self.field.setPlaceholderText(setting.usual or shape)
        self.field.setFixedWidth(FIELD_PX if setting.kind in _SHORT else LONG_PX)
        self.field.textEdited.connect(lambda _text: self.edited.emit())
        self.row.addWidget(self.field)
        self.setFocusProxy(self.field)

    @property
    def value(self) -> str:
        return self.field.text().strip()

    def show_value(self, text: str) -> None:
        self.field.setText(text)


class ChoiceEditor(Editor):
    """One of several."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.box = QComboBox()
        self.box.setAccessibleName(setting.title)
        for value, words in setting.choices:
            self.box.addItem(words, value)
        self.box.setMinimumWidth(FIELD_PX)
        self.box.activated.connect(lambda _at: self.edited.emit())
        self.row.addWidget(self.box)
        self.setFocusProxy(self.box)

    @property
    def value(self) -> str:
        return str(self.box.currentData())

    def show_value(self, text: str) -> None:
        self.box.setCurrentIndex(self.box.findData(text))


class TickEditor(Editor):
    """Yes or no."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.tick = QCheckBox()
        self.tick.setAccessibleName(setting.title)
        self.tick.clicked.connect(lambda _on: self.edited.emit())
        self.row.addWidget(self.tick)
        self.setFocusProxy(self.tick)

    @property
    def value(self) -> str:
        return YES if self.tick.isChecked() else NO

    def show_value(self, text: str) -> None:
        self.tick.setChecked(text == YES)


class SeveralEditor(Editor):
    """Any of several."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.buttons: dict[str, QPushButton] = {}
        for value, words in setting.choices:
            button = QPushButton(words)
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setAccessibleName(f"{setting.title}: {words}")
            set_role(button, "kind", "segment")
            button.clicked.connect(lambda _on: self.edited.emit())
            self.row.addWidget(button)
            self.buttons[value] = button

    @property
    def value(self) -> str:
        return ", ".join(value for value, button in self.buttons.items() if button.isChecked())

    def show_value(self, text: str) -> None:
        chosen = parts_of(text)
        for value, button in self.buttons.items():
            button.setChecked(value in chosen)


def editor_of(setting: Setting) -> Editor:
    """Make the control of a setting; one that is fixed can be read and not changed."""
    kinds: dict[SettingKind, type[Editor]] = {
        SettingKind.CHOICE: ChoiceEditor,
        SettingKind.YES_NO: TickEditor,
        SettingKind.SEVERAL: SeveralEditor,
    }
    editor = kinds.get(setting.kind, FieldEditor)(setting)
    editor.setEnabled(not setting.fixed)
    return editor
