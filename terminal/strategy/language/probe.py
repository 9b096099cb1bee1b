"""Tests a language model before it decides anything: is it there, and does it keep to the form of an answer.

The question is a fixed, made-up one. No account data leaves the machine.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Final

import httpx2

from terminal.domain.canonical import canonical_json
from terminal.domain.language_model import LanguageModel
from terminal.domain.model_probe import ProbeReport, ProbeStep
from terminal.ports.clock import Clock
from terminal.strategy.language.answer import CycleAnswer, answer_type
from terminal.strategy.language.asking import Brief, ask
from terminal.strategy.language.budget import within
from terminal.strategy.language.checks import evidence_faults
from terminal.strategy.language.facts import Facts, Figure
from terminal.strategy.language.failures import AGAIN, Trouble, plain, served_model
from terminal.strategy.language.prompt import BEGIN, END, INSTRUCTIONS
from terminal.strategy.language.wire import WireTape, open_client

LIST_LIMIT_S: Final = 5.0
IDS_SHOWN: Final = 40
_ID: Final = "probe-1"
_INPUTS: Final[Mapping[str, Figure]] = {"BTC.last": "64213.5", "BTC.rsi14_15m": 48.3, "BTC.funding_rate": "0.0001"}
_LISTED, _ANSWERED = "Model is listed", "Answer keeps to the form"


async def probe(model: LanguageModel, key: str | None, clock: Clock, proxy: str | None = None) -> ProbeReport:
    """Ask for the list of models, then one structured answer to a fixed question."""
    ids, listed = await _list(model, key, clock, proxy)
    tape = WireTape()
    started_s = clock.monotonic_s()
    answer = await ask(model, key, _brief(), clock, lambda _request: None, tape, proxy)
    took_ms = 1e3 * (clock.monotonic_s() - started_s)
    served = plain(served_model(tape.last)) if tape.last is not None else ""
    if isinstance(answer, Trouble):
        return ProbeReport(
            (listed, ProbeStep(_ANSWERED, ok=False, words=answer.detail.replace(f"; {AGAIN}", ""))), served, ids
        )
    tries = "at once" if len(tape.records) == 1 else "after one repair"
    words = f"{served} answered {tries} in {took_ms:.0f} ms, with every quoted number right"
    return ProbeReport((listed, ProbeStep(_ANSWERED, ok=True, words=words)), served, ids, took_ms)


def _brief() -> Brief:
    body = {"snapshot_id": _ID, "interval": "15m", "symbols": ["BTC"], "asked": None, "inputs": _INPUTS}
    facts = Facts(canonical_json(body), _INPUTS, {})
    user = (
        "This is a test of your form, no market. Answer with exactly one decision: hold BTC, quoting two inputs as "
        f"evidence.\n{BEGIN}\n{facts.text}\n{END}"
    )
    return Brief(INSTRUCTIONS, user, answer_type(("BTC",)), lambda answer: _faults(answer, facts))


def _faults(answer: CycleAnswer, facts: Facts) -> tuple[str, ...]:
    found = [] if answer.snapshot_id == _ID else [f"snapshot_id must be {_ID}"]
    if len(answer.decisions) != 1 or answer.decisions[0].action != "hold":
        found.append("there must be exactly one decision: hold BTC")
    return (*found, *(fault for each in answer.decisions for fault in evidence_faults(each, facts)))


async def _list(
    model: LanguageModel, key: str | None, clock: Clock, proxy: str | None
) -> tuple[tuple[str, ...], ProbeStep]:
    """Not every server lists its models, so a missing list fails nothing."""
    tape = WireTape()

    async def fetch() -> bytes:
        async with open_client(model, key, tape, clock, lambda _r: None, lambda _r: True, proxy) as http:
            return (await http.get(f"{model.base_url.rstrip('/')}/models")).content

    try:
        content = await within(clock, LIST_LIMIT_S, asyncio.ensure_future(fetch()))
        ids = _ids(json.loads(content))
    except (httpx2.HTTPError, TimeoutError, ValueError):
        ids = ()
    if not ids:
        return (), ProbeStep(_LISTED, ok=None, words=f"{model.host} gave no list of its models")
    if model.model in ids:
        return ids, ProbeStep(_LISTED, ok=True, words=f"{model.model} is one of {len(ids)}")
    return ids, ProbeStep(_LISTED, ok=None, words=f"{model.model} is not among the {len(ids)} that are listed")


def _ids(body: Any) -> tuple[str, ...]:
    data = body.get("data") if isinstance(body, dict) else None
    found = [each.get("id") for each in data if isinstance(each, dict)] if isinstance(data, list) else []
    return tuple(plain(each) for each in found if isinstance(each, str))[:IDS_SHOWN]
