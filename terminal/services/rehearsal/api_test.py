"""The participant guide's API test: eight steps, alone or one after the other, each with its requests and answers."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from terminal.domain.errors import StorageError, VenueError
from terminal.domain.plain_words import why
from terminal.domain.rehearsal import (
    ALL_STEPS,
    API_TEST_STEPS,
    ORDER_STEP,
    HttpExchange,
    RehearsalRow,
    RowState,
    TestOrder,
)
from terminal.ports.traffic import overhear
from terminal.services.rehearsal.findings import StepFailed, StepSkipped, venue_words, what_to_do
from terminal.services.rehearsal.order_steps import OrderSteps
from terminal.services.rehearsal.overhearing import Overhearer
from terminal.services.rehearsal.read_steps import ReadSteps

Step = Callable[[], Awaitable[str]]


class ApiTest:
    """Holds the rows and fills them. One run at a time: the caller sees to that.

    `holds_secret` is asked of every text of a request before it is kept; `told()` after every change.
    """

    def __init__(
        self,
        reads: ReadSteps,
        orders: OrderSteps,
        title: str,
        holds_secret: Callable[[str], bool],
        told: Callable[[], None],
    ) -> None:
        """`title` is the venue's name as a person knows it."""
        self._reads = reads
        self._orders = orders
        self._title = title
        self._holds_secret = holds_secret
        self._told = told
        self._sending: Overhearer | None = None
        self.rows = {name: RehearsalRow(name, words, RowState.WAITING) for name, words in API_TEST_STEPS.items()}

    @property
    def order(self) -> TestOrder | None:
        return self._orders.order

    @property
    def sending(self) -> Overhearer:
        """Who hears the request of the order, which leaves in the task of the person's answer."""
        if self._sending is None:
            self._sending = Overhearer(self._holds_secret)
        return self._sending

    async def run(self, step: str, who: str) -> tuple[RehearsalRow, ...]:
        """Try one step or all; gives the rows that were tried. All stop where one fails."""
        if step != ALL_STEPS:
            await self._try(step, who)
            return (self.rows[step],)
        for name in self.rows:
            self._set(name, RowState.WAITING)
        self._orders.order = None
        for name in self.rows:
            await self._try(name, who)
            if self.rows[name].state is RowState.FAILED:
                break
        return tuple(self.rows.values())

    async def _try(self, name: str, who: str) -> None:
        if name == ORDER_STEP:
            self._orders.order = None
        self._sending = None
        self._orders.uploads = ()
        heard = Overhearer(self._holds_secret)
        self._set(name, RowState.RUNNING)
        state, words, hint = RowState.FAILED, "", ""
        try:
            with overhear(heard.take):
                words = await self._step(name, who)()
            state = RowState.OK
        except StepFailed as found:
            words, hint = str(found), found.hint
        except StepSkipped as found:
            state, words = RowState.SKIPPED, str(found)
        except VenueError as error:
            words, hint = venue_words(error), what_to_do(error, self._title)
        except StorageError as error:
            words, hint = why(error), "Free the disk, then try again."
        self.rows[name] = replace(self.rows[name], exchanges=(*heard.exchanges, *self._sent(), *self._orders.uploads))
        self._set(name, state, words, hint)

    def _sent(self) -> tuple[HttpExchange, ...]:
        return () if self._sending is None else self._sending.exchanges

    def _step(self, name: str, who: str) -> Step:
        reads, orders = self._reads, self._orders
        steps: dict[str, Step] = {
            "connectivity": reads.connectivity,
            "balance": reads.balance,
            "ticker": reads.ticker,
            "leverage": reads.leverage,
            "rules": reads.rules,
            ORDER_STEP: lambda: orders.place(who, self._ask),
            "details": orders.details,
            "ai_log": lambda: orders.ai_log(who),
        }
        return steps[name]

    def _ask(self) -> None:
        order = self.order
        self._set(
            ORDER_STEP, RowState.ASKS, "" if order is None else order.words, "Approve it here or in the review desk."
        )

    def _set(self, name: str, state: RowState, words: str = "", hint: str = "") -> None:
        kept = () if state in {RowState.WAITING, RowState.RUNNING} else self.rows[name].exchanges
        self.rows[name] = replace(self.rows[name], state=state, words=words, hint=hint, exchanges=kept)
        self._told()


def test_verdict(rows: Sequence[RehearsalRow]) -> str:
    """Give the result in words a person signs."""
    failed = [row.title for row in rows if row.state is RowState.FAILED]
    if failed:
        return f"Failed: {', '.join(failed)}"
    done = sum(row.state is RowState.OK for row in rows)
    skipped = sum(row.state is RowState.SKIPPED for row in rows)
    left = f", {skipped} not tried" if skipped else ""
    return f"Passed: {done} of {len(rows)}{left}" if done else "Nothing was tried"


test_verdict.__test__ = False  # type: ignore[attr-defined]  # for the test runner: this is no test
