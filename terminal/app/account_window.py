"""The account form in a window of its own, and over the main window when a key is asked for."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, Final

from PySide6.QtWidgets import QDialog, QWidget

from terminal.app.account_setup import AccountSetup
from terminal.app.secret_ask import answer_of
from terminal.domain.errors import TerminalError
from terminal.runtime.desk_loop import DeskLoop
from terminal.storage.account import AccountKey
from terminal.ui.panic_keys import PanicKeys
from terminal.ui.viewmodels.account_form import AccountEntry, AccountFormState
from terminal.ui.widgets.account.form import AccountForm
from terminal.ui.widgets.account.form_secret import SecretForm, SecretWords

NOTHING_CAN_BE_SENT: Final = (
    "Nothing can be sent yet: the program has no key. Open the account here first; "
    "until then orders and positions can only be stopped on the venue's own page."
)
_UNLOCK: Final = "Unlock the account"
_FIELD: Final = "Password of the key's file"
_WATCHING: Final = "Shows prices; nothing of the account can be read and nothing can be sent."


class AccountDesk:
    """Joins a form with the setup behind it. Lives on the window's loop."""

    def __init__(self, setup: AccountSetup, start: AccountEntry, parent: QWidget | None = None) -> None:
        self._setup = setup
        self._tasks: set[asyncio.Task[None]] = set()
        self.state = AccountFormState(setup.name, self._test, self._save)
        self.state.keeps_place = setup.is_known
        self.form = AccountForm(self.state, start, parent)
        self.form.mode.chosen.connect(self.look)
        self.form.place.changed.connect(self.look)

    async def show(self) -> None:
        """Show the form until it is closed; what is under way then is ended."""
        self.form.open()
        self.look()
        try:
            await _finished(self.form)
        finally:
            await self._end()

    def look(self, *_: object) -> None:
        """Find out where a key of this mode and venue would lie."""
        entry = self.form.entry()
        mode, venue = entry.mode, entry.venue

        async def look() -> None:
            where, has_vault = await self._setup.place_words(mode, venue)
            self.state.show_place(where, has_vault=has_vault, known=self._setup.known_words(mode, venue))

        self._begin(look(), self._say)

    def _test(self, entry: AccountEntry) -> None:
        async def test() -> None:
            await self._setup.test(entry, self.state.take_step)
            self.state.test_ended()

        self._begin(test(), self.state.test_ended)

    def _save(self, entry: AccountEntry, tested: bool) -> None:
        async def save() -> None:
            self.state.saved(await self._setup.save(entry, tested=tested))

        self._begin(save(), self.state.refused)

    def _say(self, words: str) -> None:
        self.state.refused(words)

    def _begin(self, work: Coroutine[Any, Any, None], on_trouble: Callable[[str], None]) -> None:
        async def guarded() -> None:
            try:
                await work
            except TerminalError as error:
                on_trouble(str(error))

        task = asyncio.ensure_future(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _task: work.close())  # one that was ended before its first step

    def cancel(self) -> None:
        """Tell what is under way to end; nobody looks at the form any more."""
        for task in tuple(self._tasks):
            task.cancel()

    async def _end(self) -> None:
        self.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class WindowAsk:
    """Asks over the main window; never with a nested loop."""

    def __init__(
        self,
        profile: str,
        setup: Callable[[], tuple[AccountSetup, AccountEntry]],
        parent: QWidget,
        panic_keys: PanicKeys,
    ) -> None:
        """`panic_keys` are the window's; over a form that asks for the key they can only say so."""
        self._profile = profile
        self._panic_keys = panic_keys
        self._make_setup = setup
        self._parent = parent
        self._unlock: SecretForm | None = None

    async def password(self, problem: str) -> str | None:
        """Show the unlock form; the same one stays while passwords are wrong."""
        if self._unlock is None:
            words = f"The key of profile {self._profile} lies in a file under your password."
            self._unlock = SecretForm(
                SecretWords(_UNLOCK, words, _FIELD, "Unlock", "Only watch", _WATCHING), self._parent
            )
            self._panic_keys.also_in(self._unlock, partial(self._unlock.say, NOTHING_CAN_BE_SENT))
        return await answer_of(self._unlock, problem)

    async def key(self) -> AccountKey | None:
        """Show the account form; the key it saved for this run."""
        setup, start = self._make_setup()
        desk = AccountDesk(setup, start, self._parent)
        self._panic_keys.also_in(desk.form, partial(desk.state.remark, NOTHING_CAN_BE_SENT))
        try:
            await desk.show()
        finally:
            desk.form.hide()
            desk.form.deleteLater()
        return setup.held

    def done(self) -> None:
        """Take the unlock form away: the key is there, or will not come."""
        if self._unlock is not None:
            self._unlock.hide()
            self._unlock.deleteLater()
            self._unlock = None


async def _finished(dialog: QDialog) -> None:
    over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    dialog.finished.connect(lambda _result: None if over.done() else over.set_result(None))
    await over


def run_account_window(setup: AccountSetup, start: AccountEntry) -> int:
    """Show the form alone; 0 when an account was saved."""
    from terminal.app.window_app import make_application

    app = make_application()
    loop = DeskLoop(app)
    with loop:
        desk = AccountDesk(setup, start)
        loop.run_until_complete(_life(desk.show))
    return 0 if desk.state.done else 1


async def _life(show: Callable[[], Awaitable[None]]) -> None:
    await show()
    await asyncio.sleep(0)  # the form's last events
