"""The account form without a display: the same questions on a terminal. Secrets are not echoed."""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from getpass import getpass
from typing import Final

from terminal.app.account_setup import AccountSetup
from terminal.domain.account_check import CheckStep, StepState
from terminal.domain.errors import ConfigError
from terminal.domain.venues import COMPETITION_VENUE, venue_title
from terminal.ui.viewmodels.account_form import API_VERSIONS, BOUND, AccountEntry
from terminal.ui.viewmodels.account_place import DEMO, differences, why_no_venue

YES: Final = frozenset({"y", "yes"})
_SIGNS: Final = {StepState.OK: "ok", StepState.FAILED: "FAILED", StepState.SKIPPED: "-"}


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where questions go; a test brings its own."""

    ask: Callable[[str], str] = input
    ask_secret: Callable[[str], str] = getpass
    say: Callable[[str], None] = print


def run_account_prompt(setup: AccountSetup, start: AccountEntry, terminal: Terminal | None = None) -> int:
    """Ask, test, save; 0 when an account was saved.

    Raises:
        TerminalError: the test could not begin, or the account could not be kept.
    """
    if terminal is None and not sys.stdin.isatty():  # getpass would fall back to showing what is typed
        raise ConfigError("An account is entered by a person: run this in a terminal, or where there is a display.")
    try:
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            return runner.run(_Prompt(setup, terminal or Terminal()).run(start))
    except EOFError as error:
        raise ConfigError("The input ended before everything was answered. Nothing was saved.") from error


class _Prompt:
    def __init__(self, setup: AccountSetup, terminal: Terminal) -> None:
        self._setup = setup
        self._terminal = terminal

    async def run(self, start: AccountEntry) -> int:
        where, has_vault = await self._setup.place_words(start.mode)
        why = why_no_venue(start.mode, start.venue)
        if why:
            raise ConfigError(why)
        self._terminal.say(f"Account of profile {self._setup.name}, mode {start.mode} at {start.place.title}.")
        self._terminal.say(differences(start.place, start.mode))
        known = self._setup.known_words(start.mode)
        if known:
            self._terminal.say(known)
        entry = self._asked(start, where, has_vault=has_vault)
        if entry.missing:
            raise ConfigError(entry.missing)
        tested = await self._test(entry)
        if not tested and not self._agreed("The test failed. Save it untested?"):
            self._terminal.say("Nothing was saved.")
            return 1
        if tested and not self._agreed("Save it?"):
            self._terminal.say("Nothing was saved.")
            return 1
        self._terminal.say(await self._setup.save(entry, tested=tested))
        if self._setup.held is not None:
            self._terminal.say("The key itself was not kept: the window asks for it at each start.")
        return 0

    def _asked(self, start: AccountEntry, where: str, *, has_vault: bool) -> AccountEntry:
        reviewer = self._line("Who reviews", start.reviewer)
        version = start.api_version
        if start.venue == COMPETITION_VENUE:
            version = self._line(f"API version ({' or '.join(API_VERSIONS)})", version)
        if version not in API_VERSIONS:
            raise ConfigError(f"There is no API version {version!r}. Use {' or '.join(API_VERSIONS)}.")
        place, proxy = start.place, ""
        if start.mode == DEMO:
            place = replace(place, connection=self._line("File with the line of the exchange", place.connection))
        else:
            proxy = self._line("Proxy (empty for none)", start.proxy)
        entry = AccountEntry(start.mode, version, reviewer, proxy).at(place)
        if not entry.needs_key:
            return entry
        if not self._agreed(f"{BOUND}. Is that so?"):
            account = venue_title(entry.venue)
            raise ConfigError(f"Make such a key in the {account} account first: no withdrawals, bound to this address.")
        given = {each: self._terminal.ask_secret(f"{each.capitalize()}: ") for each in entry.secrets}
        password = self._password(where, has_vault=has_vault)
        return replace(entry, **given, password=password, is_bound=True)

    def _password(self, where: str, *, has_vault: bool) -> str:
        if has_vault:
            self._terminal.say(f"The key will be kept in {where}.")
            return ""
        self._terminal.say("This computer has no vault for secrets that can be used.")
        password = self._terminal.ask_secret("Password for an encrypted file (empty: not kept beyond this run): ")
        if password and self._terminal.ask_secret("The same again: ") != password:
            raise ConfigError("The two passwords differ. Nothing was saved; start again.")
        return password

    async def _test(self, entry: AccountEntry) -> bool:
        def tell(step: CheckStep) -> None:
            if step.state in _SIGNS:
                words = " ".join(part for part in (step.words or step.state.value, step.hint) if part)
                self._terminal.say(f"  {_SIGNS[step.state]:<6} {step.title}: {words}")

        return await self._setup.test(entry, tell)

    def _line(self, question: str, default: str) -> str:
        return self._terminal.ask(f"{question} [{default}]: ").strip() or default

    def _agreed(self, question: str) -> bool:
        return self._terminal.ask(f"{question} (yes/no): ").strip().lower() in YES
