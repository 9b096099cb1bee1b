"""The ways into Brain and into the forms of who decides: entries of the View menu, built when first wanted."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from terminal.ui.actions.bind import menu_action
from terminal.ui.viewmodels.desk import Desk

if TYPE_CHECKING:
    from terminal.ui.widgets.brain.window import BrainWindow
    from terminal.ui.widgets.models.ensemble_form import EnsembleForm
    from terminal.ui.widgets.models.form import ModelForm


class BrainDoor(QObject):
    """Opens the windows; `also_in` lets the panic keys work in them.

    Attributes:
        window, form, ensemble: None until they were opened for the first time.
    """

    def __init__(self, desk: Desk, over: QWidget, menu: QMenu, also_in: Callable[[QWidget], None]) -> None:
        super().__init__(over)
        self._desk = desk
        self._over = over
        self._also_in = also_in
        self.window: BrainWindow | None = None
        self.form: ModelForm | None = None
        self.ensemble: EnsembleForm | None = None
        menu_action(desk.actions, menu, over, "window.brain", "Brain…", self.open)
        menu_action(desk.actions, menu, over, "window.models", "Language models…", self.open_models)
        menu_action(desk.actions, menu, over, "window.ensemble", "Ensemble…", self.open_ensemble)

    def open(self) -> None:
        if self.window is None:
            from terminal.ui.widgets.brain.window import BrainWindow  # noqa: PLC0415 - the first paint need not wait

            self.window = BrainWindow(self._desk, self._over)
            self.window.models_asked.connect(self.open_models)
            self._also_in(self.window)
        self.window.open()

    def open_models(self) -> None:
        if self.form is None:
            from terminal.ui.widgets.models.form import ModelForm  # noqa: PLC0415 - as above

            self.form = ModelForm(self._desk.models, self._over)
            self.form.ensemble_asked.connect(self.open_ensemble)
            self._also_in(self.form)
        self.form.open()

    def open_ensemble(self) -> None:
        if self.ensemble is None:
            from terminal.ui.widgets.models.ensemble_form import EnsembleForm  # noqa: PLC0415 - as above

            self.ensemble = EnsembleForm(self._desk.models, self._over)
            self._also_in(self.ensemble)
        self.ensemble.open()
