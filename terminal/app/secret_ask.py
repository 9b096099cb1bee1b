"""Waits for what a person enters into a form for one secret; never with a nested loop."""

import asyncio

from terminal.ui.widgets.account.form_secret import SecretForm


async def answer_of(form: SecretForm, problem: str) -> str | None:
    """Show the form with a problem in it and give what was entered; None when the person goes on without."""
    form.show_problem(problem)
    form.open()
    answer: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()

    def give(secret: str | None) -> None:
        if not answer.done():
            answer.set_result(secret)

    given = form.given.connect(give)
    finished = form.finished.connect(lambda _result: give(None))
    try:
        return await answer
    finally:
        form.given.disconnect(given)
        form.finished.disconnect(finished)
