"""State of the account form: what was typed is tested, then saved, then forgotten.

Commands go out through two callables, what came of them comes back through `take_step`,
`test_ended`, `saved` and `refused`. GUI thread only.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from PySide6.QtCore import QObject, Signal

from terminal.domain.account_check import CheckStep, StepState
from terminal.domain.venues import COMPETITION_VENUE, venue_title
from terminal.ui.viewmodels.account_place import DEMO, AccountPlace

MODES: Final = ("paper", "live", "competition", DEMO)
API_VERSIONS: Final = ("v2", "v3")
NO_KEY_NEEDED: Final = frozenset({"paper", DEMO})
_NO_KEY: Final = {
    "paper": "A paper account has no key: nothing can be sent.",
    DEMO: "The exchange made a key of its own, which stands in its file: play money, on this machine alone.",
}
BOUND: Final = "This key cannot withdraw, and is bound to this machine's IP address"


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """What stands in the form. Nothing secret shows when it is printed.

    `password` is for the encrypted file, where the system has no vault; "" keeps the key
    for this run only. `is_bound` is the person's word that the key cannot withdraw and is
    bound to this machine's address. `venue`, `product`, `site` and `connection`: see `AccountPlace`.
    """

    mode: str
    api_version: str
    reviewer: str
    proxy: str
    key: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    passphrase: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    is_bound: bool = False
    venue: str = COMPETITION_VENUE
    product: str = ""
    site: str = ""
    connection: str = ""

    @property
    def place(self) -> AccountPlace:
        return AccountPlace(self.venue, self.product, self.site, self.connection)

    def at(self, place: AccountPlace) -> "AccountEntry":
        """Give the same entry at another place."""
        return replace(self, venue=place.venue, product=place.product, site=place.site, connection=place.connection)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What the venue gives with a key: only WEEX has a passphrase."""
        return ("key", "secret", "passphrase") if self.venue == COMPETITION_VENUE else ("key", "secret")

    @property
    def needs_key(self) -> bool:
        return self.mode not in NO_KEY_NEEDED

    @property
    def missing(self) -> str:
        """Say what has to be filled in before a test makes sense; "" when nothing is."""
        if self.needs_key:
            for name in self.secrets:
                if not getattr(self, name).strip():
                    return f"Paste the {name} first."
        if self.mode == DEMO and not self.connection.strip():
            return (
                "Name the file that holds the line of the running exchange: "
                f"'alphadesk exchange --venue {self.venue} > FILE' writes it."
            )
        return "" if self.reviewer.strip() else "Write who reviews: the name goes on every approval."


class AccountFormState(QObject):
    """What the form shows beside its fields.

    Attributes:
        profile: name of the profile that is set up.
        where: where the key will lie, in plain words; "" until the system's vault was asked.
        has_vault: False offers a password for an encrypted file instead.
        known: what is known of a key entered earlier; "" when there is none.
        steps: the newest test, in order.
        is_testing, is_saving: a command is under way.
        message, tone: the newest words for the person, and their colour.
        done: words about the saved account; "" until it is.
        keeps_place: the profile is there already, and an account keeps its venue.

    Signals:
        changed: any of the above.
        emptied: the secret fields must be emptied now.
    """

    changed = Signal()
    emptied = Signal()

    def __init__(
        self,
        profile: str,
        test: Callable[[AccountEntry], None],
        save: Callable[[AccountEntry, bool], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.profile = profile
        self._test = test
        self._save = save
        self.where = ""
        self.has_vault = True
        self.known = ""
        self.steps: dict[str, CheckStep] = {}
        self.is_testing = False
        self.is_saving = False
        self.message = ""
        self.tone = "muted"
        self.done = ""
        self.keeps_place = False
        self._asked: AccountEntry | None = None
        self._passed: AccountEntry | None = None

    # -- commands ----------------------------------------------------------------

    def test(self, entry: AccountEntry) -> None:
        """Start a test of exactly this entry, unless one runs or something is missing."""
        if self.is_testing or self.is_saving:
            return
        if entry.missing:
            self._say(entry.missing, "amber")
            return
        self.is_testing, self._asked, self._passed = True, entry, None
        self.steps = {}
        self._say("Testing…", "muted")
        self._test(entry)

    def save(self, entry: AccountEntry, *, untested: bool = False) -> None:
        """Save what was tested; or, when a person says so, what was not."""
        if self.is_testing or self.is_saving:
            return
        why = self.why_not_save(entry, untested=untested)
        if why:
            self._say(why, "amber")
            return
        self.is_saving = True
        self._say("Saving…", "muted")
        self._save(entry, self.is_tested(entry))

    def is_tested(self, entry: AccountEntry) -> bool:
        """True when a test of exactly this entry has passed; where it is kept is no part of it."""
        return self._passed is not None and _tested_part(self._passed) == _tested_part(entry)

    def key_words(self, entry: AccountEntry) -> str:
        """Say where the entry's key will lie, or why it has none."""
        if not entry.needs_key:
            return _NO_KEY[entry.mode]
        if not self.has_vault:
            return (
                "This computer has no vault for secrets that can be used. With a password the key is kept in an "
                "encrypted file; without one it is kept in memory, only until the program ends."
            )
        if not self.where:
            return "Asking the system where keys can be kept…"
        return f"The key will be kept in {self.where}. It is never shown again and cannot be exported."

    def why_not_save(self, entry: AccountEntry, *, untested: bool = False) -> str:
        """Say why the entry cannot be saved; "" when it can."""
        if entry.missing:
            return entry.missing
        if entry.needs_key and not entry.is_bound:
            where = venue_title(entry.venue)
            return f"Check the key in the {where} account and confirm: no withdrawals, bound to this machine's address."
        if not (untested or self.is_tested(entry)):
            return "Test it first. What you see here has not passed a test."
        return ""

    # -- what came of them ---------------------------------------------------------

    def take_step(self, step: CheckStep) -> None:
        self.steps[step.name] = step
        self.changed.emit()

    def test_ended(self, problem: str = "") -> None:
        """The test is over; `problem` is why it could not even begin."""
        asked, self._asked, self.is_testing = self._asked, None, False
        failed = [step for step in self.steps.values() if step.state is not StepState.OK]
        if problem:
            self._say(problem, "down")
        elif failed or not self.steps:
            self._say("The test failed; see the step marked ▲ for what to do.", "down")
        else:
            self._passed = asked
            self._say("Everything works. Save it.", "up")

    def saved(self, words: str) -> None:
        """It is kept: forget what was typed."""
        self.is_saving, self._passed, self._asked = False, None, None
        self.done = words
        self._say(words, "up")
        self.emptied.emit()

    def refused(self, words: str) -> None:
        """It could not be saved; the fields stay as they are."""
        self.is_saving = False
        self._say(words, "down")

    def remark(self, words: str) -> None:
        """Say something that stops nothing: a test or a saving under way goes on."""
        self._say(words, "down")

    def show_place(self, where: str, *, has_vault: bool, known: str = "") -> None:
        """Say where a key will lie and what is known of an earlier one."""
        self.where, self.has_vault, self.known = where, has_vault, known
        self.changed.emit()

    def _say(self, words: str, tone: str) -> None:
        self.message, self.tone = words, tone
        self.changed.emit()


def _tested_part(entry: AccountEntry) -> tuple[str, ...]:
    place = (entry.venue, entry.product, entry.site, entry.connection)
    return (*place, entry.mode, entry.api_version, entry.proxy, entry.key, entry.secret, entry.passphrase)
