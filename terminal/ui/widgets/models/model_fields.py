"""The fields of one language model: reading and writing them, nothing else."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QWidget

from terminal.domain.language_model import PRESETS, OutputMode
from terminal.ui.viewmodels.model_form import MODE_TIPS, MODES, ModelEntry
from terminal.ui.widgets.account.form_fields import SecretField

AS_TYPED: Final = "As typed"
_TEXTS: Final = (
    ("name", "Name", "local"),
    ("base_url", "Address", "https://host/v1; http only for 127.0.0.1"),
    ("model", "Model id", "as the server names it"),
    ("temperature", "Temperature", "empty sends none"),
    ("max_tokens", "Most tokens", "of an answer"),
    ("timeout_s", "Time limit, s", "for a decision, its repair included"),
    ("input_usd", "Price in", "USD per million tokens; needed beyond this machine"),
    ("output_usd", "Price out", "USD per million tokens"),
    ("daily_cap_usd", "Daily cap, USD", "needed beyond this machine"),
    ("contaminated_until", "Knows history until", "YYYY-MM-DD, as its maker says; empty: not known"),
)


class ModelFields(QWidget):
    """Rows of titles and fields.

    Attributes:
        choice, preset, mode: which model, what kind of server, and the form of its answers.
        texts: the plain fields by the name of what they hold.
        key, password: kept no longer than needed.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = QComboBox()
        self.preset = QComboBox()
        self.mode = QComboBox()
        self.texts = {name: QLineEdit() for name, _, _ in _TEXTS}
        self.key = SecretField("Key of the model")
        self.password = SecretField("Password to keep the key under")
        self._form = QFormLayout(self)
        self._dress()
        self._lay_out()

    def _dress(self) -> None:
        self.choice.setAccessibleName("Model")
        self.preset.setAccessibleName("Kind of server")
        self.mode.setAccessibleName("Form of the answer")
        self.preset.addItem(AS_TYPED)
        for preset in PRESETS:
            self.preset.addItem(preset.title)
        for mode, title in MODES.items():
            self.mode.addItem(title, mode)
            self.mode.setItemData(self.mode.count() - 1, MODE_TIPS[mode], Qt.ItemDataRole.ToolTipRole)
        for name, title, hint in _TEXTS:
            self.texts[name].setAccessibleName(title)
            self.texts[name].setPlaceholderText(hint)
            self.texts[name].setMaxLength(200)
        self.texts["contaminated_until"].setToolTip(
            "The lab shows what it says of days before apart: it may have read how they ended, so it proves nothing."
        )
        self.password.setPlaceholderText("empty: the key is kept nowhere and asked for at each start")

    def _lay_out(self) -> None:
        form = self._form
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(6)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("Model", self.choice)
        form.addRow("Server", self.preset)
        for name, title, _ in _TEXTS:
            form.addRow(title, self.texts[name])
            if name == "model":
                form.addRow("Answer form", self.mode)
                form.addRow("Key", self.key)
                form.addRow("Password", self.password)

    def entry(self, *, decides: bool) -> ModelEntry:
        """Give what stands in the fields."""
        texts = {name: field.text() for name, field in self.texts.items()}
        mode: OutputMode = self.mode.currentData()
        return ModelEntry(**texts, output_mode=mode, decides=decides)

    def write(self, entry: ModelEntry) -> None:
        """Fill the fields; the key is never among what is shown."""
        for name, field in self.texts.items():
            field.setText(getattr(entry, name))
        self.mode.setCurrentIndex(self.mode.findData(entry.output_mode))

    def show_place(self, vault: str | None, *, in_file: bool) -> None:
        """Say where a key would lie; only without a vault, or for a key in the file, is a password of use."""
        self._form.setRowVisible(self.password, vault == "" or in_file)
        where = {None: "", "": "no vault on this machine; see the password"}.get(vault, f"goes into {vault}")
        self.key.setPlaceholderText("; ".join(part for part in (where, "empty keeps what is there") if part))

    def forget(self) -> None:
        """Take away what is secret."""
        self.key.forget()
        self.password.forget()
