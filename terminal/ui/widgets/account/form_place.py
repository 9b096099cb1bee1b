"""Where an account is: venue, product, site, and the file of an exchange on this machine."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QWidget

from terminal.domain.venues import PRODUCTS, SITES, VENUES, venue_title
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.account_place import DEMO, AccountPlace, products_of, sites_of, why_no_venue
from terminal.ui.widgets.account.form_fields import Choice, WordButtons

VENUE_TITLES: Final = {venue: venue_title(venue) for venue in VENUES}
_PATH_CHARS: Final = 4096
_FILE_HINT: Final = "what 'alphadesk exchange --venue NAME > FILE' wrote"


class FileField(QWidget):
    """A path that is typed or looked for.

    Signals:
        edited: the person changed it.
    """

    edited = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = QLineEdit()
        self.path.setAccessibleName(name)
        self.path.setMaxLength(_PATH_CHARS)
        self.path.setPlaceholderText(_FILE_HINT)
        self.browse = QPushButton("Find…")
        self.browse.setAccessibleName(f"Find the {name.lower()}")
        self.browse.setAutoDefault(False)
        set_role(self.browse, "kind", "quiet")
        self._name = name
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.path, 1)
        row.addWidget(self.browse)
        self.path.textEdited.connect(self.edited)
        self.browse.clicked.connect(self._look)

    @property
    def text(self) -> str:
        return self.path.text().strip()

    def show_text(self, text: str) -> None:
        self.path.setText(text)

    def _look(self) -> None:
        """Open the system's own dialog beside the window; it blocks nothing."""
        dialog = QFileDialog(self, self._name)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._take)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _take(self, path: str) -> None:
        self.path.setText(path)
        self.edited.emit()


class PlaceFields(QObject):
    """The fields and which of them are asked for; rows of a form that belongs to somebody else.

    Signals:
        changed: something else is chosen.
        moved: it is another venue or site, whose keys are others.
    """

    changed = Signal()
    moved = Signal()

    def __init__(self, start: AccountPlace, parent: QObject, venue: WordButtons | None = None) -> None:
        """`venue`: a choice of venues that stands elsewhere already."""
        super().__init__(parent)
        self.venue = Choice("Venue", VENUES, labels=VENUE_TITLES) if venue is None else venue
        self.product = Choice("Product", _all(PRODUCTS.values()))
        self.site = Choice("Site", _all(SITES.values()))
        self.file = FileField("Connection file")
        self._mode = ""
        self._kept: AccountPlace | None = None
        self.venue.choose(start.venue)
        for choice, word in ((self.product, start.product), (self.site, start.site)):
            if word:
                choice.choose(word)
        self.file.show_text(start.connection)
        self.venue.chosen.connect(self._on_move)
        self.site.chosen.connect(self._on_move)
        self.product.chosen.connect(lambda _word: self.changed.emit())
        self.file.edited.connect(self.changed)

    @property
    def rows(self) -> tuple[tuple[str, QWidget], ...]:
        return ("Product", self.product), ("Site", self.site), ("Connection file", self.file)

    @property
    def place(self) -> AccountPlace:
        """Give what is chosen; what this venue has no choice of is ""."""
        venue, file = self.venue.word, self.file.text if self._mode == DEMO else ""
        if self._kept is not None:
            return AccountPlace(self._kept.venue, self._kept.product, self._kept.site, file)
        return AccountPlace(
            venue,
            self.product.word if products_of(venue) else "",
            self.site.word if sites_of(venue, self._mode) else "",
            file,
        )

    def keep(self, place: AccountPlace) -> None:
        """An account keeps its place: nothing of it can be chosen, but where its exchange's file lies."""
        self._kept = place

    def ask(self, mode: str, form: QFormLayout) -> None:
        """Ask for what an account of this mode needs there."""
        before, self._mode = self.venue.word, mode
        self.venue.offer({venue: why_no_venue(mode, venue) for venue in self.venue.buttons})
        venue = self.venue.word
        products, sites = products_of(venue), sites_of(venue, mode)
        self.product.show_only(products)
        self.site.show_only(sites)
        for field, asked in ((self.product, products), (self.site, sites)):
            form.setRowVisible(field, bool(asked) and self._kept is None)
        form.setRowVisible(self.file, mode == DEMO)
        if venue != before:
            self._on_move()

    def _on_move(self, *_: object) -> None:
        self.moved.emit()
        self.changed.emit()


def _all(tables: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Give every word any venue knows, each once."""
    return tuple(dict.fromkeys(word for words in tables for word in words))
